#include "veche/domain/model.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <span>

#include "veche/base/encoding.hpp"

namespace veche::domain {
namespace {

constexpr std::size_t id_digits = 24;
constexpr std::size_t seconds_digits = 8;

/// Eight digits, all of them at once.
void put_hex(char* to, std::uint32_t number) {
  static_assert(std::endian::native == std::endian::little);
  // A nibble to each byte, the highest into the first.
  std::uint64_t nibbles = number;
  nibbles = (nibbles << 32U | nibbles >> 16U) & 0x0000'FFFF'0000'FFFFU;
  nibbles = (nibbles << 16U | nibbles >> 8U) & 0x00FF'00FF'00FF'00FFU;
  nibbles = (nibbles << 8U | nibbles >> 4U) & 0x0F0F'0F0F'0F0F'0F0FU;
  constexpr std::uint64_t each = 0x0101'0101'0101'0101U;
  const std::uint64_t letters = ((nibbles + 6 * each) >> 4U) & each;  // 1 for a to f
  const std::uint64_t digits = nibbles + '0' * each + ('a' - '0' - 10) * letters;
  std::memcpy(to, &digits, sizeof digits);
}

/// The seconds of `time` and then `low`, big endian.
FixedText<id_digits> id_of(WallTime time, std::uint64_t low) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  const auto high = static_cast<std::uint32_t>(seconds);
  FixedText<id_digits> id;
  put_hex(id.bytes.data(), high);
  put_hex(id.bytes.data() + seconds_digits, static_cast<std::uint32_t>(low >> 32U));
  put_hex(id.bytes.data() + 2 * seconds_digits, static_cast<std::uint32_t>(low));
  return id;
}

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10U;
  return std::nullopt;
}

auto place_of(const std::vector<Member>& members, UserRef user) {
  return std::lower_bound(members.begin(), members.end(), user,
                          [](const Member& member, UserRef ref) { return member.user < ref; });
}

}  // namespace

const Member* Chat::find(UserRef user) const {
  const auto place = place_of(members, user);
  return place != members.end() && place->user == user ? &*place : nullptr;
}

Member* Chat::find(UserRef user) {
  const auto place = place_of(members, user);
  if (place == members.end() || place->user != user) return nullptr;
  return &members[static_cast<std::size_t>(place - members.begin())];
}

std::size_t keep_shown(std::vector<Member>& members, UserRef viewer) {
  const auto count = members.size();
  if (count <= members_shown_max) return count;
  const auto own = place_of(members, viewer);
  const bool is_beyond = own != members.end() && own->user == viewer &&
                         own - members.begin() >= std::ptrdiff_t{members_shown_max};
  if (is_beyond) members[members_shown_max] = *own;
  members.resize(members_shown_max + (is_beyond ? 1 : 0));
  return count;
}

FixedText<24> message_id(Pos pos, WallTime created) {
  return id_of(created, static_cast<std::uint64_t>(pos));
}

std::optional<Pos> pos_of_message_id(std::string_view id) {
  if (id.size() != id_digits) return std::nullopt;
  std::uint64_t pos = 0;
  for (std::size_t i = 0; i < id_digits; ++i) {
    const auto digit = hex_digit(id[i]);
    if (!digit) return std::nullopt;
    if (i >= seconds_digits) pos = pos << 4U | *digit;
  }
  const auto signed_pos = static_cast<Pos>(pos);
  if (signed_pos < 1) return std::nullopt;
  return signed_pos;
}

bool is_id(std::string_view id) {
  constexpr std::size_t length_max = 64;
  return !id.empty() && id.size() <= length_max && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

std::string make_id(WallTime now, Rng& rng) {
  std::array<std::byte, 8> bytes{};
  rng.fill(std::span{bytes});
  std::uint64_t low = 0;
  for (const auto byte : bytes) low = low << 8U | std::to_integer<std::uint64_t>(byte);
  return id_of(now, low);
}

}  // namespace veche::domain
