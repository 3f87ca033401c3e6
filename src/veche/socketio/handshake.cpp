#include "veche/socketio/handshake.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <utility>

#include "veche/base/utf8.hpp"
#include "veche/http/syntax.hpp"
#include "veche/json/writer.hpp"

namespace veche::socketio {

namespace {

/// Every byte a code point of its own.
std::string from_latin1(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text.push_back(c);
    } else {
      text.push_back(static_cast<char>(0xC0 | byte >> 6));
      text.push_back(static_cast<char>(0x80 | (byte & 0x3F)));
    }
  }
  return text;
}

/// What is no UTF-8 becomes U+FFFD.
std::string from_bytes(std::string_view bytes) {
  if (is_utf8(bytes)) return std::string{bytes};
  std::string text;
  while (!bytes.empty()) {
    std::size_t size = 1;
    while (size <= 4 && size <= bytes.size() && !is_utf8(bytes.substr(0, size))) ++size;
    if (size <= 4 && size <= bytes.size()) {
      text.append(bytes.substr(0, size));
    } else {
      text.append("\xEF\xBF\xBD");
      size = 1;
    }
    bytes.remove_prefix(size);
  }
  return text;
}

std::string lower(std::string_view name) {
  std::string text{name};
  std::transform(text.begin(), text.end(), text.begin(), http::to_lower);
  return text;
}

/// Fields of which Node keeps the first.
bool is_single(std::string_view name) {
  constexpr std::array<std::string_view, 18> single{"age",
                                                    "authorization",
                                                    "content-length",
                                                    "content-type",
                                                    "etag",
                                                    "expires",
                                                    "from",
                                                    "host",
                                                    "if-modified-since",
                                                    "if-unmodified-since",
                                                    "last-modified",
                                                    "location",
                                                    "max-forwards",
                                                    "proxy-authorization",
                                                    "referer",
                                                    "retry-after",
                                                    "server",
                                                    "user-agent"};
  return std::find(single.begin(), single.end(), name) != single.end();
}

/// Values by name, in the order of each name's first.
class Grouped {
 public:
  using Entry = std::pair<std::string, std::vector<std::string>>;

  std::vector<std::string>& of(std::string name) {
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const Entry& entry) { return entry.first == name; });
    if (found != entries_.end()) return found->second;
    return entries_.emplace_back(std::move(name), std::vector<std::string>{}).second;
  }
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

void write_headers(json::Writer& json, const http::Headers& headers) {
  Grouped grouped;
  for (const http::Header& header : headers)
    grouped.of(lower(header.name)).push_back(from_latin1(header.value));
  json.begin_object();
  for (const auto& [name, values] : grouped.entries()) {
    std::string joined = values.front();
    for (std::size_t i = 1; i < values.size() && !is_single(name); ++i)
      joined.append(name == "cookie" ? "; " : ", ").append(values[i]);
    json.member(name, joined);
  }
  json.end_object();
}

void write_query(json::Writer& json, const std::vector<http::Header>& parameters) {
  Grouped grouped;
  for (const http::Header& each : parameters)
    grouped.of(from_bytes(each.name)).push_back(from_bytes(each.value));
  json.begin_object();
  for (const auto& [name, values] : grouped.entries()) {
    json.key(name);
    if (values.size() > 1) json.begin_array();
    for (const std::string& value : values) json.string(value);
    if (values.size() > 1) json.end_array();
  }
  json.end_object();
}

}  // namespace

std::int64_t Handshake::issued() const { return request_.arrived.time_since_epoch().count(); }

std::string Handshake::time_text() const {
  namespace chrono = std::chrono;
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = chrono::floor<chrono::days>(request_.arrived);
  const chrono::year_month_day date{day};
  const chrono::hh_mm_ss clock{chrono::floor<chrono::seconds>(request_.arrived - day)};
  std::array<char, 96> text{};
  const int size = std::snprintf(
      text.data(), text.size(),
      "%s %s %02u %04d %02d:%02d:%02d GMT+0000 (Coordinated Universal Time)",
      days[chrono::weekday{day}.c_encoding()], months[static_cast<unsigned>(date.month()) - 1],
      static_cast<unsigned>(date.day()), static_cast<int>(date.year()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()));
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string Handshake::to_json() const {
  std::string text;
  json::Writer json{text};
  json.begin_object().key("headers");
  write_headers(json, headers());
  json.member("time", time_text()).member("address", address());
  json.member("xdomain", is_xdomain()).member("secure", is_secure()).member("issued", issued());
  json.member("url", from_latin1(url())).key("query");
  write_query(json, query());
  json.key("auth").raw(auth()).end_object();
  return text;
}

}  // namespace veche::socketio
