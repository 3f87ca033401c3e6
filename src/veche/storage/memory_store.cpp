#include "veche/storage/memory_store.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/domain/entries.hpp"
#include "veche/domain/text.hpp"
#include "veche/storage/memory_reader.hpp"

namespace veche::storage {
namespace {

using domain::Account;
using domain::Chat;
using domain::ChatRef;
using domain::Entry;
using domain::UserRef;

/// The newest account among the changes that fits, else the committed one.
template <typename Fits>
std::optional<Account> newest_account(const std::vector<MemoryChange>& changes,
                                      const Account* committed, Fits fits) {
  for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
    const Account* account = nullptr;
    if (const auto* inserted = std::get_if<AccountInserted>(&*change)) account = &inserted->account;
    if (const auto* updated = std::get_if<AccountUpdated>(&*change)) account = &updated->account;
    if (account != nullptr && fits(*account)) return *account;
  }
  return copy_of(committed);
}

/// What one change makes of the chat with that ref.
struct ChangeOfChat {
  ChatRef ref;
  std::optional<Chat>& chat;

  void operator()(const ChatInserted& change) const {
    if (change.chat.ref == ref) chat = change.chat;
  }
  void operator()(const ChatUpdated& change) const {
    if (chat && change.row.ref == ref) set_row(*chat, change.row);
  }
  void operator()(const ChatAdvanced& change) const {
    if (chat && change.chat == ref) storage::advance(*chat, change);
  }
  void operator()(const MemberPut& change) const {
    if (chat && change.chat == ref) storage::put_member(*chat, change.member);
  }
  void operator()(const MemberAdvanced& change) const {
    if (chat && change.chat == ref) storage::advance_member(*chat, change);
  }
  void operator()(const MemberDeleted& change) const {
    if (chat && change.chat == ref) storage::delete_member(*chat, change.user);
  }
  template <typename Other>
  void operator()(const Other& /*change*/) const {}
};

}  // namespace

MemoryStore::MemoryStore(std::string epoch)
    : epoch_{std::move(epoch)}, tables_{std::make_shared<MemoryTables>()} {}

std::unique_ptr<domain::Reader> MemoryStore::open_reader() const {
  return std::make_unique<MemoryReader>(tables_);
}

void MemoryStore::begin() { rollback(); }

Result<void> MemoryStore::commit() {
  {
    const std::lock_guard lock{tables_->mutex};
    // Entries first: a change may be to one of them.
    for (const auto* entry : entries_) tables_->append(*entry);
    for (auto& change : changes_) tables_->apply(std::move(change));
  }
  rollback();
  return {};
}

void MemoryStore::rollback() {
  changes_.clear();
  entries_.clear();
  accounts_inserted_ = 0;
  chats_inserted_ = 0;
}

void MemoryStore::savepoint() {
  savepoint_ = {changes_.size(), entries_.size(), accounts_inserted_, chats_inserted_};
}

void MemoryStore::release() {}

void MemoryStore::rollback_to_savepoint() {
  changes_.resize(savepoint_.changes);
  entries_.truncate(savepoint_.entries);
  accounts_inserted_ = savepoint_.accounts;
  chats_inserted_ = savepoint_.chats;
}

std::optional<Account> MemoryStore::find_account(UserRef ref) {
  return newest_account(changes_, tables_->account(ref),
                        [ref](const Account& account) { return account.user->ref == ref; });
}

std::optional<Account> MemoryStore::find_account_by_id(std::string_view id) {
  return newest_account(changes_, tables_->account_by_id(id),
                        [id](const Account& account) { return account.user->id == id; });
}

std::optional<Account> MemoryStore::find_account_by_email(std::string_view email) {
  const auto folded = domain::fold_case(email);
  if (folded.empty()) return std::nullopt;
  return newest_account(changes_, tables_->account_by_email(folded),
                        [&folded](const Account& account) {
                          return domain::fold_case(account.user->email) == folded;
                        });
}

UserRef MemoryStore::insert_account(const Account& account) {
  const auto ref = static_cast<UserRef>(tables_->accounts_count() + ++accounts_inserted_);
  auto user = std::make_shared<domain::User>(*account.user);
  user->ref = ref;
  changes_.emplace_back(AccountInserted{{std::move(user), account.password_hash}});
  return ref;
}

