#pragma once

/// @file
/// The writer's working memory: the transaction that is open, and what is remembered between
/// transactions so that a send asks the store nothing.

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "veche/base/result.hpp"
#include "veche/base/rng.hpp"
#include "veche/domain/commands.hpp"
#include "veche/domain/facts.hpp"
#include "veche/domain/store.hpp"

namespace veche::domain {

class WorkingSet;

/// What a command works with: users, chats and the log, inside the open transaction.
///
///     const Chat* chat = transaction.chat_by_id(id);
///     Entry entry = transaction.append(*chat, {.kind = EntryKind::message, .body = text});
///     transaction.tell(entry.pos, MessagePosted{transaction.audience(*chat), message});
///
/// Memory    Chats and users come from the ledger's caches, the store is asked once.
/// Threads   The writer's only. Lifetime  References it gives hold until the command ends.
class Transaction {
 public:
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// The instant of the batch; every command in it has the same.
  [[nodiscard]] WallTime now() const { return now_; }
  [[nodiscard]] Rng& rng() { return rng_; }
  /// To ask only; what is written goes through the transaction, which can undo it.
  [[nodiscard]] Store& store() { return store_; }

  [[nodiscard]] UserPtr user(UserRef ref);
  [[nodiscard]] UserPtr user_by_id(std::string_view id);
  /// The account's id and email are free; its user gets its ref here.
  UserPtr insert_account(Account account);
  void update_account(const Account& account);
  void put_session(const SessionRow& session);
  void delete_dead_sessions(UserRef user);

  /// nullptr when there is none. Deleted chats are found too.
  [[nodiscard]] const Chat* chat_by_id(std::string_view id);
  [[nodiscard]] const Chat* chat(ChatRef ref);
  [[nodiscard]] AudiencePtr audience(const Chat& chat);
  /// How much of the chat is news to one who is a member.
  [[nodiscard]] std::int64_t unread(const Chat& chat, const Member& member);
  /// The same over all chats of the user. Time  Linear in those chats.
  [[nodiscard]] std::int64_t unread_in_all(UserRef user);
  /// The chat's id is free; its ref is given here. Members stand in the order of their refs.
  const Chat& insert_chat(Chat chat);
  /// The chat's own row, to be changed; it is written once, at the commit.
  [[nodiscard]] Chat& change(const Chat& chat);
  /// The row of one who is a member, to be changed; it is written once, at the commit.
  [[nodiscard]] Member& change_member(const Chat& chat, UserRef user);
  /// The user is no member yet, and joins where the chat stands now.
  Member& add_member(const Chat& chat, UserRef user, Role role);
  /// The same for several plain members, in the order of their refs.
  void add_members(const Chat& chat, const std::vector<UserRef>& users);
  /// The user is a member, and the row goes at the commit.
  void remove_member(const Chat& chat, UserRef user);

  /// Appends a fact to the chat's log. `entry` needs kind, actor, body, client_key, type and for a
  /// message what it answers and whether it is forwarded; gives it
  /// pos, rev, seq and the time, which is never before the chat's newest message, and moves
  /// the chat's counters and the sender's own.
  void append(const Chat& chat, Entry& entry);
  Entry append(const Chat& chat, Entry&& entry) {
    append(chat, entry);
    return std::move(entry);
  }
  /// Appends a fact that is no chat's. Needs kind, actor and body; gives it pos and the time.
  Entry append(Entry entry);
  /// Writes what has changed of a message: see Store::update_entry.
  void update_entry(const Entry& message);
  /// Writes down what happened, to be told after the commit.
  template <typename What>
  FactPtr tell(Pos pos, What what) {
    return tell_in_place<What>(pos, [&what](What& empty) { empty = std::move(what); });
  }
  /// The same, filled in by `fill`, void(What&), where it stands.
  template <typename What, typename Fill>
  FactPtr tell_in_place(Pos pos, const Fill& fill) {
    auto fact = std::make_shared<Fact>();
    fact->pos = pos;
    fill(fact->what.template emplace<What>());
    return facts_.emplace_back(std::move(fact));
  }

 private:
  friend class Ledger;
  Transaction(WorkingSet& working, Store& store, Rng& rng)
      : working_{working}, store_{store}, rng_{rng} {}

  WorkingSet& working_;
  Store& store_;
  Rng& rng_;
  WallTime now_{};
  std::vector<FactPtr> facts_;
};

/// Runs transactions over a Store.
///
///     ledger.begin(clock.wall());
///     ledger.enter(Writes::many);
///     const bool ok = job.run(ledger.transaction());
///     auto facts = ledger.leave(ok ? Outcome::keep : Outcome::undo);
///     if (auto committed = ledger.commit(); !committed) ...   // drop every fact of the batch
///
/// Errors    When the store fails inside a command or at the commit, commit() answers Errc::io,
///           nothing is stored, and the caches are forgotten. Threads  The writer's only.
/// Memory    At most chats_max chats with members_max members and users_max users are remembered
///           between transactions.
class Ledger {
 public:
  struct Limits {
    std::size_t chats_max{100'000};
    std::size_t members_max{4'000'000};  ///< of all these chats together, some 100 bytes each
    std::size_t users_max{1'000'000};
  };
  enum class Outcome : bool { keep, undo };

  /// The store outlives the ledger and has no open transaction.
  Ledger(Store& store, Rng& rng);
  Ledger(Store& store, Rng& rng, Limits limits);
  ~Ledger();

  void begin(WallTime now);
  [[nodiscard]] Transaction& transaction();
  /// Before each command. One that is entered with Writes::once and undone has written nothing:
  /// a savepoint is made only for Writes::many, at the first write.
  void enter(Writes writes);
  /// After it: its facts in order when it is kept, none when it is undone.
  [[nodiscard]] std::vector<FactPtr> leave(Outcome outcome);
  /// The same, with the facts at the end of `facts`; says how many they are.
  std::size_t leave(Outcome outcome, std::vector<FactPtr>& facts);
  [[nodiscard]] Result<void> commit();
  /// Instead of it: nothing of the transaction is stored.
  void rollback();

  /// The newest committed pos.
  [[nodiscard]] Pos head() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace veche::domain
