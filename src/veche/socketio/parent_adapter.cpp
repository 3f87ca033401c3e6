#include "veche/socketio/parent_adapter.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "veche/socketio/parent_namespace.hpp"

namespace veche::socketio {
namespace {

/// Several broadcasts that ask for acks, as one.
struct GatheredAcks {
  std::unique_ptr<AckEvents> events;
  std::size_t missing;
  AckOutcome outcome{AckOutcome::complete};

  void finished(AckOutcome one) {
    outcome = std::max(outcome, one);
    if (--missing == 0) events->finished(outcome);
  }
};

/// The part of one child.
class ChildAcks final : public AckEvents {
 public:
  explicit ChildAcks(std::shared_ptr<GatheredAcks> all) : all_{std::move(all)} {}
  void counted(std::size_t clients) override { all_->events->counted(clients); }
  void answered(const Answer& answer) override { all_->events->answered(answer); }
  void finished(AckOutcome outcome) override { all_->finished(outcome); }

 private:
  std::shared_ptr<GatheredAcks> all_;
};

struct GatheredSockets {
  Adapter::FetchCallback callback;
  std::size_t missing;
  std::vector<RemoteSocket> sockets{};
  std::optional<Error> error{};

  void found(Result<std::vector<RemoteSocket>> some) {
    if (some) {
      std::ranges::move(*some, std::back_inserter(sockets));
    } else {
      error = some.error();
    }
    if (--missing > 0) return;
    if (error) return callback(tl::unexpected{*error});
    callback(std::move(sockets));
  }
};

struct GatheredAnswers {
  Adapter::AnswersCallback callback;
  std::size_t missing;
  Answers answers{AckOutcome::complete, {}};

  void came(Answers some) {
    answers.outcome = std::max(answers.outcome, some.outcome);
    std::ranges::move(some.answers, std::back_inserter(answers.answers));
    if (--missing == 0) callback(std::move(answers));
  }
};

}  // namespace

std::vector<Namespace*> ParentAdapter::children() const {
  return {parent_.children().begin(), parent_.children().end()};
}

void ParentAdapter::broadcast(const Emission& emission, const BroadcastOptions& options) {
  for (const Namespace* child : children()) child->adapter().broadcast(emission, options);
}

void ParentAdapter::broadcast_with_ack(const Emission& emission, const BroadcastOptions& options,
                                       Milliseconds timeout, std::unique_ptr<AckEvents> events) {
  const auto all = children();
  if (all.empty()) {
    events->counted(0);
    return events->finished(AckOutcome::complete);
  }
  auto gathered = std::make_shared<GatheredAcks>(GatheredAcks{std::move(events), all.size()});
  for (const Namespace* child : all) {
    child->adapter().broadcast_with_ack(emission, options, timeout,
                                        std::make_unique<ChildAcks>(gathered));
  }
}

void ParentAdapter::add_sockets(const BroadcastOptions& options,
                                std::span<const std::string_view> rooms) {
  for (const Namespace* child : children()) child->adapter().add_sockets(options, rooms);
}

void ParentAdapter::del_sockets(const BroadcastOptions& options,
                                std::span<const std::string_view> rooms) {
  for (const Namespace* child : children()) child->adapter().del_sockets(options, rooms);
}

void ParentAdapter::disconnect_sockets(const BroadcastOptions& options, Scope scope) {
  for (const Namespace* child : children()) child->adapter().disconnect_sockets(options, scope);
}

void ParentAdapter::fetch_sockets(const BroadcastOptions& options, FetchCallback callback) {
  const auto all = children();
  if (all.empty()) return callback(std::vector<RemoteSocket>{});
  auto gathered =
      std::make_shared<GatheredSockets>(GatheredSockets{std::move(callback), all.size()});
  for (const Namespace* child : all) {
    child->adapter().fetch_sockets(options,
                                   [gathered](auto some) { gathered->found(std::move(some)); });
  }
}

void ParentAdapter::server_side_emit(const Emission& emission) {
  for (const Namespace* child : children()) child->adapter().server_side_emit(emission);
}

void ParentAdapter::server_side_emit_with_ack(const Emission& emission, AnswersCallback callback) {
  const auto all = children();
  if (all.empty()) return callback({AckOutcome::complete, {}});
  auto gathered =
      std::make_shared<GatheredAnswers>(GatheredAnswers{std::move(callback), all.size()});
  for (const Namespace* child : all) {
    child->adapter().server_side_emit_with_ack(
        emission, [gathered](Answers some) { gathered->came(std::move(some)); });
  }
}

}  // namespace veche::socketio