void MemoryStore::update_account(const Account& account) {
  changes_.emplace_back(AccountUpdated{account});
}

std::optional<Chat> MemoryStore::find_chat(ChatRef ref) {
  auto chat = copy_of(tables_->chat(ref));
  for (const auto& change : changes_) std::visit(ChangeOfChat{ref, chat}, change);
  return chat;
}

std::optional<Chat> MemoryStore::find_chat_by_id(std::string_view id) {
  if (const auto* chat = tables_->chat_by_id(id)) return find_chat(chat->ref);
  for (const auto& change : changes_) {
    const auto* inserted = std::get_if<ChatInserted>(&change);
    if (inserted != nullptr && inserted->chat.id == id) return find_chat(inserted->chat.ref);
  }
  return std::nullopt;
}

std::optional<ChatRef> MemoryStore::find_personal(UserRef one, UserRef other) {
  for (auto change = changes_.rbegin(); change != changes_.rend(); ++change) {
    const auto* inserted = std::get_if<ChatInserted>(&*change);
    if (inserted == nullptr || inserted->chat.type != domain::ChatType::personal) continue;
    if (inserted->chat.find(one) != nullptr && inserted->chat.find(other) != nullptr)
      return inserted->chat.ref;
  }
  return tables_->personal(one, other);
}

ChatRef MemoryStore::insert_chat(const Chat& chat) {
  const auto ref = static_cast<ChatRef>(tables_->chats_count() + ++chats_inserted_);
  changes_.emplace_back(ChatInserted{chat});
  std::get<ChatInserted>(changes_.back()).chat.ref = ref;
  return ref;
}

void MemoryStore::update_chat(const Chat& chat) {
  changes_.emplace_back(ChatUpdated{row_of(chat)});
}

void MemoryStore::advance_chat(const Chat& chat) {
  changes_.emplace_back(
      ChatAdvanced{chat.ref, chat.last_seq, chat.rev, chat.head, chat.last_message, chat.updated});
}

void MemoryStore::advance_member(ChatRef chat, const domain::Member& member) {
  changes_.emplace_back(MemberAdvanced{chat, member.user, member.last_own_seq, member.own_after});
}

void MemoryStore::put_member(ChatRef chat, const domain::Member& member) {
  changes_.emplace_back(MemberPut{chat, member});
}

void MemoryStore::delete_member(ChatRef chat, UserRef user) {
  changes_.emplace_back(MemberDeleted{chat, user});
}

void MemoryStore::append(const Entry& entry) {
  VECHE_EXPECTS(entry.pos == tables_->head() + static_cast<domain::Pos>(entries_.size()) + 1);
  entries_.push_back(entry);
}

void MemoryStore::update_entry(const Entry& message) {
  changes_.emplace_back(EntryUpdated{message});
}

std::optional<Entry> MemoryStore::find_entry(domain::Pos pos) {
  const auto index = pos - tables_->head() - 1;
  if (index >= static_cast<domain::Pos>(entries_.size())) return std::nullopt;
  const auto* stored = index < 0 ? tables_->entry(pos) : &entries_[static_cast<std::size_t>(index)];
  if (stored == nullptr) return std::nullopt;
  auto entry = stored->entry();
  for (const auto& change : changes_) {
    const auto* updated = std::get_if<EntryUpdated>(&change);
    if (updated != nullptr && updated->message.pos == pos) set_content(entry, updated->message);
  }
  return entry;
}

std::optional<Entry> MemoryStore::find_by_client_key(UserRef actor, ChatRef chat,
                                                     std::string_view key) {
  if (const auto pos = tables_->client_key(actor, chat, key)) return find_entry(*pos);
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const StoredEntry* entry) {
    return entry->actor == actor && entry->chat == chat && entry->client_key() == key;
  });
  return found == entries_.end() ? std::nullopt : find_entry((*found)->pos);
}

std::int64_t MemoryStore::uncounted(ChatRef chat, domain::Seq after, UserRef member) {
  const auto is_silent = [=](const StoredEntry* entry) {
    return entry->chat == chat && entry->seq > after && entry->type == domain::MessageType::system;
  };
  return tables_->uncounted(chat, after, member) +
         std::count_if(entries_.begin(), entries_.end(), is_silent) +
         deleted_now(chat, after, member);
}

