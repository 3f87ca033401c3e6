#include "veche/domain/groups.hpp"

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>

#include "veche/domain/access.hpp"
#include "veche/domain/chats.hpp"
#include "veche/domain/entries.hpp"

namespace veche::domain {
namespace {

tl::unexpected<Error> no_member() { return fail(Errc::not_found, "Member not found"); }

/// Who owns a chat when its owner leaves; needs another member.
UserRef heir_of(const Chat& chat, UserRef leaver) {
  const Member* heir = nullptr;
  const auto rank = [](const Member& member) {
    return std::tuple{member.role != Role::admin, member.joined_at, member.user};
  };
  for (const auto& member : chat.members) {
    if (member.user == leaver) continue;
    if (heir == nullptr || rank(member) < rank(*heir)) heir = &member;
  }
  return heir->user;
}

}  // namespace

Result<Regrouped> Groups::add(const NewMembers& input) {
  const auto found = find(input.by, input.chat_id);
  if (!found) return tl::unexpected<Error>{found.error()};
  const auto& chat = *found->chat;
  if (found->member->role == Role::member)
    return fail(Errc::forbidden, "Only owner and admins may add members");
  auto users = newcomers(chat, input.user_ids);
  if (!users) return tl::unexpected<Error>{users.error()};
  if (chat.members.size() + users->size() > members_max)
    return fail(Errc::validation, "A chat has at most 10000 participants");
  if (!users->empty()) {
    std::vector<UserRef> refs;
    for (const auto& user : *users) refs.push_back(user->ref);
    transaction_.add_members(chat, refs);
    const auto entry = transaction_.append(
        chat, {.kind = EntryKind::member_added, .actor = input.by, .body = list_of(refs)});
    auto view = std::make_shared<const ChatView>(view_of(chat, refs.front(), transaction_));
    transaction_.tell(entry.pos, MembersAdded{chat.id, entry.rev, std::move(view),
                                              std::move(*users), transaction_.user(input.by)});
  }
  return Regrouped{view_of(chat, input.by, transaction_)};
}

Result<Regrouped> Groups::remove(const MemberChoice& input) {
  const auto found = find(input.by, input.chat_id);
  if (!found) return tl::unexpected<Error>{found.error()};
  const auto& chat = *found->chat;
  const auto* target = named(chat, input.user_id);
  if (target == found->member) return leave(input.by, input.chat_id);
  const auto role = found->member->role;
  if (role == Role::member)
    return fail(Errc::forbidden, "Only owner and admins may remove members");
  if (target == nullptr) return no_member();
  if (role != Role::owner && target->role != Role::member)
    return fail(Errc::forbidden, "Only the owner may remove an admin, and nobody the owner");
  take_out(chat, target->user, input.by);
  return Regrouped{view_of(chat, input.by, transaction_)};
}

Result<Regrouped> Groups::set_role(const MemberChoice& input, Role role) {
  const auto found = find(input.by, input.chat_id);
  if (!found) return tl::unexpected<Error>{found.error()};
  const auto& chat = *found->chat;
  if (found->member->role != Role::owner)
    return fail(Errc::forbidden, "Only the owner may set roles");
  const auto* target = named(chat, input.user_id);
  if (target == nullptr) return no_member();
  if (target == found->member && role != Role::owner)
    return fail(Errc::validation, "The owner hands the chat over by making another its owner");
  if (target->role != role) {
    give_role(chat, target->user, role, input.by);
    if (role == Role::owner) give_role(chat, input.by, Role::admin, input.by);
  }
  return Regrouped{view_of(chat, input.by, transaction_)};
}

Result<Regrouped> Groups::leave(UserRef user, std::string_view chat_id) {
  const auto found = find(user, chat_id);
  if (!found) return tl::unexpected<Error>{found.error()};
  const auto& chat = *found->chat;
  if (chat.members.size() == 1) {
    transaction_.change(chat).is_deleted = true;
    const auto entry = transaction_.append(chat, {.kind = EntryKind::chat_deleted, .actor = user});
    transaction_.tell(entry.pos, ChatDeleted{chat.id, entry.rev, transaction_.audience(chat)});
    return Regrouped{};
  }
  const auto heir = found->member->role == Role::owner ? heir_of(chat, user) : UserRef::none;
  take_out(chat, user, user);
  if (heir != UserRef::none) give_role(chat, heir, Role::owner, user);
  return Regrouped{view_of(chat, user, transaction_)};
}

Result<Groups::Place> Groups::find(UserRef user, std::string_view chat_id) {
  const auto* chat = transaction_.chat_by_id(chat_id);
  const auto* member = member_of(chat, user);
  if (member == nullptr) return tl::unexpected<Error>{no_chat()};
  if (chat->type == ChatType::personal)
    return fail(Errc::validation, "The members of a personal chat do not change");
  return Place{chat, member};
}

const Member* Groups::named(const Chat& chat, std::string_view user_id) {
  const auto user = is_id(user_id) ? transaction_.user_by_id(user_id) : nullptr;
  return user == nullptr ? nullptr : chat.find(user->ref);
}

Result<std::vector<UserPtr>> Groups::newcomers(const Chat& chat,
                                               const std::vector<std::string>& ids) {
  std::vector<UserPtr> users;
  for (const auto& id : ids) {
    auto user = is_id(id) ? transaction_.user_by_id(id) : nullptr;
    if (user == nullptr || user->is_erased) return fail(Errc::not_found, "User not found");
    if (chat.find(user->ref) == nullptr) users.push_back(std::move(user));
  }
  const auto is_before = [](const UserPtr& one, const UserPtr& other) {
    return one->ref < other->ref;
  };
  const auto is_same = [](const UserPtr& one, const UserPtr& other) {
    return one->ref == other->ref;
  };
  std::sort(users.begin(), users.end(), is_before);
  users.erase(std::unique(users.begin(), users.end(), is_same), users.end());
  return users;
}

void Groups::take_out(const Chat& chat, UserRef user, UserRef by) {
  transaction_.remove_member(chat, user);
  const auto entry = transaction_.append(
      chat, {.kind = EntryKind::member_removed, .actor = by, .body = list_of({user})});
  transaction_.tell(entry.pos, MemberRemoved{chat.id, entry.rev, transaction_.audience(chat),
                                             transaction_.user(user), transaction_.user(by)});
}

void Groups::give_role(const Chat& chat, UserRef user, Role role, UserRef by) {
  transaction_.change_member(chat, user).role = role;
  const auto entry = transaction_.append(
      chat, {.kind = EntryKind::role_changed, .actor = by, .body = role_body(user, role)});
  transaction_.tell(entry.pos, RoleChanged{chat.id, entry.rev, transaction_.audience(chat),
                                           transaction_.user(user), role, transaction_.user(by)});
}

}  // namespace veche::domain
