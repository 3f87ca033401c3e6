#include "veche/storage/memory_tables.hpp"

#include <algorithm>
#include <tuple>

#include "veche/base/contract.hpp"
#include "veche/domain/text.hpp"

namespace veche::storage {
namespace {

using domain::Chat;
using domain::ChatRef;
using domain::Entry;
using domain::EntryKind;
using domain::Member;
using domain::Pos;
using domain::Seq;
using domain::UserRef;

template <typename Rows, typename Number>
auto* row_at(Rows& rows, Number number) {
  const auto index = static_cast<std::int64_t>(number) - 1;
  const bool is_there = index >= 0 && index < static_cast<std::int64_t>(rows.size());
  return is_there ? &rows[static_cast<std::size_t>(index)] : nullptr;
}

template <typename Map, typename Key>
std::optional<typename Map::mapped_type> value_at(const Map& map, const Key& key) {
  const auto found = map.find(key);
  if (found == map.end()) return std::nullopt;
  return found->second;
}

std::string client_key_text(UserRef actor, ChatRef chat, std::string_view key) {
  auto text = std::to_string(static_cast<std::int64_t>(actor)) + ' ' +
              std::to_string(static_cast<std::int64_t>(chat)) + ' ';
  text += key;
  return text;
}

auto place_of(std::vector<Member>& members, UserRef user) {
  return std::lower_bound(members.begin(), members.end(), user,
                          [](const Member& member, UserRef ref) { return member.user < ref; });
}

}  // namespace

Chat row_of(const Chat& chat) {
  return {.ref = chat.ref,
          .id = chat.id,
          .type = chat.type,
          .name = chat.name,
          .avatar = chat.avatar,
          .description = chat.description,
          .last_seq = chat.last_seq,
          .rev = chat.rev,
          .head = chat.head,
          .last_message = chat.last_message,
          .created = chat.created,
          .updated = chat.updated,
          .is_deleted = chat.is_deleted};
}

void set_row(Chat& chat, Chat row) {
  row.members = std::move(chat.members);
  chat = std::move(row);
}

void advance(Chat& chat, const ChatAdvanced& to) {
  chat.last_seq = to.last_seq;
  chat.rev = to.rev;
  chat.head = to.head;
  chat.last_message = to.last_message;
  chat.updated = to.updated;
}

void put_member(Chat& chat, const Member& member) {
  const auto place = place_of(chat.members, member.user);
  if (place != chat.members.end() && place->user == member.user) {
    *place = member;
  } else {
    chat.members.insert(place, member);
  }
}

void advance_member(Chat& chat, const MemberAdvanced& to) {
  auto* member = chat.find(to.user);
  VECHE_EXPECTS(member != nullptr);
  member->last_own_seq = to.last_own_seq;
  member->own_after = to.own_after;
}

void delete_member(Chat& chat, UserRef user) {
  const auto place = place_of(chat.members, user);
  if (place != chat.members.end() && place->user == user) chat.members.erase(place);
}

std::vector<domain::SessionRow> live_among(std::vector<domain::SessionRow> sessions, WallTime now) {
  std::erase_if(sessions,
                [now](const domain::SessionRow& session) { return !session.is_live(now); });
  std::sort(sessions.begin(), sessions.end(),
            [](const domain::SessionRow& one, const domain::SessionRow& other) {
              return std::tie(one.created, one.id) < std::tie(other.created, other.id);
            });
  return sessions;
}

void set_content(Entry& message, const Entry& changed) {
  message.body = changed.body;
  message.edited = changed.edited;
  message.is_deleted = changed.is_deleted;
  message.changed_rev = changed.changed_rev;
}

void MemoryTables::apply(MemoryChange change) {
  std::visit([this](auto&& one) { apply_one(std::forward<decltype(one)>(one)); },
             std::move(change));
}

void MemoryTables::append(const StoredEntry& entry) {
  VECHE_EXPECTS(entry.pos == head() + 1);
  if (entry.kind == EntryKind::message) {
    auto& positions = messages_[entry.chat];
    VECHE_EXPECTS(entry.seq == static_cast<Seq>(positions.size()) + 1);
    positions.push_back(entry.pos);
    if (entry.type == domain::MessageType::system)
      uncounted_[entry.chat].push_back({entry.seq, UserRef::none});
  }
  if (entry.client_key_bytes > 0)
    client_keys_.emplace(client_key_text(entry.actor, entry.chat, entry.client_key()), entry.pos);
  log_.push_back(entry);
}

void MemoryTables::apply_one(AccountInserted change) {
  const auto& user = *change.account.user;
  VECHE_EXPECTS(static_cast<std::size_t>(user.ref) == accounts_.size() + 1);
  accounts_by_id_.emplace(user.id, user.ref);
  if (!user.email.empty()) accounts_by_email_.emplace(domain::fold_case(user.email), user.ref);
  accounts_.push_back(std::move(change.account));
}

void MemoryTables::apply_one(AccountUpdated change) {
  const auto& user = *change.account.user;
  auto* account = row_at(accounts_, user.ref);
  VECHE_EXPECTS(account != nullptr);
  accounts_by_email_.erase(domain::fold_case(account->user->email));
  if (!user.email.empty()) accounts_by_email_.emplace(domain::fold_case(user.email), user.ref);
  *account = std::move(change.account);
}

void MemoryTables::apply_one(ChatInserted change) {
  auto& chat = change.chat;
  VECHE_EXPECTS(static_cast<std::size_t>(chat.ref) == chats_.size() + 1);
  chats_by_id_.emplace(chat.id, chat.ref);
  for (const auto& member : chat.members) chats_of_[member.user].push_back(chat.ref);
  if (chat.type == domain::ChatType::personal && chat.members.size() == 2)
    personal_[Pair{chat.members[0].user, chat.members[1].user}] = chat.ref;
  chats_.push_back(std::move(chat));
}

void MemoryTables::apply_one(ChatUpdated change) {
  auto* chat = row_at(chats_, change.row.ref);
  VECHE_EXPECTS(chat != nullptr);
  set_row(*chat, std::move(change.row));
}

void MemoryTables::apply_one(const ChatAdvanced& change) {
  auto* chat = row_at(chats_, change.chat);
  VECHE_EXPECTS(chat != nullptr);
  advance(*chat, change);
}

void MemoryTables::apply_one(const MemberAdvanced& change) {
  auto* chat = row_at(chats_, change.chat);
  VECHE_EXPECTS(chat != nullptr);
  advance_member(*chat, change);
}

void MemoryTables::apply_one(const MemberPut& change) {
  auto* chat = row_at(chats_, change.chat);
  VECHE_EXPECTS(chat != nullptr);
  if (chat->find(change.member.user) == nullptr)
    chats_of_[change.member.user].push_back(change.chat);
  put_member(*chat, change.member);
}

void MemoryTables::apply_one(const MemberDeleted& change) {
  auto* chat = row_at(chats_, change.chat);
  VECHE_EXPECTS(chat != nullptr);
  delete_member(*chat, change.user);
  auto& chats = chats_of_[change.user];
  chats.erase(std::remove(chats.begin(), chats.end(), change.chat), chats.end());
}

void MemoryTables::apply_one(SessionPut change) {
  const auto id = change.session.id;
  const auto user = change.session.user;
  const bool is_new = sessions_.insert_or_assign(id, std::move(change.session)).second;
  if (is_new) sessions_of_[user].push_back(id);
}

void MemoryTables::apply_one(const DeadSessionsDeleted& change) {
  std::erase_if(sessions_of_[change.user], [&](const std::string& id) {
    const auto found = sessions_.find(id);
    if (!change.has_deleted(found->second)) return false;
    sessions_.erase(found);
    return true;
  });
}

void MemoryTables::apply_one(const EntryUpdated& change) {
  const auto* message = entry(change.message.pos);
  VECHE_EXPECTS(message != nullptr && message->kind == EntryKind::message);
  const bool is_news_lost = change.message.is_deleted && !message->is_deleted &&
                            message->type != domain::MessageType::system;
  if (is_news_lost) uncounted_[message->chat].push_back({message->seq, message->actor});
  auto changed = message->entry();
  set_content(changed, change.message);
  log_.replace(static_cast<std::size_t>(changed.pos - 1), changed);
}

const domain::Account* MemoryTables::account(UserRef ref) const { return row_at(accounts_, ref); }

const domain::Account* MemoryTables::account_by_id(std::string_view id) const {
  const auto ref = value_at(accounts_by_id_, std::string{id});
  return ref ? account(*ref) : nullptr;
}

const domain::Account* MemoryTables::account_by_email(std::string_view folded) const {
  const auto ref = value_at(accounts_by_email_, std::string{folded});
  return ref ? account(*ref) : nullptr;
}

const Chat* MemoryTables::chat(ChatRef ref) const { return row_at(chats_, ref); }

const Chat* MemoryTables::chat_by_id(std::string_view id) const {
  const auto ref = value_at(chats_by_id_, std::string{id});
  return ref ? chat(*ref) : nullptr;
}

const StoredEntry* MemoryTables::entry(Pos pos) const {
  return pos >= 1 && pos <= head() ? &log_[static_cast<std::size_t>(pos - 1)] : nullptr;
}

const StoredEntry* MemoryTables::message(ChatRef chat, Seq seq) const {
  const auto found = messages_.find(chat);
  const auto* pos = found == messages_.end() ? nullptr : row_at(found->second, seq);
  return pos == nullptr ? nullptr : entry(*pos);
}

const domain::SessionRow* MemoryTables::session(std::string_view id) const {
  const auto found = sessions_.find(std::string{id});
  return found == sessions_.end() ? nullptr : &found->second;
}

std::vector<domain::SessionRow> MemoryTables::sessions_of(UserRef user) const {
  std::vector<domain::SessionRow> sessions;
  const auto ids = sessions_of_.find(user);
  if (ids == sessions_of_.end()) return sessions;
  for (const auto& id : ids->second) sessions.push_back(sessions_.at(id));
  return sessions;
}

std::optional<ChatRef> MemoryTables::personal(UserRef one, UserRef other) const {
  return value_at(personal_, Pair{std::min(one, other), std::max(one, other)});
}

std::optional<Pos> MemoryTables::client_key(UserRef actor, ChatRef chat,
                                            std::string_view key) const {
  return value_at(client_keys_, client_key_text(actor, chat, key));
}

std::int64_t MemoryTables::uncounted(ChatRef chat, Seq after, UserRef member) const {
  const auto found = uncounted_.find(chat);
  if (found == uncounted_.end()) return 0;
  return std::count_if(found->second.begin(), found->second.end(), [=](const Silent& silent) {
    return silent.seq > after && silent.actor != member;
  });
}

std::vector<ChatRef> MemoryTables::chats_of(UserRef user) const {
  return value_at(chats_of_, user).value_or(std::vector<ChatRef>{});
}

}  // namespace veche::storage
