#include "veche/http/target.hpp"

#include <algorithm>

#include "veche/base/utf8.hpp"
#include "veche/http/authority.hpp"
#include "veche/http/syntax.hpp"

namespace veche::http {
namespace {

std::optional<std::string> decode_path(std::string_view text) {
  std::string path;
  path.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      path += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    path += static_cast<char>(high * 16 + low);
    if (path.back() == '/') return std::nullopt;
    i += 2;
  }
  return path;
}

bool has_dot_segment(std::string_view path) {
  while (!path.empty()) {
    const auto segment = cut(path, '/');
    if (segment == "." || segment == "..") return true;
  }
  return false;
}

/// Takes scheme and authority off the front of an absolute target; false when malformed.
bool take_authority(std::string_view& text, std::string& authority) {
  const auto mark = text.find("://");
  if (mark == std::string_view::npos) return false;
  const auto scheme = text.substr(0, mark);
  if (!equals_ignoring_case(scheme, "http") && !equals_ignoring_case(scheme, "https")) {
    return false;
  }
  text.remove_prefix(mark + 3);
  authority = text.substr(0, text.find_first_of("/?"));
  text.remove_prefix(authority.size());
  return parse_authority(authority).has_value();
}

}  // namespace

std::optional<Target> parse_target(Method method, std::string_view text) {
  Target target;
  if (text == "*") {
    if (method != Method::options) return std::nullopt;
    target.path = "*";
    return target;
  }
  if (text.find('#') != std::string_view::npos || !is_utf8(text)) return std::nullopt;
  const bool is_absolute = !text.starts_with('/');
  if (is_absolute && !take_authority(text, target.authority)) return std::nullopt;

  auto path = decode_path(cut(text, '?'));
  target.query = text;
  if (!path || !is_utf8(*path) || has_dot_segment(*path)) return std::nullopt;
  if (std::any_of(path->begin(), path->end(), is_control)) return std::nullopt;
  if (is_absolute && path->empty()) path = "/";
  target.path = *std::move(path);
  return target;
}

}  // namespace veche::http
