#include "veche/domain/ledger.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/domain/working_set.hpp"

namespace veche::domain {
namespace {

WorkingSet::HeldChat& held(WorkingSet& working, const Chat& chat) {
  auto* found = working.chat(chat.ref);
  VECHE_EXPECTS(found != nullptr);
  return *found;
}

}  // namespace

UserPtr Transaction::user(UserRef ref) { return working_.user(ref); }

UserPtr Transaction::user_by_id(std::string_view id) { return working_.user(id); }

UserPtr Transaction::insert_account(Account account) { return working_.insert(std::move(account)); }

void Transaction::update_account(const Account& account) { working_.update(account); }

void Transaction::put_session(const SessionRow& session) {
  working_.before_write();
  store_.put_session(session);
}

void Transaction::delete_dead_sessions(UserRef user) {
  working_.before_write();
  store_.delete_dead_sessions(user, now_);
}

const Chat* Transaction::chat_by_id(std::string_view id) {
  const auto* found = working_.chat(id);
  return found == nullptr ? nullptr : &found->chat;
}

const Chat* Transaction::chat(ChatRef ref) {
  const auto* found = working_.chat(ref);
  return found == nullptr ? nullptr : &found->chat;
}

AudiencePtr Transaction::audience(const Chat& chat) {
  return working_.audience(held(working_, chat));
}

std::int64_t Transaction::unread(const Chat& chat, const Member& member) {
  return working_.unread(chat, member);
}

std::int64_t Transaction::unread_in_all(UserRef user) { return working_.unread_in_all(user); }

const Chat& Transaction::insert_chat(Chat chat) { return working_.insert(std::move(chat)).chat; }

Chat& Transaction::change(const Chat& chat) { return working_.change(held(working_, chat)).chat; }

Member& Transaction::change_member(const Chat& chat, UserRef user) {
  return working_.change_member(held(working_, chat), user);
}

Member& Transaction::add_member(const Chat& chat, UserRef user, Role role) {
  auto& changed = working_.change(held(working_, chat));
  VECHE_EXPECTS(changed.chat.find(user) == nullptr);
  auto& members = changed.chat.members;
  const auto place = std::find_if(members.begin(), members.end(),
                                  [user](const Member& member) { return member.user > user; });
  members.insert(
      place,
      Member{.user = user, .role = role, .joined_seq = changed.chat.last_seq, .joined_at = now_});
  changed.audience.reset();
  return working_.change_member(changed, user);
}

void Transaction::add_members(const Chat& chat, const std::vector<UserRef>& users) {
  auto& changed = working_.change(held(working_, chat));
  auto& members = changed.chat.members;
  const auto old_count = static_cast<std::ptrdiff_t>(members.size());
  members.reserve(members.size() + users.size());
  for (const auto user : users) {
    VECHE_EXPECTS(changed.chat.find(user) == nullptr);
    changed.dirty_members.push_back(user);
  }
  for (const auto user : users) {
    members.push_back(Member{.user = user, .joined_seq = changed.chat.last_seq, .joined_at = now_});
  }
  std::inplace_merge(members.begin(), members.begin() + old_count, members.end(),
                     [](const Member& one, const Member& other) { return one.user < other.user; });
  changed.audience.reset();
}

void Transaction::remove_member(const Chat& chat, UserRef user) {
  working_.remove_member(held(working_, chat), user);
}

void Transaction::append(const Chat& chat, Entry& entry) {
  auto& changed = working_.advance(held(working_, chat));
  auto& row = changed.chat;
  const bool is_message = entry.kind == EntryKind::message;
  entry.chat = row.ref;
  entry.rev = ++row.rev;
  entry.seq = is_message ? ++row.last_seq : 0;
  entry.previous = row.head;
  entry.created = std::max(now_, row.updated);
  row.head = working_.append(entry);
  if (is_message) {
    row.last_message = row.head;
    row.updated = entry.created;
  }
  // A system message is nobody's own, whoever caused it.
  const bool is_own = is_message && entry.type != MessageType::system;
  if (auto* sender = is_own ? working_.advance_member(changed, entry.actor) : nullptr) {
    sender->last_own_seq = entry.seq;
    ++sender->own_after;
  }
}

Entry Transaction::append(Entry entry) {
  VECHE_EXPECTS(entry.chat == ChatRef::none && entry.kind == EntryKind::sessions_revoked);
  entry.created = now_;
  working_.append(entry);
  return entry;
}

void Transaction::update_entry(const Entry& message) { working_.update(message); }

struct Ledger::State {
  State(Store& the_store, Rng& rng, Limits the_limits)
      : store{the_store}, limits{the_limits}, working{the_store}, open{working, the_store, rng} {}

  Store& store;
  Limits limits;
  WorkingSet working;
  Transaction open;
  Pos head{};
};

Ledger::Ledger(Store& store, Rng& rng) : Ledger{store, rng, Limits{}} {}

Ledger::Ledger(Store& store, Rng& rng, Limits limits)
    : state_{std::make_unique<State>(store, rng, limits)} {
  state_->head = store.head();
}

Ledger::~Ledger() = default;

void Ledger::begin(WallTime now) {
  state_->open.now_ = now;
  state_->store.begin();
}

Transaction& Ledger::transaction() { return state_->open; }

void Ledger::enter(Writes writes) {
  state_->open.facts_.clear();
  state_->working.enter(writes);
}

std::vector<FactPtr> Ledger::leave(Outcome outcome) {
  std::vector<FactPtr> facts;
  leave(outcome, facts);
  return facts;
}

std::size_t Ledger::leave(Outcome outcome, std::vector<FactPtr>& facts) {
  auto& told = state_->open.facts_;
  if (outcome == Outcome::keep) {
    state_->working.keep();
  } else {
    state_->working.undo();
    told.clear();
  }
  facts.insert(facts.end(), std::make_move_iterator(told.begin()),
               std::make_move_iterator(told.end()));
  const auto count = told.size();
  told.clear();
  return count;
}

Result<void> Ledger::commit() {
  auto committed = state_->working.commit();
  const auto& limits = state_->limits;
  state_->working.trim(limits.chats_max, limits.members_max, limits.users_max);
  state_->head = state_->working.head();
  return committed;
}

void Ledger::rollback() {
  state_->working.rollback();
  state_->head = state_->working.head();
}

Pos Ledger::head() const { return state_->head; }

}  // namespace veche::domain
