#pragma once

/// @file
/// The users and chats that a benchmark finds on a server, under names that follow from numbers.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace veche::client::bench {

/// Users u0, u1, ... and chats c0, c1, ... of equal size: the first `members` users are in c0, the
/// next in c1, and so on; pairs follow in the same way, and users beyond are in no chat.
struct World {
  std::uint32_t chats{};
  std::uint32_t members{};  ///< of each chat
  std::uint32_t pairs{};    ///< chats of two that come after those, of the users after theirs
  std::uint32_t users{};    ///< at least; more when the chats need them

  bool operator==(const World&) const = default;
};

/// At most so many users, and so many members of a chat: its line stays under a MiB.
inline constexpr std::uint32_t users_max = 1'000'000;
inline constexpr std::uint32_t members_max = 100'000;

[[nodiscard]] std::string user_id(std::uint32_t user);
[[nodiscard]] std::string chat_id(std::uint32_t chat);
/// The number of a chat; none for an id that chat_id() does not make.
[[nodiscard]] std::optional<std::uint32_t> chat_number(std::string_view id);

/// Hands out the world, a line at a time, as `veche import` reads it: users first. A chat of two
/// is a personal one. Needs members <= members_max and at most users_max users.
void write_world(const World& world, const std::function<void(std::string_view)>& line);

}  // namespace veche::client::bench
