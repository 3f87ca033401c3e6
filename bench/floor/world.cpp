#include "world.hpp"

#include <algorithm>
#include <fstream>
#include <utility>

namespace bare {

std::string_view string_after(std::string_view text, std::string_view name) {
  const auto at = text.find(name);
  if (at == std::string_view::npos) return {};
  const auto open = text.find('"', at + name.size());
  if (open == std::string_view::npos) return {};
  const auto close = text.find('"', open + 1);
  if (close == std::string_view::npos) return {};
  return text.substr(open + 1, close - open - 1);
}

std::uint32_t World::place(const Places& places, std::string_view id) {
  const auto found = places.find(id);
  return found == places.end() ? nobody : found->second;
}

bool World::read(const char* path) {
  std::ifstream file{path};
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(R"({"user":)")) add_user(line);
    if (line.starts_with(R"({"chat":)")) add_chat(line);
  }
  return !users_.empty();
}

void World::add_user(std::string_view line) {
  const std::string id{string_after(line, R"("_id":)")};
  User user;
  user.sender.append(R"({"_id":")").append(id);
  user.sender.append(R"(","name":")").append(string_after(line, R"("name":)"));
  user.sender.append(R"(","email":")").append(string_after(line, R"("email":)"));
  user.sender.append(R"(","userId":")").append(id).append(R"(","avatar":""})");
  user_of_.emplace(id, static_cast<std::uint32_t>(users_.size()));
  users_.push_back(std::move(user));
}

void World::add_chat(std::string_view line) {
  const std::uint32_t chat = chats();
  chat_of_.emplace(string_after(line, R"("_id":)"), chat);
  auto rest = line.substr(std::min(line.find(R"("participants":)"), line.size()));
  rest.remove_prefix(std::min(rest.find('['), rest.size()));
  while (true) {
    const auto open = rest.find('"');
    const auto close = open == std::string_view::npos ? open : rest.find('"', open + 1);
    if (close == std::string_view::npos) return;
    const std::uint32_t member = user(rest.substr(open + 1, close - open - 1));
    if (member != nobody) users_[member].chats.push_back(chat);
    rest.remove_prefix(close + 1);
  }
}

}  // namespace bare
