#include "veche/domain/entries.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_map>
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

SessionsRevoked revoked_of(const Entry& entry, Reader& reader) {
  SessionsRevoked revoked{.user = user_of(entry.actor, reader), .session_ids = {}};
  revoked.is_erasure = entry.body == erasure_body;
  if (revoked.is_erasure) return revoked;
  for (std::string_view rest = entry.body; !rest.empty();) {
    const auto id = rest.substr(0, rest.find(' '));
    revoked.session_ids.emplace_back(id);
    rest.remove_prefix(std::min(rest.size(), id.size() + 1));
  }
  return revoked;
}

FactPtr shared(Fact fact, Reader& reader) {
  return reader.failed() ? nullptr : std::make_shared<const Fact>(std::move(fact));
}

Message message_of(const Entry& entry, const Chat& chat, Reader& reader) {
  return domain::message_of(entry, chat.id, user_of(entry.actor, reader));
}

/// What a change of a message was told as; none when the message is not there.
std::optional<Happening> change_of(const Entry& entry, const Chat& chat, AudiencePtr audience,
                                   Reader& reader) {
  const auto row = message_at(number_of(entry.body), reader);
  if (!row) return std::nullopt;
  auto message = message_of(*row, chat, reader);
  message.rev = entry.rev;
  if (entry.kind == EntryKind::message_edited)
    return MessageEdited{std::move(audience), std::move(message)};
  auto unread = unread_after_deletion(
      chat, *audience, *row, [&](const Member& member) { return reader.unread(chat, member); });
  return MessageDeleted{std::move(audience), std::move(message), user_of(entry.actor, reader),
                        last_message_of(chat, reader), std::move(unread)};
}

MessagePosted posted_of(const Entry& entry, const Chat& chat, AudiencePtr audience,
                        Reader& reader) {
  auto message = message_of(entry, chat, reader);
  message.rev = entry.rev;
  return {std::move(audience), std::move(message)};
}

/// What was changed, with the values of now.
ChatChanges changes_of(const Entry& entry, const Chat& chat) {
  const auto value = [&entry](char letter, const std::string& now) {
    const bool is_changed = entry.body.find(letter) != std::string::npos;
    return is_changed ? std::optional{now} : std::nullopt;
  };
  return {value('n', chat.name), value('a', chat.avatar), value('d', chat.description)};
}

/// The member that a row names first, who may have gone since.
UserPtr named_in(const Entry& entry, Reader& reader) {
  const auto refs = refs_of(entry.body);
  return refs.empty() ? nullptr : user_of(refs.front(), reader);
}

/// Of those who were added, whoever is still there; the chat is as of now.
MembersAdded added_of(const Entry& entry, Chat chat, AudiencePtr audience, Reader& reader) {
  MembersAdded added{.chat_id = chat.id, .rev = entry.rev, .by = user_of(entry.actor, reader)};
  for (const auto ref : refs_of(entry.body)) {
    if (chat.find(ref) == nullptr) continue;
    if (auto user = user_of(ref, reader)) added.users.push_back(std::move(user));
  }
  auto last = last_message_of(chat, reader);
  added.chat = std::make_shared<const ChatView>(
      ChatView{std::move(chat), std::move(audience), std::move(last), 0});
  return added;
}

RoleChanged role_of(const Entry& entry, const Chat& chat, AudiencePtr audience, Reader& reader) {
  const auto numbers = refs_of(entry.body);
  const auto role = numbers.size() < 2 ? Role::member : static_cast<Role>(numbers[1]);
  return {chat.id,
          entry.rev,
          std::move(audience),
          named_in(entry, reader),
          role,
          user_of(entry.actor, reader)};
}

}  // namespace

std::optional<Entry> message_at(Pos pos, Reader& reader) {
  auto entries = reader.entries_after(pos - 1, 1);
  const bool is_it =
      !entries.empty() && entries[0].pos == pos && entries[0].kind == EntryKind::message;
  if (!is_it) return std::nullopt;
  return std::move(entries[0]);
}

std::string list_of(const std::vector<UserRef>& refs) {
  std::string body;
  for (const auto ref : refs) {
    if (!body.empty()) body += ' ';
    body += std::to_string(static_cast<std::int64_t>(ref));
  }
  return body;
}

std::vector<UserRef> refs_of(std::string_view body) {
  std::vector<UserRef> refs;
  while (!body.empty()) {
    const auto end = std::min(body.find(' '), body.size());
    refs.push_back(UserRef{number_of(body.substr(0, end))});
    body.remove_prefix(std::min(end + 1, body.size()));
  }
  return refs;
}

