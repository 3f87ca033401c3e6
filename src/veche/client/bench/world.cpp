#include "veche/client/bench/world.hpp"

#include <algorithm>
#include <charconv>

#include "veche/base/contract.hpp"
#include "veche/json/writer.hpp"

namespace veche::client::bench {
namespace {

/// A chat of `members` users from `first_user` on.
const std::string& chat_line(std::string& text, std::uint32_t chat, std::uint32_t first_user,
                             std::uint32_t members) {
  text.clear();
  json::Writer json{text};
  json.begin_object().key("chat").begin_object().member("_id", chat_id(chat));
  json.member("type", members == 2 ? "personal" : "group");
  if (members != 2) json.member("name", "Chat " + std::to_string(chat));
  json.key("participants").begin_array();
  for (std::uint32_t i = 0; i < members; ++i) json.string(user_id(first_user + i));
  json.end_array().end_object().end_object();
  return text;
}

}  // namespace

std::string user_id(std::uint32_t user) { return "u" + std::to_string(user); }
std::string chat_id(std::uint32_t chat) { return "c" + std::to_string(chat); }

std::optional<std::uint32_t> chat_number(std::string_view id) {
  if (id.size() < 2 || id.front() != 'c' || (id[1] == '0' && id.size() > 2)) return std::nullopt;
  std::uint32_t number = 0;
  const char* const end = id.data() + id.size();
  const auto [stop, error] = std::from_chars(id.data() + 1, end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

void write_world(const World& world, const std::function<void(std::string_view)>& line) {
  const std::uint64_t in_groups = std::uint64_t{world.chats} * world.members;
  const std::uint64_t in_chats = in_groups + 2 * std::uint64_t{world.pairs};
  const std::uint64_t users = std::max<std::uint64_t>(world.users, in_chats);
  VECHE_EXPECTS(world.members <= members_max && users <= users_max);
  std::string text;
  for (std::uint32_t user = 0; user < users; ++user) {
    text.clear();
    json::Writer json{text};
    json.begin_object().key("user").begin_object();
    json.member("_id", user_id(user)).member("email", user_id(user) + "@bench.invalid");
    json.member("name", "User " + std::to_string(user)).end_object().end_object();
    line(text);
  }
  for (std::uint32_t chat = 0; chat < world.chats; ++chat) {
    line(chat_line(text, chat, chat * world.members, world.members));
  }
  for (std::uint32_t pair = 0; pair < world.pairs; ++pair) {
    const auto first = static_cast<std::uint32_t>(in_groups) + 2 * pair;
    line(chat_line(text, world.chats + pair, first, 2));
  }
}

}  // namespace veche::client::bench
