#pragma once

/// @file
/// A small world of users and chats over any store, for tests of the rules.

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "veche/domain/accounts.hpp"
#include "veche/domain/chats.hpp"
#include "veche/domain/ledger.hpp"
#include "veche/domain/messages.hpp"
#include "veche/domain/reads.hpp"

namespace veche::support {

/// The same bytes for the same seed.
class SeededRng final : public Rng {
 public:
  explicit SeededRng(std::uint64_t seed = 1) : state_{seed} {}
  void fill(std::span<std::byte> bytes) override {
    for (auto& byte : bytes) byte = static_cast<std::byte>(next() >> 56U);
  }
  std::uint64_t next() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return state_;
  }
  /// Goes on from what next() gave.
  void go_on_from(std::uint64_t state) { state_ = state; }

 private:
  std::uint64_t state_;
};

inline constexpr WallTime morning{Milliseconds{1'700'000'000'000}};

/// One word a fact: "created#1", "posted#2:hello", "unsaid#3", "deleted#4".
inline std::string word_of(const domain::Fact& fact) {
  struct Word {
    std::string operator()(const domain::ChatCreated&) const { return "created"; }
    std::string operator()(const domain::MessagePosted&) const { return "posted"; }
    std::string operator()(const domain::ChatDeleted&) const { return "deleted"; }
    std::string operator()(const domain::ChatUpdated&) const { return "updated"; }
    std::string operator()(const domain::ChatRead&) const { return "read"; }
    std::string operator()(const domain::SessionsRevoked&) const { return "revoked"; }
    std::string operator()(const domain::MessageEdited&) const { return "edited"; }
    std::string operator()(const domain::MessageDeleted&) const { return "unsaid"; }
    std::string operator()(const domain::MembersAdded&) const { return "added"; }
    std::string operator()(const domain::MemberRemoved&) const { return "removed"; }
    std::string operator()(const domain::RoleChanged&) const { return "role"; }
  };
  auto word = std::visit(Word{}, fact.what) + "#" + std::to_string(fact.pos);
  if (const auto* posted = std::get_if<domain::MessagePosted>(&fact.what))
    word += ":" + posted->message.text;
  if (const auto* edited = std::get_if<domain::MessageEdited>(&fact.what))
    word += ":" + edited->message.text;
  if (const auto* added = std::get_if<domain::MembersAdded>(&fact.what)) {
    for (const auto& user : added->users) word += ":" + user->id;
  }
  if (const auto* removed = std::get_if<domain::MemberRemoved>(&fact.what))
    word += ":" + removed->user->id;
  if (const auto* changed = std::get_if<domain::RoleChanged>(&fact.what))
    word += ":" + changed->user->id;
  return word;
}

/// Runs commands over a store, each in a transaction of its own unless a batch is open.
class ChatWorld {
 public:
  explicit ChatWorld(domain::Store& store, domain::Ledger::Limits limits = {})
      : ledger{store, rng, limits} {}

  /// Runs one command and commits it; what it said has happened is added to `told`.
  template <typename Work>
  auto run(domain::Writes writes, Work work) {
    ledger.begin(now);
    auto outcome = command(writes, std::move(work));
    is_committed = ledger.commit().has_value();
    return outcome;
  }

  /// Runs one command inside the transaction that is open.
  template <typename Work>
  auto command(domain::Writes writes, Work work) {
    using Outcome = domain::Ledger::Outcome;
    ledger.enter(writes);
    auto outcome = work(ledger.transaction());
    const auto facts = ledger.leave(outcome.has_value() ? Outcome::keep : Outcome::undo);
    for (const auto& fact : facts) told += (told.empty() ? "" : " ") + word_of(*fact);
    return outcome;
  }

  /// A user whose id and name are `id`.
  domain::UserRef user(const std::string& id) {
    auto user = run(domain::Writes::many, [&](domain::Transaction& transaction) {
      return domain::Accounts{transaction}.admit({.user_id = id, .name = id});
    });
    return user.value()->ref;
  }

  Result<domain::CreatedChat> create(domain::NewChat input) {
    return run(domain::Writes::many, [&](domain::Transaction& transaction) {
      return domain::Chats{transaction}.create(input);
    });
  }

  /// A group of users that exist, owned by the first.
  std::string group(const std::string& id, const std::vector<std::string>& members) {
    const auto owner = run(domain::Writes::once, [&](domain::Transaction& transaction) {
      return Result<domain::UserPtr>{transaction.user_by_id(members.front())};
    });
    auto made = create({.creator = owner.value()->ref,
                        .type = domain::ChatType::group,
                        .participant_ids = members,
                        .name = id,
                        .id = id});
    return made.value().chat.chat.id;
  }

  Result<domain::Sent> send(domain::NewMessage input) {
    return run(domain::Writes::once, [&](domain::Transaction& transaction) {
      return domain::Messages{transaction}.send(std::move(input));
    });
  }

  SeededRng rng;
  domain::Ledger ledger;
  WallTime now{morning};
  std::string told;
  bool is_committed{};
};

}  // namespace veche::support
