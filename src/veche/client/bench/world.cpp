#include "veche/client/bench/world.hpp"

#include <algorithm>
#include <charconv>

#include "veche/base/contract.hpp"
#include "veche/json/writer.hpp"

namespace veche::client::bench {

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
  const std::uint64_t in_chats = std::uint64_t{world.chats} * world.members;
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
    text.clear();
    json::Writer json{text};
    json.begin_object().key("chat").begin_object().member("_id", chat_id(chat));
    json.member("type", world.members == 2 ? "personal" : "group");
    if (world.members != 2) json.member("name", "Chat " + std::to_string(chat));
    json.key("participants").begin_array();
    for (std::uint32_t i = 0; i < world.members; ++i) {
      json.string(user_id(chat * world.members + i));
    }
    json.end_array().end_object().end_object();
    line(text);
  }
}

}  // namespace veche::client::bench
