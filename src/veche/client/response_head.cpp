#include "veche/client/response_head.hpp"

#include <algorithm>

namespace veche::client {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::string_view> head_field(std::string_view head, std::string_view name) {
  while (true) {
    const auto line_end = head.find("\r\n");
    if (line_end == std::string_view::npos) return std::nullopt;
    head.remove_prefix(line_end + 2);
    const std::string_view line = head.substr(0, head.find("\r\n"));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    if (equal_ignoring_case(line.substr(0, colon), name)) return trim(line.substr(colon + 1));
  }
}

}  // namespace veche::client
