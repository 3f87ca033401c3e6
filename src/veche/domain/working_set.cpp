#include "veche/domain/working_set.hpp"

#include <algorithm>
#include <memory>

#include "veche/base/contract.hpp"
#include "veche/domain/entries.hpp"

namespace veche::domain {

namespace {

/// The same users in order, none of them twice.
const std::vector<UserRef>& each_once(std::vector<UserRef>& users) {
  std::sort(users.begin(), users.end());
  users.erase(std::unique(users.begin(), users.end()), users.end());
  return users;
}

}  // namespace

void WorkingSet::enter(Writes writes) {
  writes_ = writes;
  has_written_ = false;
  head_before_ = head_;
  chats_before_.clear();
  chats_inserted_.clear();
  users_changed_.clear();
}

void WorkingSet::before_write() {
  if (writes_ == Writes::many && !has_written_) store_.savepoint();
  has_written_ = true;
}

void WorkingSet::keep() {
  if (has_written_ && writes_ == Writes::many) store_.release();
}

void WorkingSet::undo() {
  if (!has_written_) return;
  // A command with no savepoint that fails after its write (out of memory) takes its batch along.
  if (writes_ == Writes::once) is_doomed_ = true;
  if (writes_ == Writes::many) store_.rollback_to_savepoint();
  head_ = head_before_;
  for (auto& before : chats_before_) {
    if (auto* held = chats_.find(before.chat.ref)) *held = std::move(before);
  }
  for (const auto ref : chats_inserted_) chats_.erase(ref);
  for (const auto ref : users_changed_) users_.erase(ref);
}

Result<void> WorkingSet::commit() {
  for (const auto ref : dirty_) {
    if (auto* held = chats_.find(ref)) flush(*held);
  }
  dirty_.clear();
  auto committed = store_.failed() || is_doomed_ ? fail(Errc::io) : store_.commit();
  if (committed) return committed;
  rollback();
  return fail(Errc::io, std::move(committed.error().text));
}

void WorkingSet::rollback() {
  dirty_.clear();
  is_doomed_ = false;
  store_.rollback();
  forget();
}

void WorkingSet::trim(std::size_t chats_kept, std::size_t members_kept, std::size_t users_kept) {
  chats_.trim(chats_kept, members_kept);
  users_.trim(users_kept, users_kept);
}

UserPtr WorkingSet::user(UserRef ref) {
  if (const auto* known = users_.find(ref)) return *known;
  const auto account = store_.find_account(ref);
  return account ? remember(*account) : nullptr;
}

UserPtr WorkingSet::user(std::string_view id) {
  if (const auto* known = users_.find(id)) return *known;
  const auto account = store_.find_account_by_id(id);
  return account ? remember(*account) : nullptr;
}

WorkingSet::HeldChat* WorkingSet::chat(ChatRef ref) {
  if (auto* held = chats_.find(ref)) return held;
  auto chat = store_.find_chat(ref);
  return chat ? &remember(std::move(*chat)) : nullptr;
}

WorkingSet::HeldChat* WorkingSet::chat(std::string_view id) {
  if (auto* held = chats_.find(id)) return held;
  auto chat = store_.find_chat_by_id(id);
  return chat ? &remember(std::move(*chat)) : nullptr;
}

AudiencePtr WorkingSet::audience(HeldChat& held) {
  if (held.audience) return held.audience;
  auto audience = std::make_shared<Audience>();
  audience->users.reserve(held.chat.members.size());
  for (const auto& member : held.chat.members) {
    if (auto known = user(member.user)) audience->users.push_back(std::move(known));
  }
  held.audience = std::move(audience);
  return held.audience;
}

std::int64_t WorkingSet::unread(const Chat& chat, const Member& member) {
  return unread_of(chat, member, store_.uncounted(chat.ref, member.cursor(), member.user));
}

std::int64_t WorkingSet::unread_in_all(UserRef user) {
  std::int64_t total = 0;
  for (const auto& row : store_.unread_by_chat(user)) {
    const auto* held = chats_.find(row.chat);
    if (held == nullptr || !held->is_dirty) total += row.unread;
  }
  std::sort(dirty_.begin(), dirty_.end());
  dirty_.erase(std::unique(dirty_.begin(), dirty_.end()), dirty_.end());
  for (const auto ref : dirty_) {
    const auto* held = chats_.find(ref);
    if (held == nullptr || !held->is_dirty || held->chat.is_deleted) continue;
    if (const auto* member = held->chat.find(user)) total += unread(held->chat, *member);
  }
  return total;
}

UserPtr WorkingSet::insert(Account account) {
  before_write();
  auto user = std::make_shared<User>(*account.user);
  user->ref = store_.insert_account(account);
  account.user = std::move(user);
  users_changed_.push_back(account.user->ref);
  return remember(account);
}

void WorkingSet::update(const Account& account) {
  before_write();
  store_.update_account(account);
  users_changed_.push_back(account.user->ref);
  remember(account);
  const auto ref = account.user->ref;
  chats_.for_each([ref](HeldChat& held) {
    if (held.audience && held.chat.find(ref) != nullptr) held.audience.reset();
  });
}

WorkingSet::HeldChat& WorkingSet::insert(Chat chat) {
  before_write();
  chat.ref = store_.insert_chat(chat);
  chats_inserted_.push_back(chat.ref);
  return remember(std::move(chat));
}

WorkingSet::HeldChat& WorkingSet::change(HeldChat& held) {
  advance(held).is_row_dirty = true;
  return held;
}

WorkingSet::HeldChat& WorkingSet::advance(HeldChat& held) {
  before_write();
  copy_for_undo(held);
  if (!held.is_dirty) dirty_.push_back(held.chat.ref);
  held.is_dirty = true;
  return held;
}

Member& WorkingSet::change_member(HeldChat& held, UserRef user) {
  Member* const member = find_dirty(advance(held), user, held.dirty_members);
  VECHE_EXPECTS(member != nullptr);
  return *member;
}

Member* WorkingSet::advance_member(HeldChat& held, UserRef user) {
  return find_dirty(held, user, held.dirty_senders);
}

Member* WorkingSet::find_dirty(HeldChat& held, UserRef user, std::vector<UserRef>& dirty) {
  auto* member = held.chat.find(user);
  if (member != nullptr && (dirty.empty() || dirty.back() != user)) dirty.push_back(user);
  return member;
}

void WorkingSet::remove_member(HeldChat& held, UserRef user) {
  const auto* member = change(held).chat.find(user);
  VECHE_EXPECTS(member != nullptr);
  held.chat.members.erase(held.chat.members.begin() + (member - held.chat.members.data()));
  held.audience.reset();
  held.dirty_members.push_back(user);
}

Pos WorkingSet::append(Entry& entry) {
  before_write();
  entry.pos = ++head_;
  store_.append(entry);
  return entry.pos;
}

void WorkingSet::update(const Entry& message) {
  before_write();
  store_.update_entry(message);
}

UserPtr WorkingSet::remember(const Account& account) {
  users_.insert(account.user->ref, account.user->id, account.user);
  return account.user;
}

WorkingSet::HeldChat& WorkingSet::remember(Chat chat) {
  const auto ref = chat.ref;
  const auto id = chat.id;
  const auto members = chat.members.size();
  HeldChat held;
  held.chat = std::move(chat);
  return chats_.insert(ref, id, std::move(held), members);
}

void WorkingSet::copy_for_undo(const HeldChat& held) {
  if (writes_ == Writes::once) return;
  const auto is_same = [&held](const HeldChat& other) { return other.chat.ref == held.chat.ref; };
  if (std::none_of(chats_before_.begin(), chats_before_.end(), is_same))
    chats_before_.push_back(held);
}

void WorkingSet::flush(HeldChat& held) {
  if (!held.is_dirty) return;
  const auto& chat = held.chat;
  held.is_row_dirty ? store_.update_chat(chat) : store_.advance_chat(chat);
  for (const auto user : each_once(held.dirty_members)) {
    if (const auto* member = chat.find(user)) {
      store_.put_member(chat.ref, *member);
    } else {
      store_.delete_member(chat.ref, user);
    }
  }
  const auto& written = held.dirty_members;
  for (const auto user : each_once(held.dirty_senders)) {
    const auto* member = chat.find(user);
    if (member != nullptr && !std::binary_search(written.begin(), written.end(), user))
      store_.advance_member(chat.ref, *member);
  }
  held.dirty_members.clear();
  held.dirty_senders.clear();
  held.is_dirty = held.is_row_dirty = false;
}

void WorkingSet::forget() {
  users_.clear();
  chats_.clear();
  dirty_.clear();
  head_ = store_.head();
}

}  // namespace veche::domain
