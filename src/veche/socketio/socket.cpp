#include "veche/socketio/socket.hpp"

#include <algorithm>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/socketio/connection.hpp"
#include "veche/socketio/namespace.hpp"
#include "veche/socketio/node.hpp"

namespace veche::socketio {
namespace {

/// What an ack's packet has besides its arguments, as a rule.
constexpr std::size_t ack_overhead = 16;

}  // namespace

Socket::Socket(Namespace& nsp, Connection& connection, std::string_view id)
    : nsp_{nsp}, connection_{&connection} {
  VECHE_EXPECTS(id.size() == id_size);
  std::copy(id.begin(), id.end(), id_.begin());
}

Socket::~Socket() = default;

Node& Socket::node() const { return nsp_.node(); }

engineio::Socket* Socket::conn() const {
  return connection_ == nullptr ? nullptr : &connection_->engine();
}

const http::Request& Socket::request() const {
  static const http::Request none;
  return connection_ == nullptr ? none : connection_->engine().request();
}

std::string_view Socket::auth() const { return auth_ == nullptr ? "{}" : std::string_view{*auth_}; }

Handshake Socket::handshake() const { return {request(), auth()}; }

void Socket::forget_handshake() {
  auth_.reset();
  if (connection_ != nullptr) connection_->engine().forget_request();
}

void Socket::join(std::string_view room) {
  const Node::Dispatch scope{node()};
  if (state_ != State::disconnected) nsp_.adapter().add_all(*this, {&room, 1});
}

void Socket::leave(std::string_view room) {
  const Node::Dispatch scope{node()};
  if (state_ != State::disconnected) nsp_.adapter().del(*this, room);
}

bool Socket::is_in(std::string_view room) const {
  return room == id() || nsp_.rooms().contains(room, *this);
}

std::vector<std::string> Socket::rooms() const {
  std::vector<std::string> names{std::string{id()}};
  for (std::size_t i = 0; i < room_count(); ++i) names.emplace_back(room_at(i).name());
  return names;
}

void Socket::emit(std::string_view event, Raw args) {
  if (is_connected()) send_event({event, args.args, args.attachments}, std::nullopt, {});
}

void Socket::emit_volatile(std::string_view event, Raw args) {
  transmit({event, args.args, args.attachments}, {.is_volatile = true});
}

FlaggedSocket Socket::volatile_() {  // NOLINT(readability-identifier-naming): a keyword
  return FlaggedSocket{*this}.volatile_();
}

FlaggedSocket Socket::compress(bool is_wanted) { return FlaggedSocket{*this}.compress(is_wanted); }

FlaggedSocket Socket::timeout(Milliseconds timeout) {
  return FlaggedSocket{*this}.timeout(timeout);
}

void Socket::transmit(const Emission& emission, EmitFlags flags) {
  if (!is_connected() || (flags.is_volatile && is_slow())) return;
  send_event(emission, std::nullopt, flags);
}

void Socket::send_event(const Emission& emission, std::optional<std::uint64_t> id,
                        EmitFlags flags) {
  std::optional<Node::Dispatch> scope;
  if (is_outgoing_heard_) {
    scope.emplace(node());
    node().tell_outgoing(*this, emission);
    if (!is_connected()) return;
  }
  const bool is_recoverable = !id && !flags.is_volatile;
  engineio::Outgoing packet =
      node().encoder().event(nsp_.name(), id, is_recoverable ? stamped(emission) : emission);
  packet.set_compress(flags.is_compressed);
  send(packet, Priority::hi);
}

Emission Socket::stamped(Emission emission) {
  Recovery* recovery = pid().empty() ? nullptr : nsp_.recovery();
  if (recovery != nullptr) emission.offset = recovery->stamp(pid(), emission);
  return emission;
}

bool Socket::recovered() const { return is_recovered_; }

bool Socket::is_slow() const {
  return is_connected() && engine_->queued_bytes() > node().options().volatile_queue_bytes_max;
}

void Socket::send(const engineio::Outgoing& packet, Priority priority) {
  if (!is_connected()) return;
  if (reads_msgpack_) return node().send(*connection_, packet, priority);
  engine_->send(packet, priority);
}

void Socket::answer(std::uint64_t id, Raw args) {
  if (!is_connected()) return;
  const bool is_plain =
      !reads_msgpack_ && (args.attachments == nullptr || args.attachments->empty());
  if (auto* run = is_plain ? engine_->own_run(args.args.size() + ack_overhead) : nullptr)
    return Encoder::add_ack(*run, nsp_.name(), id, args.args);
  send(node().encoder().ack(nsp_.name(), id, args.args, args.attachments), Priority::hi);
}

void Socket::emit_with_ack(const Emission& emission, Milliseconds timeout, AckCallback callback) {
  ask(emission, {.timeout = timeout}, std::move(callback));
}

void Socket::ask(const Emission& emission, EmitFlags flags, AckCallback callback) {
  if (!is_connected()) return callback(fail(Errc::closed, "socket has been disconnected"));
  Extras& more = extras();
  if (more.pending.size() >= node().options().pending_acks_max)
    return callback(fail(Errc::overloaded, "too many acks are awaited"));
  const std::uint64_t id = more.next_ack_id++;
  auto pending = std::make_unique<PendingAck>(*this, id, std::move(callback));
  if (flags.timeout > Milliseconds{0}) node().wheel_.arm(*pending, node().now() + flags.timeout);
  more.pending.emplace(id, std::move(pending));
  if (!flags.is_volatile || !is_slow()) send_event(emission, id, flags);
}

void Socket::PendingAck::expired(Instant now) {
  Socket& socket = socket_;
  Node& node = socket.node();
  node.advance_to(now);
  const Node::Dispatch scope{node};
  const auto self = socket.take_pending(id_);
  node.guard(&socket, "ack",
             [&] { self->call(fail(Errc::unavailable, "operation has timed out")); });
}

std::unique_ptr<Socket::PendingAck> Socket::take_pending(std::uint64_t id) {
  if (extras_ == nullptr) return nullptr;
  auto node = extras_->pending.extract(id);
  return node.empty() ? nullptr : std::move(node.mapped());
}

void Socket::fail_pending() {
  if (extras_ == nullptr) return;
  for (auto& [id, pending] : std::exchange(extras_->pending, {})) {
    PendingAck& each = *pending;
    node().guard(nullptr, "ack",
                 [&] { each.call(fail(Errc::closed, "socket has been disconnected")); });
  }
}

BroadcastOperator Socket::to(std::string_view room) { return broadcast().to(room); }

BroadcastOperator Socket::to(std::span<const std::string> rooms) { return broadcast().to(rooms); }

BroadcastOperator Socket::except(std::string_view room) { return broadcast().except(room); }

BroadcastOperator Socket::local() { return broadcast().local(); }

BroadcastOperator Socket::broadcast() { return BroadcastOperator{nsp_}.except(id()); }

void Socket::disconnect(Scope scope) { node().disconnect(*this, scope); }

void Socket::close_connection(engineio::Closing how) {
  if (connection_ != nullptr)
    node().close(*connection_, how, DisconnectReason::forced_server_close);
}

Socket::Extras& Socket::extras() {
  if (extras_ == nullptr) extras_ = std::make_unique<Extras>();
  return *extras_;
}

}  // namespace veche::socketio
