#pragma once

/// @file
/// The writer's working memory: the transaction that is open, and what is remembered between
/// transactions so that a send asks the store nothing.

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "veche/base/result.hpp"
#include "veche/base/rng.hpp"
#include "veche/domain/commands.hpp"
#include "veche/domain/facts.hpp"
#include "veche/domain/store.hpp"

namespace veche::domain {

/// What a command works with: users, chats and the log, inside the open transaction.
///
/// Memory    Chats and users come from the ledger's caches, the store is asked once.
/// Threads   The writer's only. Lifetime  References it gives hold until the command ends.
class Transaction {
 public:
  /// The instant of the batch; every command in it has the same.
  [[nodiscard]] WallTime now() const { return now_; }
  [[nodiscard]] Rng& rng() { return rng_; }
  [[nodiscard]] Store& store() { return store_; }

  [[nodiscard]] UserPtr user(UserRef ref);
  [[nodiscard]] UserPtr user_by_id(std::string_view id);
  /// nullptr when there is none. Deleted chats are found too.
  [[nodiscard]] const Chat* chat_by_id(std::string_view id);
  [[nodiscard]] const Chat* chat(ChatRef ref);
  [[nodiscard]] AudiencePtr audience(const Chat& chat);
  /// The chat, to be changed: its row and `members` are written once, at the commit.
  [[nodiscard]] Chat& change(const Chat& chat);

  // The helper that implements this adds what the services need (insert a chat, append an
  // entry with the next pos, rev and seq, write down a fact).

 private:
  friend class Ledger;
  Transaction(Store& store, Rng& rng) : store_{store}, rng_{rng} {}

  Store& store_;
  Rng& rng_;
  WallTime now_{};
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
/// Memory    At most chats_max chats and users_max users are remembered between transactions.
class Ledger {
 public:
  struct Limits {
    std::size_t chats_max{100'000};
    std::size_t users_max{1'000'000};
  };
  enum class Outcome : bool { keep, undo };

  Ledger(Store& store, Rng& rng);
  Ledger(Store& store, Rng& rng, Limits limits);
  ~Ledger();

  void begin(WallTime now);
  [[nodiscard]] Transaction& transaction();
  /// Before each command.
  void enter(Writes writes);
  /// After it: its facts in order when it is kept, none when it is undone.
  [[nodiscard]] std::vector<FactPtr> leave(Outcome outcome);
  [[nodiscard]] Result<void> commit();

  /// The newest committed pos.
  [[nodiscard]] Pos head() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace veche::domain
