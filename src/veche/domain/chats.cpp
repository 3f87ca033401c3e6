#include "veche/domain/chats.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "veche/base/utf8.hpp"
#include "veche/domain/access.hpp"
#include "veche/domain/entries.hpp"
#include "veche/domain/text.hpp"

namespace veche::domain {
namespace {

constexpr std::size_t chat_name_max = 200;
constexpr std::size_t chat_avatar_max = 500;
constexpr std::size_t description_max = 2'000;
constexpr std::size_t client_chat_id_max = 64;

Result<void> check_values(const ChatChanges& values) {
  const auto& name = values.name;
  if (name && (!is_utf8(*name) || !has_length(trim(*name), 1, chat_name_max)))
    return fail(Errc::validation, "name must have 1 to 200 characters");
  if (values.avatar && !has_length(*values.avatar, 0, chat_avatar_max))
    return fail(Errc::validation, "avatar must have at most 500 characters");
  if (values.description && !has_length(*values.description, 0, description_max))
    return fail(Errc::validation, "description must have at most 2000 characters");
  return {};
}

Result<void> check_shape(const NewChat& input) {
  if (!input.id.empty() && !is_id(input.id))
    return fail(Errc::validation, "id must be 1 to 64 of A-Z a-z 0-9 _ -");
  if (!has_length(input.client_chat_id, 0, client_chat_id_max))
    return fail(Errc::validation, "clientChatId must have at most 64 characters");
  if (input.participant_ids.size() > members_max)
    return fail(Errc::validation, "A chat has at most 10000 participants");
  if (input.type == ChatType::personal) return {};
  return check_values(
      {.name = input.name, .avatar = input.avatar, .description = input.description});
}

Result<void> check_changes(const ChatChanges& changes) {
  if (!changes.name && !changes.avatar && !changes.description)
    return fail(Errc::validation, "name, avatar or description must be given");
  return check_values(changes);
}

/// Everybody who will take part, the creator among them, once each, in the order of refs.
Result<std::vector<UserRef>> participants_of(const NewChat& input, Transaction& transaction) {
  std::vector<UserRef> refs{input.creator};
  for (const auto& id : input.participant_ids) {
    const auto user = is_id(id) ? transaction.user_by_id(id) : nullptr;
    if (!user || user->is_erased) return fail(Errc::not_found, "User not found");
    refs.push_back(user->ref);
  }
  std::sort(refs.begin(), refs.end());
  refs.erase(std::unique(refs.begin(), refs.end()), refs.end());
  if (refs.size() > members_max)
    return fail(Errc::validation, "A chat has at most 10000 participants");
  return refs;
}

std::vector<Member> members_of(const NewChat& input, const std::vector<UserRef>& refs,
                               WallTime now) {
  std::vector<Member> members;
  members.reserve(refs.size());
  for (const auto ref : refs) {
    const bool is_owner = ref == input.creator && input.type != ChatType::personal;
    members.push_back(
        {.user = ref, .role = is_owner ? Role::owner : Role::member, .joined_at = now});
  }
  return members;
}

/// The personal chat of the pair that is in use, or nullptr.
const Chat* personal_of(const std::vector<UserRef>& pair, Transaction& transaction) {
  const auto ref = transaction.store().find_personal(pair.front(), pair.back());
  const auto* chat = ref ? transaction.chat(*ref) : nullptr;
  return chat == nullptr || chat->is_deleted ? nullptr : chat;
}

}  // namespace

ChatView view_of(const Chat& chat, UserRef viewer, Transaction& transaction) {
  ChatView view{chat, transaction.audience(chat), std::nullopt, 0};
  if (auto entry = transaction.store().find_entry(chat.last_message)) {
    auto sender = transaction.user(entry->actor);
    view.last_message = message_of(std::move(*entry), chat.id, std::move(sender));
  }
  if (const auto* member = chat.find(viewer)) {
    const auto uncounted = transaction.store().uncounted(chat.ref, member->cursor(), viewer);
    view.unread = unread_of(chat, *member, uncounted);
  }
  return view;
}

Result<CreatedChat> Chats::create(const NewChat& input) {
  if (auto checked = check_shape(input); !checked)
    return fail(checked.error().code, checked.error().text);
  if (!transaction_.user(input.creator)) return fail(Errc::unauthorized, "Unknown user");
  auto refs = participants_of(input, transaction_);
  if (!refs) return fail(refs.error().code, refs.error().text);
  const bool is_personal = input.type == ChatType::personal;
  if (is_personal && refs->size() != 2)
    return fail(Errc::validation, "A personal chat needs one other participant");
  if (is_personal) {
    if (const auto* chat = personal_of(*refs, transaction_))
      return CreatedChat{view_of(*chat, input.creator, transaction_), true};
  }
  if (!input.id.empty() && transaction_.chat_by_id(input.id) != nullptr)
    return fail(Errc::conflict, "A chat with this id exists");

  const auto now = transaction_.now();
  Chat row;
  row.id = input.id.empty() ? make_id(now, transaction_.rng()) : input.id;
  row.type = input.type;
  if (!is_personal) {
    row.name = trim(input.name);
    row.avatar = input.avatar;
    row.description = input.description;
  }
  row.created = row.updated = now;
  row.members = members_of(input, *refs, now);
  const auto& chat = transaction_.insert_chat(std::move(row));
  const auto entry = transaction_.append(
      chat,
      {.kind = EntryKind::chat_created, .actor = input.creator, .body = input.client_chat_id});
  auto view = std::make_shared<const ChatView>(view_of(chat, input.creator, transaction_));
  transaction_.tell(entry.pos, ChatCreated{view, input.client_chat_id});
  return CreatedChat{*view, false};
}

Result<Joined> Chats::join(UserRef user, std::string_view chat_id) {
  const auto* chat = transaction_.chat_by_id(chat_id);
  const auto* member = chat == nullptr || chat->is_deleted ? nullptr : chat->find(user);
  if (member == nullptr) return fail(Errc::forbidden, "Access denied");
  return Joined{chat->last_seq, chat->rev, member->read_seq};
}

Result<ChatView> Chats::update(UserRef user, std::string_view chat_id, ChatChanges changes) {
  const auto* chat = transaction_.chat_by_id(chat_id);
  const auto* member = member_of(chat, user);
  if (member == nullptr) return tl::unexpected<Error>{no_chat()};
  if (chat->type == ChatType::personal || member->role == Role::member)
    return fail(Errc::forbidden, "Only owner and admins of a group may change it");
  if (auto checked = check_changes(changes); !checked)
    return fail(checked.error().code, checked.error().text);
  if (changes.name) changes.name = std::string{trim(*changes.name)};
  std::string letters;
  const auto apply = [&](char letter, std::string Chat::*value, std::optional<std::string>& then) {
    if (then == chat->*value) then.reset();
    if (!then) return;
    transaction_.change(*chat).*value = *then;
    letters += letter;
  };
  apply('n', &Chat::name, changes.name);
  apply('a', &Chat::avatar, changes.avatar);
  apply('d', &Chat::description, changes.description);
  if (!letters.empty()) {
    const auto entry = transaction_.append(
        *chat, {.kind = EntryKind::chat_updated, .actor = user, .body = std::move(letters)});
    transaction_.tell(entry.pos, ChatUpdated{chat->id, entry.rev, transaction_.audience(*chat),
                                             std::move(changes)});
  }
  return view_of(*chat, user, transaction_);
}

Result<Rev> Chats::erase(UserRef user, std::string_view chat_id) {
  const auto* chat = transaction_.chat_by_id(chat_id);
  const auto* member = member_of(chat, user);
  if (member == nullptr) return tl::unexpected<Error>{no_chat()};
  if (chat->type != ChatType::personal && member->role != Role::owner)
    return fail(Errc::forbidden, "Only the owner may delete this chat");
  transaction_.change(*chat).is_deleted = true;
  const auto entry = transaction_.append(*chat, {.kind = EntryKind::chat_deleted, .actor = user});
  transaction_.tell(entry.pos, ChatDeleted{chat->id, entry.rev, transaction_.audience(*chat)});
  return entry.rev;
}

}  // namespace veche::domain
