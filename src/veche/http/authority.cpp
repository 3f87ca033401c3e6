#include "veche/http/authority.hpp"

#include <algorithm>
#include <charconv>

#include "veche/http/syntax.hpp"

namespace veche::http {
namespace {

bool is_name_char(char c) {
  return is_alphanumeric(c) ||
         std::string_view{"-._~!$&'()*+,;="}.find(c) != std::string_view::npos;
}

bool is_address_char(char c) { return hex_value(c) >= 0 || c == ':' || c == '.'; }

bool is_host(std::string_view text) {
  if (text.empty()) return false;
  if (text.front() != '[') return std::all_of(text.begin(), text.end(), is_name_char);
  if (text.size() < 4 || text.back() != ']') return false;
  return std::all_of(text.begin() + 1, text.end() - 1, is_address_char);
}

bool is_scheme(std::string_view text) {
  return !text.empty() && !is_digit(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_alphanumeric(c) || c == '+' || c == '-' || c == '.'; });
}

}  // namespace

std::optional<Authority> parse_authority(std::string_view text) {
  const auto bracket = text.rfind(']');
  const auto colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  Authority authority{text.substr(0, colon), std::nullopt};
  if (!is_host(authority.host)) return std::nullopt;
  if (colon == std::string_view::npos || colon + 1 == text.size()) return authority;

  const auto digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, port);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  authority.port = port;
  return authority;
}

bool is_same(const Authority& a, const Authority& b, std::uint16_t default_port) {
  return equals_ignoring_case(a.host, b.host) &&
         a.port.value_or(default_port) == b.port.value_or(default_port);
}

std::uint16_t Origin::default_port() const {
  if (equals_ignoring_case(scheme, "https") || equals_ignoring_case(scheme, "wss")) return 443;
  if (equals_ignoring_case(scheme, "http") || equals_ignoring_case(scheme, "ws")) return 80;
  return 0;
}

std::optional<Origin> parse_origin(std::string_view text) {
  const auto mark = text.find("://");
  if (mark == std::string_view::npos || !is_scheme(text.substr(0, mark))) return std::nullopt;
  const auto authority = parse_authority(text.substr(mark + 3));
  if (!authority) return std::nullopt;
  return Origin{text.substr(0, mark), *authority};
}

bool is_same(const Origin& a, const Origin& b) {
  return equals_ignoring_case(a.scheme, b.scheme) &&
         is_same(a.authority, b.authority, a.default_port());
}

}  // namespace veche::http
