#pragma once

/// @file
/// Whether every message reached everyone it was for, once, in order and undamaged.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_set>
#include <vector>

#include "veche/client/bench/stamp.hpp"

namespace veche::client::bench {

/// What went wrong with deliveries, each counted once.
struct Faults {
  std::uint64_t lost{};       ///< never came
  std::uint64_t doubled{};    ///< came again
  std::uint64_t reordered{};  ///< came after a later one of the same sender
  std::uint64_t misrouted{};  ///< came to somebody whom it was not for, or under another chat
  std::uint64_t damaged{};    ///< a text that nobody sent

  [[nodiscard]] std::uint64_t sum() const {
    return lost + doubled + reordered + misrouted + damaged;
  }
  Faults& operator+=(const Faults& other);
  bool operator==(const Faults&) const = default;
};

/// Keeps book of what was sent to chats and of what came to their members.
///
///     Checker checker{run, {.chats = 1, .senders = 1}};
///     const auto bob = checker.add_member(0);
///     const Stamp stamp = checker.sent(0, 0);                 // goes out as a text
///     if (checker.delivered(bob, 0, read_stamp(text))) ...    // as it should be
///     checker.finish();                                       // what is missing now is lost
///     checker.faults().sum() == 0
///
/// A message that comes after a later one counts as reordered, one that never comes as lost.
///
/// Time      About 5 ns a delivery. Memory  4 bytes for each member and sender of its chat, and
///           an entry for each message that is missing, at most missing_max; what is missing
///           beyond that counts as lost at once. 4 bytes for each message that was refused.
/// Threads   One. Errors  Faults. Lifetime  One run.
class Checker {
 public:
  enum class MemberId : std::uint32_t {};

  struct Shape {
    std::uint32_t chats{};    ///< at least 1
    std::uint32_t senders{};  ///< of each chat, at least 1
  };

  static constexpr std::size_t missing_max = 1'000'000;

  /// What a delivery was: to be counted, or a fault that has been.
  enum class Verdict : std::uint8_t { good, late, fault };

  Checker(std::uint32_t run, Shape shape);

  /// Somebody who gets what is sent to `chat` from now on. Needs that nothing was sent yet.
  MemberId add_member(std::uint32_t chat);

  /// Somebody who need not get everything: a beginning of each sender's messages will do.
  void excuse(MemberId member) { is_excused_[static_cast<std::uint32_t>(member)] = true; }

  /// The stamp of the next message of that sender.
  Stamp sent(std::uint32_t chat, std::uint32_t sender);

  /// A message has come to `member` as one of the chat `chat`; the stamp is what its text says,
  /// none when that could not be read. `late` is a message out of order, which has come
  /// nevertheless.
  Verdict delivered(MemberId member, std::uint32_t chat, const std::optional<Stamp>& stamp);

  /// The server has refused that message, after it came to `arrived` members: those were misrouted,
  /// as is whoever gets it now, and nobody misses it. Needs that it was sent.
  void refused(const Stamp& stamp, std::uint32_t arrived);

  /// Counts what has not come as lost. Nothing is delivered after this.
  void finish();

  [[nodiscard]] const Faults& faults() const { return faults_; }

 private:
  struct Missing {
    std::uint32_t stream{};  // where next_ has it
    std::uint32_t sequence{};

    bool operator==(const Missing&) const = default;
  };
  struct HashMissing {
    std::size_t operator()(const Missing& missing) const {
      return std::hash<std::uint64_t>{}(std::uint64_t{missing.stream} << 32 | missing.sequence);
    }
  };

  using Sequences = std::vector<std::uint32_t>;  // in order

  [[nodiscard]] std::size_t sender_of(std::uint32_t stream) const {
    return std::size_t{chat_of_[stream / shape_.senders]} * shape_.senders +
           stream % shape_.senders;
  }
  [[nodiscard]] bool is_refused(std::size_t sender, std::uint32_t sequence) const;
  Verdict behind(Missing place);
  void skipped(std::uint32_t stream, std::uint32_t from, std::uint32_t to);

  std::uint32_t run_;
  Shape shape_;
  std::vector<std::uint32_t> sent_;     // chat * senders + sender: how many
  std::vector<bool> is_excused_;        // each member
  std::vector<std::uint32_t> chat_of_;  // of each member
  std::vector<std::uint32_t> next_;     // member * senders + sender: the sequence awaited
  std::unordered_set<Missing, HashMissing> missing_;
  std::vector<Sequences> refused_;  // chat * senders + sender
  Faults faults_;
};

}  // namespace veche::client::bench
