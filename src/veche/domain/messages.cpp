#include "veche/domain/messages.hpp"

#include <algorithm>
#include <utility>

#include "veche/domain/access.hpp"
#include "veche/domain/entries.hpp"
#include "veche/domain/text.hpp"

namespace veche::domain {
namespace {

constexpr std::size_t text_max = 10'000;
constexpr std::size_t client_message_id_max = 64;
constexpr std::chrono::hours editable_for{24};
/// Messages looked at together in search of one that is left.
constexpr Seq search_stride = 32;
/// Participants of a chat up to which a deletion tells each what is unread in all their chats.
constexpr std::size_t totals_max = 100;

/// A system message is nobody's own, whoever caused it.
bool is_by(const Entry& message, UserRef user) {
  return message.type != MessageType::system && message.actor == user;
}

bool may_post(const Chat& chat, const Member& member) {
  return chat.type != ChatType::channel || member.role != Role::member;
}

bool may_delete(const Entry& message, const Chat& chat, const Member& member) {
  if (message.type == MessageType::system) return false;
  const bool is_in_charge = chat.type != ChatType::personal && member.role != Role::member;
  return is_in_charge || message.actor == member.user;
}

/// The answer to a message that was stored before: the original, or a conflict when the key now
/// comes with another body. The text of an edited or deleted original can no longer be compared.
Result<Sent> repeated(Entry entry, const NewMessage& input, UserPtr sender) {
  const bool is_as_sent = !entry.edited && !entry.is_deleted;
  const bool is_same = entry.reply_to == input.reply_to && entry.is_forwarded == input.is_forwarded;
  if (!is_same || (is_as_sent && entry.body != input.text))
    return fail(Errc::conflict, "clientMessageId was used with another message");
  return Sent{std::make_shared<const Message>(
                  message_of(std::move(entry), input.chat_id, std::move(sender))),
              true};
}

}  // namespace

Result<void> check_text(std::string_view text) {
  if (!has_length(text, 1, text_max) || is_blank(text))
    return fail(Errc::validation, "text must have 1 to 10000 characters and not be blank");
  return {};
}

Result<Sent> Messages::send(NewMessage&& input) {
  const auto* chat = transaction_.chat_by_id(input.chat_id);
  const auto* member = chat == nullptr || chat->is_deleted ? nullptr : chat->find(input.sender);
  auto sender = member == nullptr ? nullptr : transaction_.user(input.sender);
  if (!sender) return fail(Errc::forbidden, "Access denied");
  if (!may_post(*chat, *member))
    return fail(Errc::read_only, "Only owners and admins post in a channel");
  if (auto checked = check_text(input.text); !checked)
    return fail(checked.error().code, checked.error().text);
  const auto& key = input.client_message_id;
  if (!has_length(key, 0, client_message_id_max))
    return fail(Errc::validation, "clientMessageId must have at most 64 characters");
  if (!key.empty()) {
    auto entry = transaction_.store().find_by_client_key(input.sender, chat->ref, key);
    if (entry) return repeated(std::move(*entry), input, std::move(sender));
  }
  if (!input.reply_to.empty() && !is_in(*chat, input.reply_to))
    return fail(Errc::validation, "replyTo must name a message of the chat");
  Entry entry{.kind = EntryKind::message,
              .actor = input.sender,
              .body = std::move(input.text),
              .client_key = std::move(input.client_message_id),
              .reply_to = std::move(input.reply_to),
              .is_forwarded = input.is_forwarded};
  transaction_.append(*chat, entry);
  // Three moves of each text less than by way of a message of its own.
  const auto fact =
      transaction_.tell_in_place<MessagePosted>(entry.pos, [&](MessagePosted& posted) {
        posted.audience = transaction_.audience(*chat);
        fill_message(std::move(entry), std::move(input.chat_id), std::move(sender), posted.message);
      });
  return Sent{{fact, &std::get<MessagePosted>(fact->what).message}, false};
}

bool Messages::is_in(const Chat& chat, std::string_view message_id) {
  const auto message = message_entry(transaction_, message_id);
  return message && message->chat == chat.ref;
}

Result<Messages::Place> Messages::find(UserRef user, std::string_view message_id) {
  auto entry = message_entry(transaction_, message_id);
  const auto* chat = entry ? transaction_.chat(entry->chat) : nullptr;
  const auto* member = member_of(chat, user);
  if (member == nullptr) return tl::unexpected<Error>{no_message()};
  if (entry->is_deleted) return fail(Errc::not_found, "The message has been deleted");
  return Place{std::move(*entry), chat, member};
}

Result<Message> Messages::edit(const Edit& input) {
  auto found = find(input.editor, input.message_id);
  if (!found) return tl::unexpected<Error>{std::move(found.error())};
  auto& [message, chat, member] = *found;
  if (!is_by(message, input.editor))
    return fail(Errc::forbidden, "Only the author may edit a message");
  if (!may_post(*chat, *member))
    return fail(Errc::read_only, "Only owners and admins post in a channel");
  if (transaction_.now() - message.created > editable_for)
    return fail(Errc::forbidden, "A message may be edited for 24 hours");
  if (auto checked = check_text(input.text); !checked)
    return tl::unexpected<Error>{std::move(checked.error())};
  auto sender = transaction_.user(input.editor);
  auto shown = message_of(message, chat->id, sender);
  if (input.if_rev && *input.if_rev != shown.rev)
    return fail(Errc::conflict, "The message has changed, its rev is " + std::to_string(shown.rev));
  if (message.body == input.text) return shown;

  const auto change = transaction_.append(*chat, {.kind = EntryKind::message_edited,
                                                  .actor = input.editor,
                                                  .body = std::to_string(message.pos)});
  message.body = input.text;
  message.edited = change.created;
  message.changed_rev = change.rev;
  transaction_.update_entry(message);
  shown = message_of(std::move(message), chat->id, std::move(sender));
  transaction_.tell(change.pos, MessageEdited{transaction_.audience(*chat), shown});
  return shown;
}

Result<Rev> Messages::erase(const Deletion& input) {
  auto found = find(input.deleter, input.message_id);
  if (!found) return tl::unexpected<Error>{std::move(found.error())};
  auto& [message, chat, member] = *found;
  if (!may_delete(message, *chat, *member))
    return fail(Errc::forbidden, "Only the author or an admin may delete a message");
  const auto change = transaction_.append(*chat, {.kind = EntryKind::message_deleted,
                                                  .actor = input.deleter,
                                                  .body = std::to_string(message.pos)});
  message.body.clear();
  message.is_deleted = true;
  message.changed_rev = change.rev;
  transaction_.update_entry(message);
  if (chat->last_message == message.pos)
    transaction_.change(*chat).last_message = newest_before(*chat, message.seq);
  transaction_.tell(
      change.pos,
      MessageDeleted{.audience = transaction_.audience(*chat),
                     .message = message_of(message, chat->id, transaction_.user(message.actor)),
                     .deleted_by = transaction_.user(input.deleter),
                     .last_message = last_message(*chat),
                     .unread = unread_without(*chat, message)});
  return change.rev;
}

Pos Messages::newest_before(const Chat& chat, Seq seq) {
  for (auto last = seq - 1; last >= 1; last -= search_stride) {
    const auto first = std::max<Seq>(1, last - search_stride + 1);
    const auto messages = transaction_.store().messages_between(chat, first, last);
    const auto found = std::find_if(messages.rbegin(), messages.rend(),
                                    [](const Entry& message) { return !message.is_deleted; });
    if (found != messages.rend()) return found->pos;
  }
  return 0;
}

std::optional<Message> Messages::last_message(const Chat& chat) {
  if (chat.last_message == 0) return std::nullopt;
  auto message = transaction_.store().find_entry(chat.last_message);
  if (!message) return std::nullopt;
  auto sender = transaction_.user(message->actor);
  return message_of(std::move(*message), chat.id, std::move(sender));
}

std::vector<Unread> Messages::unread_without(const Chat& chat, const Entry& message) {
  auto rows = unread_after_deletion(
      chat, *transaction_.audience(chat), message,
      [&](const Member& member) { return transaction_.unread(chat, member); });
  if (chat.members.size() > totals_max) return rows;
  for (auto& row : rows) row.total = transaction_.unread_in_all(row.user->ref);
  return rows;
}

}  // namespace veche::domain
