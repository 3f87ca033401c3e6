#pragma once

/// @file
/// What a node has asked the others and has not been answered yet.

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "veche/base/time.hpp"
#include "veche/base/timer_wheel.hpp"
#include "veche/socketio/cluster_message.hpp"
#include "veche/socketio/text_hash.hpp"

namespace veche::socketio {

class ClusterRequests;

/// One question to all other nodes. Its kinds say what an answer is and when there are enough.
///
/// Threads   The Node's loop. Lifetime  Owned by its ClusterRequests until it is finished, which
///           is told once.
class ClusterRequest : public Timer {
 public:
  /// A message of that node in answer to this request. Answers that a node may not give, or has
  /// given already, are ignored.
  virtual void answered(std::string_view uid, const ClusterBody& body) = 0;
  virtual void finished(AckOutcome outcome) = 0;
  /// Whether all that is awaited has come, when `nodes` other nodes are to answer.
  [[nodiscard]] virtual bool is_complete(std::size_t nodes) const = 0;
  /// The node has left.
  virtual void left(std::string_view uid) = 0;

 private:
  friend class ClusterRequests;
  void expired(Instant now) override;

  ClusterRequests* requests_{};
  RequestId id_;
  std::optional<std::size_t> nodes_;  // none until they have been counted
};

/// The requests of one namespace, by id.
///
///     const RequestId id = requests.add(std::make_unique<...>(...), deadline);
///     bus.publish(...); bus.count_others(nsp, [&](std::size_t n) { requests.expect(id, n); });
///     requests.answer(uid, id, body);
///
/// Time      O(1) an answer. Memory  At most `count_max` requests. Threads  The Node's loop.
/// Errors    Unknown ids are ignored: late answers, and foreign ones.
/// Lifetime  The wheel outlives it. Those not finished at its end are not told.
class ClusterRequests {
 public:
  ClusterRequests(TimerWheel& wheel, std::size_t count_max)
      : wheel_{wheel}, count_max_{count_max} {}

  /// None when there are too many; `request` has then been told so.
  [[nodiscard]] std::optional<RequestId> add(std::unique_ptr<ClusterRequest> request,
                                             Instant deadline);
  [[nodiscard]] bool contains(const RequestId& id) const { return pending_.contains(id); }
  /// How many other nodes are to answer.
  void expect(const RequestId& id, std::size_t nodes);
  void answer(std::string_view uid, const RequestId& id, const ClusterBody& body);
  /// Looks whether it is complete now, for what did not come by answer().
  void check(const RequestId& id);
  void finish(const RequestId& id, AckOutcome outcome);
  /// A node has left: nothing of it is awaited any more.
  void leave(std::string_view uid);

 private:
  TimerWheel& wheel_;
  std::size_t count_max_;
  std::uint64_t next_id_{};
  std::unordered_map<RequestId, std::unique_ptr<ClusterRequest>, TextHash, std::equal_to<>>
      pending_;
};

/// A request that each node answers once.
class PerNodeRequest : public ClusterRequest {
 public:
  [[nodiscard]] bool is_complete(std::size_t nodes) const override {
    return heard_.size() >= nodes;
  }
  void left(std::string_view uid) override { hear(uid); }

 protected:
  /// False for a second answer.
  bool hear(std::string_view uid) {
    if (std::ranges::find(heard_, uid) != heard_.end()) return false;
    heard_.emplace_back(uid);
    return true;
  }

 private:
  std::vector<std::string> heard_;
};

/// fetchSockets: a list of each node.
class FetchRequest final : public PerNodeRequest {
 public:
  FetchRequest(AnswerLimits limits, Adapter::FetchCallback callback)
      : limits_{limits}, callback_{std::move(callback)} {}

  /// Those of this node, or of another one.
  void add(std::vector<RemoteSocket> sockets);

  void answered(std::string_view uid, const ClusterBody& body) override;
  void finished(AckOutcome outcome) override;

 private:
  AnswerLimits limits_;
  Adapter::FetchCallback callback_;
  std::vector<RemoteSocket> sockets_;
  bool is_too_much_{};
};

/// serverSideEmit with an ack: one answer of each node.
class ServerSideRequest final : public PerNodeRequest {
 public:
  ServerSideRequest(AnswerLimits limits, Adapter::AnswersCallback callback)
      : limits_{limits}, callback_{std::move(callback)} {}

  void answered(std::string_view uid, const ClusterBody& body) override;
  void finished(AckOutcome outcome) override;

 private:
  AnswerLimits limits_;
  Adapter::AnswersCallback callback_;
  std::vector<Answer> answers_;
  std::size_t bytes_{};
  bool is_too_much_{};
};

/// A session that is looked for: what each node knows of it.
class TakeRequest final : public PerNodeRequest {
 public:
  using Callback = UniqueFunction<void(std::optional<std::vector<TakenSession>>)>;

  explicit TakeRequest(Callback callback) : callback_{std::move(callback)} {}

  void answered(std::string_view uid, const ClusterBody& body) override;
  void finished(AckOutcome outcome) override;

 private:
  Callback callback_;
  std::vector<TakenSession> taken_;
};

/// A broadcast with acks: of each node a count, then as many answers. This node counts as one of
/// them, named by the empty text.
class BroadcastRequest final : public ClusterRequest {
 public:
  explicit BroadcastRequest(std::unique_ptr<AckEvents> events) : events_{std::move(events)} {}

  void counted(std::string_view uid, std::size_t clients);
  void answered_by(std::string_view uid, const Answer& answer);

  void answered(std::string_view uid, const ClusterBody& body) override;
  void finished(AckOutcome outcome) override { events_->finished(outcome); }
  [[nodiscard]] bool is_complete(std::size_t nodes) const override {
    return counted_ > nodes && missing_ == 0;
  }
  void left(std::string_view uid) override;

 private:
  std::unique_ptr<AckEvents> events_;
  std::map<std::string, std::size_t, std::less<>> owed_;  // answers, by node
  std::size_t counted_{};
  std::size_t missing_{};
};

}  // namespace veche::socketio
