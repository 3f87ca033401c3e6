#pragma once

/// @file
/// The rules of who takes part in groups and channels, and in what role.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veche/domain/ledger.hpp"

namespace veche::domain {

struct NewMembers {
  UserRef by{};
  std::string chat_id{};
  std::vector<std::string> user_ids{};
};

/// A member of a chat, and who acts on it.
struct MemberChoice {
  UserRef by{};
  std::string chat_id{};
  std::string user_id{};
};

/// A chat as the one who acted sees it now: a stranger's view when that one has left, none when
/// nobody is left and the chat is deleted.
using Regrouped = std::optional<ChatView>;

/// The commands on members. Each may write several facts, so it wants Writes::many.
///
///     Groups{transaction}.add({.by = ann, .chat_id = "team", .user_ids = {"bob"}});
///     Groups{transaction}.leave(bob, "team");
///
/// Errors    Errc::not_found, no_chat(), for strangers; Errc::validation for personal chats;
///           Errc::forbidden for members without the right; Errc::not_found for users who are
///           not there, or no members. What is so already is no change and no fact.
/// Threads   The writer's only. Lifetime  Made anew for each command.
class Groups {
 public:
  explicit Groups(Transaction& transaction) : transaction_{transaction} {}

  /// Owner and admins. The new ones begin at the chat's last message: nothing before is news to
  /// them. Errc::validation also when there would be more than 10,000 members.
  [[nodiscard]] Result<Regrouped> add(const NewMembers& input);

  /// The owner anybody, admins plain members, everybody themselves (as leave() does).
  [[nodiscard]] Result<Regrouped> remove(const MemberChoice& input);

  /// The owner's alone. Role::owner hands the chat over: the old owner becomes an admin.
  /// Errc::validation when the owner would only step down.
  [[nodiscard]] Result<Regrouped> set_role(const MemberChoice& input, Role role);

  /// An owner who leaves hands the chat over to the admin who joined first, else to the member
  /// who did; when the last one leaves, the chat is deleted.
  [[nodiscard]] Result<Regrouped> leave(UserRef user, std::string_view chat_id);

 private:
  struct Place {
    const Chat* chat{};
    const Member* member{};
  };

  [[nodiscard]] Result<Place> find(UserRef user, std::string_view chat_id);
  /// The member that is named; nullptr when there is none.
  [[nodiscard]] const Member* named(const Chat& chat, std::string_view user_id);
  [[nodiscard]] Result<std::vector<UserPtr>> newcomers(const Chat& chat,
                                                       const std::vector<std::string>& ids);
  void take_out(const Chat& chat, UserRef user, UserRef by);
  void give_role(const Chat& chat, UserRef user, Role role, UserRef by);

  Transaction& transaction_;
};

}  // namespace veche::domain