std::int64_t MemoryStore::deleted_now(ChatRef chat, domain::Seq after, UserRef member) const {
  std::set<domain::Pos> deleted;
  for (const auto& change : changes_) {
    const auto* updated = std::get_if<EntryUpdated>(&change);
    if (updated == nullptr) continue;
    const auto& message = updated->message;
    const auto* committed = tables_->entry(message.pos);
    const bool is_deleted_now =
        message.is_deleted && (committed == nullptr || !committed->is_deleted);
    const bool was_news = message.chat == chat && message.seq > after && message.actor != member &&
                          message.type != domain::MessageType::system;
    if (is_deleted_now && was_news) deleted.insert(message.pos);
  }
  return static_cast<std::int64_t>(deleted.size());
}

std::vector<Entry> MemoryStore::messages_between(const Chat& chat, domain::Seq first,
                                                 domain::Seq last) {
  std::vector<Entry> found;
  for (auto seq = std::max<domain::Seq>(first, 1); seq <= last; ++seq) {
    const auto* entry = tables_->message(chat.ref, seq);
    if (entry == nullptr) break;
    if (auto newest = find_entry(entry->pos)) found.push_back(std::move(*newest));
  }
  for (const auto* entry : entries_) {
    const bool is_between = entry->seq >= first && entry->seq <= last;
    const bool is_message = entry->kind == domain::EntryKind::message;
    if (entry->chat != chat.ref || !is_message || !is_between) continue;
    if (auto newest = find_entry(entry->pos)) found.push_back(std::move(*newest));
  }
  return found;
}

std::vector<domain::UnreadRow> MemoryStore::unread_by_chat(UserRef user) {
  auto refs = tables_->chats_of(user);
  for (const auto& change : changes_) {
    if (const auto* inserted = std::get_if<ChatInserted>(&change)) {
      refs.push_back(inserted->chat.ref);
    } else if (const auto* put = std::get_if<MemberPut>(&change)) {
      refs.push_back(put->chat);
    }
  }
  std::sort(refs.begin(), refs.end());
  refs.erase(std::unique(refs.begin(), refs.end()), refs.end());
  std::vector<domain::UnreadRow> unread;
  for (const auto ref : refs) {
    const auto chat = find_chat(ref);
    const auto* member = chat && !chat->is_deleted ? chat->find(user) : nullptr;
    if (member == nullptr) continue;
    const auto silent = uncounted(ref, member->cursor(), user);
    unread.push_back({ref, domain::unread_of(*chat, *member, silent)});
  }
  return unread;
}

void MemoryStore::put_session(const domain::SessionRow& session) {
  changes_.emplace_back(SessionPut{session});
}

void MemoryStore::delete_dead_sessions(UserRef user, WallTime now) {
  changes_.emplace_back(DeadSessionsDeleted{user, now});
}

std::optional<domain::SessionRow> MemoryStore::find_session(std::string_view id) {
  auto session = copy_of(tables_->session(id));
  for (const auto& change : changes_) {
    const auto* put = std::get_if<SessionPut>(&change);
    if (put != nullptr && put->session.id == id) session = put->session;
    const auto* deleted = std::get_if<DeadSessionsDeleted>(&change);
    if (deleted != nullptr && session && deleted->has_deleted(*session)) session.reset();
  }
  return session;
}

std::vector<domain::SessionRow> MemoryStore::live_sessions_of(UserRef user, WallTime now) {
  std::map<std::string, domain::SessionRow> newest;
  for (auto& session : tables_->sessions_of(user)) newest.insert_or_assign(session.id, session);
  for (const auto& change : changes_) {
    const auto* put = std::get_if<SessionPut>(&change);
    if (put != nullptr && put->session.user == user)
      newest.insert_or_assign(put->session.id, put->session);
  }
  std::vector<domain::SessionRow> sessions;
  sessions.reserve(newest.size());
  for (auto& [id, session] : newest) sessions.push_back(std::move(session));
  return live_among(std::move(sessions), now);
}

}  // namespace veche::storage
