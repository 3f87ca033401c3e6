#pragma once

/// @file
/// The answers that clients of this node owe to broadcasts.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "veche/base/time.hpp"
#include "veche/base/timer_wheel.hpp"
#include "veche/socketio/adapter.hpp"
#include "veche/socketio/socket_table.hpp"

namespace veche::socketio {

class Node;

/// The broadcasts of one namespace whose acks are awaited.
///
///     const auto id = acks.next_id();            // one frame, one id for all who get it
///     acks.await(id, receivers, 5s, std::move(events));
///     acks.answer(id, socket.handle(), answer);
///
/// Their ids are a range of their own, above every socket's count, so that an answer says by its
/// id alone whom it is for.
///
/// Time      An answer is a hash and a binary search. Memory  12 bytes a receiver, of at most
///           Options::broadcast_acks_max broadcasts. Threads  The Node's loop.
/// Errors    Answers of strangers, second ones and late ones are ignored.
/// Lifetime  Ends before its Node; those still awaited are then not told.
class BroadcastAcks {
 public:
  static constexpr std::uint64_t first_id = std::uint64_t{1} << 52;

  explicit BroadcastAcks(Node& node) : node_{node} {}
  BroadcastAcks(const BroadcastAcks&) = delete;
  BroadcastAcks& operator=(const BroadcastAcks&) = delete;
  ~BroadcastAcks() = default;

  /// Whether no further broadcast may be awaited.
  [[nodiscard]] bool is_full() const;
  /// Never the same twice.
  [[nodiscard]] std::uint64_t next_id() { return next_id_++; }

  /// Tells `events` how many receivers there are, and of their answers for so long. Needs an id
  /// of next_id() and !is_full().
  void await(std::uint64_t id, const std::vector<SocketHandle>& receivers, Milliseconds timeout,
             std::unique_ptr<AckEvents> events);

  void answer(std::uint64_t id, SocketHandle socket, const Answer& answer);

 private:
  struct Receiver {
    SocketHandle socket;
    bool has_answered;
  };

  struct Pending final : Timer {
    Pending(BroadcastAcks& among, std::uint64_t own_id) : acks{among}, id{own_id} {}
    void expired(Instant now) override;

    BroadcastAcks& acks;
    std::uint64_t id;
    std::vector<Receiver> receivers;  // by slot
    std::size_t missing{};
    std::unique_ptr<AckEvents> events;
  };

  void finish(std::uint64_t id, AckOutcome outcome);

  Node& node_;
  std::uint64_t next_id_{first_id};
  std::unordered_map<std::uint64_t, std::unique_ptr<Pending>> pending_;
};

}  // namespace veche::socketio
