#include "veche/socketio/broadcast_operator.hpp"

#include <utility>

#include "veche/socketio/namespace.hpp"
#include "veche/socketio/node.hpp"

namespace veche::socketio {

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

void BroadcastOperator::disconnect_sockets(Scope scope) {
  const Node::Dispatch dispatch{nsp_->node()};
  nsp_->adapter().disconnect_sockets(Views{*this}.options, scope);
}

void BroadcastOperator::fetch_sockets(Adapter::FetchCallback callback) {
  nsp_->adapter().fetch_sockets(Views{*this}.options, std::move(callback));
}

}  // namespace veche::socketio
