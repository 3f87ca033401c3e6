#include "veche/domain/entries.hpp"

#include <charconv>
#include <utility>

#include "veche/base/contract.hpp"

namespace veche::domain {
namespace {

UserPtr user_of(UserRef ref, Reader& reader) {
  if (ref == UserRef::none) return nullptr;
  auto account = reader.find_account(ref);
  return account ? std::move(account->user) : nullptr;
}

/// The chat as it was when it began.
ChatCreated created_of(const Entry& entry, Chat chat, AudiencePtr audience) {
  chat.last_seq = 0;
  chat.rev = entry.rev;
  chat.head = entry.pos;
  chat.last_message = 0;
  chat.updated = entry.created;
  chat.is_deleted = false;
  for (auto& member : chat.members) {
    member.joined_seq = member.read_seq = member.delivered_seq = member.last_own_seq = 0;
    member.own_after = 0;
  }
  ChatView view{std::move(chat), std::move(audience), std::nullopt, 0};
  return {std::make_shared<const ChatView>(std::move(view)), entry.body};
}

/// The cursor as it was moved; what is unread is counted as of now.
ChatRead read_of(const Entry& entry, const Chat& chat, AudiencePtr audience, Reader& reader) {
  Unread unread{.user = user_of(entry.actor, reader), .read_seq = number_of(entry.body)};
  if (const auto* member = chat.find(entry.actor)) unread.count = reader.unread(chat, *member);
  return {chat.id, entry.rev, std::move(audience), std::move(unread)};
}

/// What was changed, with the values of now.
ChatChanges changes_of(const Entry& entry, const Chat& chat) {
  const auto value = [&entry](char letter, const std::string& now) {
    const bool is_changed = entry.body.find(letter) != std::string::npos;
    return is_changed ? std::optional{now} : std::nullopt;
  };
  return {value('n', chat.name), value('a', chat.avatar), value('d', chat.description)};
}

}  // namespace

std::int64_t number_of(std::string_view body) {
  std::int64_t number = 0;
  std::from_chars(body.data(), body.data() + body.size(), number);
  return number;
}

Message message_of(Entry entry, std::string chat_id, UserPtr sender) {
  VECHE_EXPECTS(entry.kind == EntryKind::message);
  const bool is_system = entry.type == MessageType::system;
  return {
      .pos = entry.pos,
      .chat_id = std::move(chat_id),
      .sender = is_system ? nullptr : std::move(sender),
      .text = entry.is_deleted ? std::string{} : std::move(entry.body),
      .type = entry.type,
      .seq = entry.seq,
      .rev = entry.rev,
      .client_message_id = std::move(entry.client_key),
      .created = entry.created,
      .updated = entry.edited.value_or(entry.created),
      .edited = entry.edited,
      .is_deleted = entry.is_deleted,
  };
}

FactPtr fact_of(const Entry& entry, Reader& reader) {
  auto chat = reader.find_chat(entry.chat);
  if (!chat) return nullptr;
  auto audience = reader.audience(*chat);
  Fact fact{.pos = entry.pos, .what = ChatDeleted{}};
  switch (entry.kind) {
    case EntryKind::message:
      fact.what = MessagePosted{std::move(audience),
                                message_of(entry, chat->id, user_of(entry.actor, reader))};
      break;
    case EntryKind::chat_created:
      fact.what = created_of(entry, std::move(*chat), std::move(audience));
      break;
    case EntryKind::chat_deleted:
      fact.what = ChatDeleted{chat->id, entry.rev, std::move(audience)};
      break;
    case EntryKind::chat_updated:
      fact.what = ChatUpdated{chat->id, entry.rev, std::move(audience), changes_of(entry, *chat)};
      break;
    case EntryKind::chat_read:
      fact.what = read_of(entry, *chat, std::move(audience), reader);
      break;
  }
  if (reader.failed()) return nullptr;
  return std::make_shared<const Fact>(std::move(fact));
}

std::optional<Message> last_message_of(const Chat& chat, Reader& reader) {
  if (chat.last_message == 0) return std::nullopt;
  auto entries = reader.entries_after(chat.last_message - 1, 1);
  if (entries.empty()) return std::nullopt;
  auto sender = user_of(entries.front().actor, reader);
  return message_of(std::move(entries.front()), chat.id, std::move(sender));
}

std::int64_t unread_of(const Chat& chat, const Member& member, std::int64_t uncounted) {
  return chat.last_seq - member.cursor() - member.own_after - uncounted;
}

}  // namespace veche::domain
