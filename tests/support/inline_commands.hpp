#pragma once

/// @file
/// Commands without threads, over a store in memory: what is submitted runs when the test says.

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "veche/domain/commands.hpp"
#include "veche/domain/facts.hpp"
#include "veche/domain/ledger.hpp"
#include "veche/storage/memory_store.hpp"

#include "support/chat_world.hpp"

namespace veche::testing {

/// A writer and a reader that run in turn, in the order of submission.
///
///     InlineCommands commands;
///     commands.on_fact = [&](const domain::FactPtr& fact) { broadcaster.tell(fact); };
///     commands.write<Sent>(...);
///     commands.run();
class InlineCommands final : public domain::Commands {
 public:
  InlineCommands() : ledger_{store, rng_}, reader_{store.open_reader()} {}

  /// Runs and answers everything, what the answers submit included.
  void run() {
    while (!queue_.empty()) {
      auto step = std::move(queue_.front());
      queue_.pop_front();
      step();
    }
  }

  /// Runs one command at once, as its own transaction; its facts are told.
  template <typename Work>
  auto now(Work work) {
    using domain::Ledger;
    ledger_.begin(wall);
    ledger_.enter(domain::Writes::many);
    auto outcome = work(ledger_.transaction());
    auto facts = ledger_.leave(outcome ? Ledger::Outcome::keep : Ledger::Outcome::undo);
    VECHE_EXPECTS(ledger_.commit().has_value());
    tell(facts);
    return outcome;
  }

  [[nodiscard]] std::size_t waiting() const { return queue_.size(); }

  storage::MemoryStore store{"epoch-1"};
  UniqueFunction<void(const domain::FactPtr&)> on_fact;
  UniqueFunction<void()> on_read;  ///< between a read and its answer
  WallTime wall{std::chrono::milliseconds{1'800'000'000'000}};
  bool fails{};  ///< every command is answered Errc::unavailable, unrun

 protected:
  void submit(domain::Writes writes,
              std::unique_ptr<domain::Job<domain::Transaction>> job) override {
    queue_.push_back([this, writes, job = std::move(job)] {
      if (fails) {
        job->fail({Errc::unavailable, "queue full"});
        return job->answer();
      }
      ledger_.begin(wall);
      ledger_.enter(writes);
      using Outcome = domain::Ledger::Outcome;
      const bool ok = job->run(ledger_.transaction());
      const auto facts = ledger_.leave(ok ? Outcome::keep : Outcome::undo);
      VECHE_EXPECTS(ledger_.commit().has_value());
      tell(facts);
      job->answer();
    });
  }
  void submit(std::unique_ptr<domain::Job<domain::Reader>> job) override {
    queue_.push_back([this, job = std::move(job)] {
      if (fails) {
        job->fail({Errc::unavailable, "queue full"});
      } else {
        reader_->begin();
        static_cast<void>(job->run(*reader_));
        reader_->end();
        if (on_read) on_read();
      }
      job->answer();
    });
  }

 private:
  void tell(const std::vector<domain::FactPtr>& facts) {
    for (const auto& fact : facts) {
      if (on_fact) on_fact(fact);
    }
  }

  support::SeededRng rng_;
  domain::Ledger ledger_;
  std::unique_ptr<domain::Reader> reader_;
  std::deque<Task> queue_;
};

}  // namespace veche::testing
