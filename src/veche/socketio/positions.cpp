#include "veche/socketio/positions.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "veche/base/contract.hpp"

namespace veche::socketio {

namespace {

constexpr auto uid_of = [](const auto& entry) { return std::string_view{entry.first}; };

struct Entry {
  std::string_view uid;
  std::uint64_t position;
};

std::optional<Entry> parse_entry(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos || dash == 0) return std::nullopt;
  const std::string_view digits = text.substr(dash + 1);
  if (digits.empty() || digits.front() == '0') return std::nullopt;
  std::uint64_t position = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, position, 16);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return Entry{text.substr(0, dash), position};
}

}  // namespace

std::optional<Positions> Positions::parse(std::string_view text) {
  if (text.size() > text_bytes_max) return std::nullopt;
  Positions positions;
  while (!text.empty()) {
    const std::size_t dot = text.find('.');
    const auto entry = parse_entry(text.substr(0, dot));
    if (!entry) return std::nullopt;
    auto& entries = positions.by_uid_;
    if (!entries.empty() && entries.back().first >= entry->uid) return std::nullopt;
    entries.emplace_back(entry->uid, entry->position);
    if (dot == std::string_view::npos) break;
    text.remove_prefix(dot + 1);
    if (text.empty()) return std::nullopt;
  }
  return positions;
}

std::string Positions::text() const {
  std::string text;
  for (const auto& [uid, position] : by_uid_) {
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), position, 16).ptr;
    if (!text.empty()) text.push_back('.');
    text.append(uid).append("-").append(digits.data(), end);
  }
  return text;
}

std::uint64_t Positions::of(std::string_view uid) const {
  const auto found = std::ranges::lower_bound(by_uid_, uid, {}, uid_of);
  return found == by_uid_.end() || found->first != uid ? 0 : found->second;
}

void Positions::advance(std::string_view uid, std::uint64_t position) {
  VECHE_EXPECTS(!uid.empty() && uid.find_first_of(".-") == std::string_view::npos);
  if (position == 0) return;
  const auto found = std::ranges::lower_bound(by_uid_, uid, {}, uid_of);
  if (found == by_uid_.end() || found->first != uid) {
    by_uid_.emplace(found, uid, position);
  } else {
    found->second = std::max(found->second, position);
  }
}

bool Positions::covers(const Positions& other) const {
  return std::ranges::all_of(other.by_uid_,
                             [this](const auto& entry) { return of(entry.first) >= entry.second; });
}

}  // namespace veche::socketio
