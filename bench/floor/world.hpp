#pragma once

/// @file
/// Users and chats of a world file, read by looking for strings.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bare {

/// Where `name` (with its quotes and colon) has its string: what stands up to the next quote.
/// Empty when it is not there.
[[nodiscard]] std::string_view string_after(std::string_view text, std::string_view name);

struct User {
  std::string sender;                ///< as message:new tells it
  std::vector<std::uint32_t> chats;  ///< that the user belongs to
};

/// The world that `veche bench world` writes. Ids map to places in the lists.
class World {
 public:
  static constexpr std::uint32_t nobody = 0xFFFF'FFFF;

  /// False when the file cannot be read or holds no user.
  [[nodiscard]] bool read(const char* path);

  /// `nobody` when there is none of that id.
  [[nodiscard]] std::uint32_t user(std::string_view id) const { return place(user_of_, id); }
  [[nodiscard]] std::uint32_t chat(std::string_view id) const { return place(chat_of_, id); }

  [[nodiscard]] const std::vector<User>& users() const { return users_; }
  [[nodiscard]] std::uint32_t chats() const { return static_cast<std::uint32_t>(chat_of_.size()); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  using Places = std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>>;

  static std::uint32_t place(const Places& places, std::string_view id);
  void add_user(std::string_view line);
  void add_chat(std::string_view line);

  std::vector<User> users_;
  Places user_of_;
  Places chat_of_;
};

}  // namespace bare
