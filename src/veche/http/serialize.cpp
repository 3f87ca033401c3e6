#include "veche/http/serialize.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/http/syntax.hpp"

namespace veche::http {
namespace {

/// Room for the status line and the fields that are written here.
constexpr std::size_t own_bytes = 192;

std::size_t expected_size(const Response& response) {
  std::size_t size = own_bytes + response.body.size();
  for (const auto& field : response.headers) size += field.name.size() + field.value.size() + 4;
  return size;
}

void append_number(FrameBuilder& to, std::size_t number) {
  std::array<char, 20> digits{};
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  to.append({digits.data(), static_cast<std::size_t>(written.ptr - digits.data())});
}

void append_field(FrameBuilder& to, std::string_view name, std::string_view value) {
  to.append(name);
  to.append(": ");
  to.append(value);
  to.append("\r\n");
}

bool has_body(int status) { return status >= 200 && status != 204 && status != 304; }

bool is_framing(const Header& field, int status) {
  if (equals_ignoring_case(field.name, "content-length"))
    return status != 204 || field.value != "0";
  if (equals_ignoring_case(field.name, "connection")) return status != 101;
  return equals_ignoring_case(field.name, "transfer-encoding");
}

}  // namespace

Answer serialize(const Response& response, const AnswerTo& to) {
  VECHE_EXPECTS(response.status >= 100 && response.status <= 599);
  if (!has_safe_fields(response)) return serialize({.status = 500, .close = true}, to);

  const bool close = response.close || !to.keep_alive;
  FrameBuilder out{0, expected_size(response)};
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::size_t>(response.status));
  out.append(' ');
  out.append(reason_phrase(response.status));
  out.append("\r\n");
  for (const auto& field : response.headers) {
    if (!is_framing(field, response.status)) append_field(out, field.name, field.value);
  }
  if (!to.date.empty() && response.status >= 200) append_field(out, "Date", to.date);
  if (close && response.status >= 200) append_field(out, "Connection", "close");
  if (has_body(response.status)) {
    out.append("Content-Length: ");
    append_number(out, response.body.size());
    out.append("\r\n");
  }
  out.append("\r\n");
  if (has_body(response.status) && to.method != Method::head) out.append(response.body);
  return {std::move(out).build(), close};
}

bool has_safe_fields(const Response& response) {
  return std::all_of(response.headers.begin(), response.headers.end(), [](const Header& field) {
    return is_token(field.name) && is_field_value(field.value);
  });
}

std::string http_date(WallTime time) {
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time - day);
  const std::chrono::hh_mm_ss clock{seconds};
  const auto year = static_cast<int>(date.year());
  VECHE_EXPECTS(year >= 0 && year <= 9999);

  std::string text;
  const auto number = [&text](long long value, int digits, std::string_view after) {
    auto written = std::to_string(value);
    text.append(static_cast<std::size_t>(digits) - written.size(), '0');
    text += written;
    text += after;
  };
  text += days[std::chrono::weekday{day}.c_encoding()];
  text += ", ";
  number(static_cast<unsigned>(date.day()), 2, " ");
  text += months[static_cast<unsigned>(date.month()) - 1];
  text += ' ';
  number(year, 4, " ");
  number(clock.hours().count(), 2, ":");
  number(clock.minutes().count(), 2, ":");
  number(clock.seconds().count(), 2, " GMT");
  return text;
}

}  // namespace veche::http