std::string role_body(UserRef user, Role role) {
  return list_of({user}) + ' ' + std::to_string(static_cast<int>(role));
}

std::int64_t number_of(std::string_view body) {
  std::int64_t number = 0;
  std::from_chars(body.data(), body.data() + body.size(), number);
  return number;
}

void fill_message(Entry&& entry, std::string chat_id, UserPtr sender, Message& message) {
  VECHE_EXPECTS(entry.kind == EntryKind::message);
  message.pos = entry.pos;
  message.chat_id = std::move(chat_id);
  if (entry.type != MessageType::system) message.sender = std::move(sender);
  if (!entry.is_deleted) message.text = std::move(entry.body);
  message.type = entry.type;
  message.seq = entry.seq;
  message.rev = entry.changed_rev != 0 ? entry.changed_rev : entry.rev;
  message.client_message_id = std::move(entry.client_key);
  message.created = entry.created;
  message.updated = entry.edited.value_or(entry.created);
  message.edited = entry.edited;
  message.is_deleted = entry.is_deleted;
  message.reply_to = std::move(entry.reply_to);
  message.is_forwarded = entry.is_forwarded;
}

FactPtr fact_of(const Entry& entry, Reader& reader) {
  if (entry.kind == EntryKind::sessions_revoked)
    return shared({entry.pos, revoked_of(entry, reader)}, reader);
  const auto chat = reader.find_chat(entry.chat);
  if (!chat) return nullptr;
  return fact_of(entry, *chat, reader.audience(*chat), reader);
}

FactPtr fact_of(const Entry& entry, const Chat& chat, AudiencePtr audience, Reader& reader) {
  Fact fact{.pos = entry.pos, .what = ChatDeleted{}};
  switch (entry.kind) {
    case EntryKind::message: fact.what = posted_of(entry, chat, std::move(audience), reader); break;
    case EntryKind::chat_created: fact.what = created_of(entry, chat, std::move(audience)); break;
    case EntryKind::chat_deleted:
      fact.what = ChatDeleted{chat.id, entry.rev, std::move(audience)};
      break;
    case EntryKind::chat_updated:
      fact.what = ChatUpdated{chat.id, entry.rev, std::move(audience), changes_of(entry, chat)};
      break;
    case EntryKind::member_added:
      fact.what = added_of(entry, chat, std::move(audience), reader);
      break;
    case EntryKind::member_removed:
      fact.what = MemberRemoved{chat.id, entry.rev, std::move(audience), named_in(entry, reader),
                                user_of(entry.actor, reader)};
      break;
    case EntryKind::role_changed:
      fact.what = role_of(entry, chat, std::move(audience), reader);
      break;
    case EntryKind::chat_read: fact.what = read_of(entry, chat, std::move(audience), reader); break;
    case EntryKind::message_edited:
    case EntryKind::message_deleted: {
      auto change = change_of(entry, chat, std::move(audience), reader);
      if (!change) return nullptr;
      fact.what = std::move(*change);
      break;
    }
    case EntryKind::sessions_revoked: return nullptr;  // no chat's
  }
  return shared(std::move(fact), reader);
}

std::optional<Message> last_message_of(const Chat& chat, Reader& reader) {
  if (chat.last_message == 0) return std::nullopt;
  const auto row = message_at(chat.last_message, reader);
  return row ? std::optional{message_of(*row, chat, reader)} : std::nullopt;
}

std::vector<Unread> unread_after_deletion(
    const Chat& chat, const Audience& audience, const Entry& message,
    const std::function<std::int64_t(const Member&)>& unread) {
  std::vector<Unread> rows;
  std::unordered_map<Seq, std::int64_t> by_cursor;
  const auto count = [&](const Member& member) {
    if (member.last_own_seq > member.cursor()) return unread(member);
    const auto known = by_cursor.find(member.cursor());
    if (known != by_cursor.end()) return known->second;
    return by_cursor.emplace(member.cursor(), unread(member)).first->second;
  };
  for (const auto& user : audience.users) {
    const auto* member = user->ref == message.actor ? nullptr : chat.find(user->ref);
    if (member == nullptr || member->cursor() >= message.seq) continue;
    rows.push_back({.user = user, .read_seq = member->read_seq, .count = count(*member)});
  }
  return rows;
}

std::int64_t unread_of(const Chat& chat, const Member& member, std::int64_t uncounted) {
  return chat.last_seq - member.cursor() - member.own_after - uncounted;
}

}  // namespace veche::domain
