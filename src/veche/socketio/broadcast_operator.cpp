#include "veche/socketio/broadcast_operator.hpp"

#include <utility>

#include "veche/base/contract.hpp"
#include "veche/socketio/namespace.hpp"
#include "veche/socketio/node.hpp"

namespace veche::socketio {

namespace {

/// Keeps the answers to one broadcast until there are enough of them, or too many.
class Collected final : public AckEvents {
 public:
  Collected(Namespace& nsp, Adapter::AnswersCallback callback)
      : nsp_{nsp}, callback_{std::move(callback)} {}

  void counted(std::size_t /*clients*/) override {}
  void answered(const Answer& answer) override {
    if (!callback_) return;
    const AnswerLimits& limits = nsp_.node().options().answers;
    bytes_ += answer.json.size();
    for (const std::string& each : answer.attachments) bytes_ += each.size();
    if (answers_.size() == limits.count_max || bytes_ > limits.bytes_max)
      return finished(AckOutcome::overloaded);
    answers_.push_back(answer);
  }
  void finished(AckOutcome outcome) override {
    if (!callback_) return;
    auto callback = std::exchange(callback_, nullptr);
    nsp_.call_guarded("broadcast ack", [&] { callback({outcome, std::move(answers_)}); });
  }

 private:
  Namespace& nsp_;
  Adapter::AnswersCallback callback_;
  std::vector<Answer> answers_;
  std::size_t bytes_{};
};

}  // namespace

struct BroadcastOperator::Views {
  explicit Views(const BroadcastOperator& chosen)
      : rooms(chosen.rooms_.begin(), chosen.rooms_.end()),
        except(chosen.except_.begin(), chosen.except_.end()),
        options{rooms, except, chosen.flags_} {}

  std::vector<std::string_view> rooms;
  std::vector<std::string_view> except;
  BroadcastOptions options;
};

BroadcastOperator& BroadcastOperator::to(std::string_view room) {
  rooms_.emplace_back(room);
  return *this;
}

BroadcastOperator& BroadcastOperator::to(std::span<const std::string> rooms) {
  rooms_.insert(rooms_.end(), rooms.begin(), rooms.end());
  return *this;
}

BroadcastOperator& BroadcastOperator::except(std::string_view room) {
  except_.emplace_back(room);
  return *this;
}

BroadcastOperator& BroadcastOperator::except(std::span<const std::string> rooms) {
  except_.insert(except_.end(), rooms.begin(), rooms.end());
  return *this;
}

// NOLINTNEXTLINE(readability-identifier-naming): a keyword
BroadcastOperator& BroadcastOperator::volatile_() {
  flags_.is_volatile = true;
  return *this;
}

BroadcastOperator& BroadcastOperator::local() {
  flags_.is_local = true;
  return *this;
}

BroadcastOperator& BroadcastOperator::timeout(Milliseconds timeout) {
  VECHE_EXPECTS(timeout > Milliseconds{0});
  timeout_ = timeout;
  return *this;
}

void BroadcastOperator::emit_with_ack(const Emission& emission, Adapter::AnswersCallback callback) {
  nsp_->adapter().broadcast_with_ack(emission, Views{*this}.options, timeout_,
                                     std::make_unique<Collected>(*nsp_, std::move(callback)));
}

BroadcastOperator& BroadcastOperator::compress(bool is_wanted) {
  flags_.compress = is_wanted;
  return *this;
}

void BroadcastOperator::emit(std::string_view event, Raw args) {
  nsp_->adapter().broadcast({event, args.args, args.attachments}, Views{*this}.options);
}

void BroadcastOperator::sockets_join(std::string_view room) {
  const Node::Dispatch dispatch{nsp_->node()};
  nsp_->adapter().add_sockets(Views{*this}.options, {&room, 1});
}

void BroadcastOperator::sockets_leave(std::string_view room) {
  const Node::Dispatch dispatch{nsp_->node()};
  nsp_->adapter().del_sockets(Views{*this}.options, {&room, 1});
}

void BroadcastOperator::sockets_join(std::span<const std::string> rooms) {
  const std::vector<std::string_view> names(rooms.begin(), rooms.end());
  nsp_->adapter().add_sockets(Views{*this}.options, names);
}

void BroadcastOperator::sockets_leave(std::span<const std::string> rooms) {
  const std::vector<std::string_view> names(rooms.begin(), rooms.end());
  nsp_->adapter().del_sockets(Views{*this}.options, names);
}

void BroadcastOperator::disconnect_sockets(Scope scope) {
  const Node::Dispatch dispatch{nsp_->node()};
  nsp_->adapter().disconnect_sockets(Views{*this}.options, scope);
}

void BroadcastOperator::fetch_sockets(Adapter::FetchCallback callback) {
  auto guarded = [nsp = nsp_,
                  call = std::move(callback)](Result<std::vector<RemoteSocket>> found) mutable {
    nsp->call_guarded("fetch_sockets", [&] { call(std::move(found)); });
  };
  nsp_->adapter().fetch_sockets(Views{*this}.options, std::move(guarded));
}

}  // namespace veche::socketio
