#pragma once

/// @file
/// How the gateway and the REST API get something done: the door to the writer and to the pool
/// of readers. The commands layer implements it over threads, tests and simulation inline.

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

#include "veche/base/result.hpp"
#include "veche/base/task.hpp"

namespace veche::domain {

class Reader;
class Transaction;

/// One piece of work and its answer. Made on the loop that wants it, run elsewhere, answered
/// on that loop, destroyed there.
template <typename Access>
class Job {
 public:
  Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  virtual ~Job() = default;

  /// Runs the work; false when it failed, so that its savepoint is rolled back.
  [[nodiscard]] virtual bool run(Access& access) = 0;
  /// The outcome is `error` after all: the queue was full, or the commit failed.
  virtual void fail(Error error) = 0;
  /// Hands the outcome to whoever asked. Exactly once, on the loop that submitted.
  virtual void answer() = 0;
  /// Whether the answer may come behind facts of later commands: see Answers.
  [[nodiscard]] virtual bool may_wait() const { return false; }
};

/// When a write is answered, among the facts that its loop is told at a time.
enum class Answers : bool {
  at_once,  ///< before the facts of later commands: it may change who hears them
  /// Behind messages to the same people that follow, so that these come in one piece: it speaks to
  /// its asker alone.
  with_others
};

/// How much a command writes, which decides what it costs to undo it alone.
enum class Writes : bool {
  once,  ///< at most one write, its last act: needs no savepoint
  many,  ///< several: runs in a savepoint of its own
};

/// Runs commands on the one writer and queries on the readers.
///
///     commands.write<Sent>(Writes::once,
///         [input](Transaction& t) { return Messages{t}.send(input); },
///         [ack = std::move(ack)](Result<Sent> sent) mutable { ... });
///
/// A write is answered after its commit, in the order in which writes were submitted; the facts
/// it wrote down have reached this loop before its answer, and every loop when one of them
/// takes_away() what somebody had. A read sees every write that was
/// answered before it was submitted, and may overtake writes that were not.
///
/// Threads   One Commands for each loop, used there alone. Memory  The queues are bounded:
///           when one is full the answer is Errc::unavailable, never inside the call.
/// Errors    Work returns them as values. Errc::unavailable also says that the commit failed:
///           then nothing was stored and no fact was told.
class Commands {
 public:
  Commands() = default;
  Commands(const Commands&) = delete;
  Commands& operator=(const Commands&) = delete;
  virtual ~Commands() = default;

  /// `work` is Result<R>(Transaction&), `done` is void(Result<R>).
  template <typename R, typename Work, typename Done>
  void write(Writes writes, Work&& work, Done&& done, Answers answers = Answers::at_once) {
    using Job = Typed<Transaction, R, std::remove_cvref_t<Work>, std::remove_cvref_t<Done>>;
    submit(writes,
           std::make_unique<Job>(std::forward<Work>(work), std::forward<Done>(done), answers));
  }

  /// `work` is Result<R>(Reader&), `done` is void(Result<R>).
  template <typename R, typename Work, typename Done>
  void read(Work&& work, Done&& done) {
    using Job = Typed<Reader, R, std::remove_cvref_t<Work>, std::remove_cvref_t<Done>>;
    submit(std::make_unique<Job>(std::forward<Work>(work), std::forward<Done>(done)));
  }

 protected:
  virtual void submit(Writes writes, std::unique_ptr<Job<Transaction>> job) = 0;
  virtual void submit(std::unique_ptr<Job<Reader>> job) = 0;

 private:
  template <typename Access, typename R, typename Work, typename Done>
  class Typed final : public Job<Access> {
   public:
    template <typename AnyWork, typename AnyDone>
    Typed(AnyWork&& work, AnyDone&& done, Answers answers = Answers::at_once)
        : work_(std::forward<AnyWork>(work)),
          done_(std::forward<AnyDone>(done)),
          answers_{answers} {}
    bool run(Access& access) override {
      outcome_ = work_(access);
      return outcome_.has_value();
    }
    void fail(Error error) override { outcome_ = tl::unexpected<Error>{std::move(error)}; }
    void answer() override { done_(std::move(outcome_)); }
    [[nodiscard]] bool may_wait() const override { return answers_ == Answers::with_others; }

   private:
    Work work_;
    Done done_;
    Answers answers_;
    Result<R> outcome_{tl::unexpected<Error>{Error{Errc::internal, "not run"}}};
  };
};

}  // namespace veche::domain
