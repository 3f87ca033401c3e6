#include "veche/socketio/cluster_adapter.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "veche/socketio/namespace.hpp"
#include "veche/socketio/node.hpp"

namespace veche::socketio {

namespace {

/// How this node is called among those whose acks are awaited.
constexpr std::string_view own_name{};

std::vector<std::string> owned(std::span<const std::string_view> names) {
  return {names.begin(), names.end()};
}

std::vector<std::string_view> viewed(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

}  // namespace

/// Takes the part of this node's own clients in a broadcast to the request that waits for it.
class ClusterAdapter::LocalAcks final : public AckEvents {
 public:
  LocalAcks(ClusterAdapter& adapter, BroadcastRequest& request, RequestId id)
      : adapter_{adapter}, request_{request}, id_{std::move(id)} {}

  void counted(std::size_t clients) override {
    if (adapter_.requests_.contains(id_)) request_.counted(own_name, clients);
  }
  void answered(const Answer& answer) override {
    if (adapter_.requests_.contains(id_)) request_.answered_by(own_name, answer);
    adapter_.requests_.check(id_);
  }
  void finished(AckOutcome outcome) override {
    // When the time is over the request knows by itself.
    if (outcome == AckOutcome::overloaded) adapter_.requests_.finish(id_, outcome);
  }

 private:
  ClusterAdapter& adapter_;
  BroadcastRequest& request_;  // only while its id is known
  RequestId id_;
};

/// Sends what this node's clients answer to the node that asked.
class ClusterAdapter::RemoteAcks final : public AckEvents {
 public:
  RemoteAcks(ClusterAdapter& adapter, std::string uid, RequestId id)
      : adapter_{adapter}, uid_{std::move(uid)}, id_{std::move(id)} {}

  void counted(std::size_t clients) override {
    adapter_.reply(uid_, cluster::BroadcastClientCount{id_, clients});
  }
  void answered(const Answer& answer) override {
    adapter_.reply(uid_, cluster::BroadcastAck{id_, answer});
  }
  void finished(AckOutcome /*outcome*/) override {}

 private:
  ClusterAdapter& adapter_;
  std::string uid_;
  RequestId id_;
};

ClusterAdapter::ClusterAdapter(Namespace& nsp, Bus& bus, ClusterAdapterOptions options)
    : nsp_{nsp},
      bus_{bus},
      options_{options},
      local_{nsp, std::string{bus.uid()}},
      requests_{nsp.node().timers(), options.requests_max} {
  bus_.join(nsp_.name(), *this);
  if (local_.memory_recovery() == nullptr) return;
  local_.memory_recovery()->ask_others(
      [this](const std::string& pid, const Positions& seen, TakeRequest::Callback callback) {
        ask_for_session(pid, seen, std::move(callback));
      });
  publish(cluster::InitialHeartbeat{});
}

ClusterAdapter::~ClusterAdapter() {
  if (!is_closed_) bus_.leave(nsp_.name());
}

ClusterMessagePtr ClusterAdapter::message(ClusterBody body) const {
  return std::make_shared<const ClusterMessage>(
      ClusterMessage{std::string{bus_.uid()}, std::string{nsp_.name()}, std::move(body)});
}

std::optional<RequestId> ClusterAdapter::begin(std::unique_ptr<ClusterRequest> request,
                                               Milliseconds timeout) {
  return requests_.add(std::move(request), nsp_.node().now() + timeout);
}

void ClusterAdapter::count_nodes(const RequestId& id) {
  bus_.count_others(nsp_.name(), [this, id](std::size_t nodes) { requests_.expect(id, nodes); });
}

void ClusterAdapter::add_all(Socket& socket, std::span<const std::string_view> rooms) {
  local_.add_all(socket, rooms);
}

void ClusterAdapter::del(Socket& socket, std::string_view room) { local_.del(socket, room); }

void ClusterAdapter::del_all(Socket& socket) { local_.del_all(socket); }

void ClusterAdapter::broadcast(const Emission& emission, const BroadcastOptions& options) {
  if (!is_for_all(options)) return local_.deliver(emission, options);
  if (local_.memory_recovery() != nullptr && !options.flags.is_volatile)
    return broadcast_recoverable(emission, options);
  publish(cluster::Broadcast{ClusterPacket{emission}, ClusterOptions{options}});
  local_.deliver(emission, options);
}

void ClusterAdapter::broadcast_recoverable(const Emission& emission,
                                           const BroadcastOptions& options) {
  MemoryRecovery& recovery = *local_.memory_recovery();
  cluster::Broadcast said{.packet = ClusterPacket{emission}, .options = ClusterOptions{options}};
  said.position = recovery.next_position();
  ClusterMessagePtr shared = message(std::move(said));
  const auto* logged = std::get_if<cluster::Broadcast>(&shared->body);
  const std::string offset = recovery.record(LoggedPacket{shared, logged});
  Emission stamped = emission;
  stamped.offset = offset;
  bus_.publish(std::move(shared));
  local_.deliver(stamped, options);
}

void ClusterAdapter::ask_for_session(const std::string& pid, const Positions& seen,
                                     TakeRequest::Callback callback) {
  if (is_closed_) return callback(std::vector<TakenSession>{});
  const auto id =
      begin(std::make_unique<TakeRequest>(std::move(callback)), options_.request_timeout);
  if (!id) return;
  publish(cluster::TakeSession{*id, pid, seen});
  count_nodes(*id);
}

void ClusterAdapter::broadcast_with_ack(const Emission& emission, const BroadcastOptions& options,
                                        Milliseconds timeout, std::unique_ptr<AckEvents> events) {
  if (!is_for_all(options))
    return local_.broadcast_with_ack(emission, options, timeout, std::move(events));
  auto owned_request = std::make_unique<BroadcastRequest>(std::move(events));
  BroadcastRequest& request = *owned_request;
  const auto id = begin(std::move(owned_request), timeout);
  if (!id) return;
  publish(cluster::Broadcast{ClusterPacket{emission}, ClusterOptions{options}, *id, timeout});
  local_.broadcast_with_ack(emission, options, timeout,
                            std::make_unique<LocalAcks>(*this, request, *id));
  count_nodes(*id);
}

void ClusterAdapter::add_sockets(const BroadcastOptions& options,
                                 std::span<const std::string_view> rooms) {
  if (is_for_all(options)) publish(cluster::SocketsJoin{ClusterOptions{options}, owned(rooms)});
  local_.add_sockets(options, rooms);
}

void ClusterAdapter::del_sockets(const BroadcastOptions& options,
                                 std::span<const std::string_view> rooms) {
  if (is_for_all(options)) publish(cluster::SocketsLeave{ClusterOptions{options}, owned(rooms)});
  local_.del_sockets(options, rooms);
}

void ClusterAdapter::disconnect_sockets(const BroadcastOptions& options, Scope scope) {
  if (is_for_all(options)) publish(cluster::DisconnectSockets{ClusterOptions{options}, scope});
  local_.disconnect_sockets(options, scope);
}

void ClusterAdapter::fetch_sockets(const BroadcastOptions& options, FetchCallback callback) {
  if (!is_for_all(options)) return local_.fetch_sockets(options, std::move(callback));
  auto request = std::make_unique<FetchRequest>(nsp_.node().options().answers, std::move(callback));
  local_.fetch_sockets(options, [&](Result<std::vector<RemoteSocket>> sockets) {
    request->add(*std::move(sockets));
  });
  const auto id = begin(std::move(request), options_.request_timeout);
  if (!id) return;
  publish(cluster::FetchSockets{ClusterOptions{options}, *id});
  count_nodes(*id);
}

void ClusterAdapter::server_side_emit(const Emission& emission) {
  if (!is_closed_) publish(cluster::ServerSideEmit{ClusterPacket{emission}});
}

void ClusterAdapter::server_side_emit_with_ack(const Emission& emission, AnswersCallback callback) {
  if (is_closed_) return local_.server_side_emit_with_ack(emission, std::move(callback));
  const auto id =
      begin(std::make_unique<ServerSideRequest>(nsp_.node().options().answers, std::move(callback)),
            options_.request_timeout);
  if (!id) return;
  publish(cluster::ServerSideEmit{ClusterPacket{emission}, *id});
  count_nodes(*id);
}

void ClusterAdapter::server_count(CountCallback callback) {
  if (is_closed_) return callback(1);
  bus_.count_others(nsp_.name(),
                    [call = std::move(callback)](std::size_t others) mutable { call(others + 1); });
}

void ClusterAdapter::close() {
  if (is_closed_) return;
  publish(cluster::AdapterClose{});
  is_closed_ = true;
  bus_.leave(nsp_.name());
}

/// What another node says, done here.
struct ClusterAdapter::Receiver {
  ClusterAdapter& adapter;
  const ClusterMessage& message;
  const ClusterMessagePtr& shared;

  void operator()(const cluster::Broadcast& said) const {
    const ClusterOptionsView view{said.options};
    Emission emission = said.packet.emission();
    if (said.request.empty()) {
      MemoryRecovery* recovery = adapter.local_.memory_recovery();
      const std::string offset = recovery != nullptr && said.position != 0
                                     ? recovery->record(message.uid, LoggedPacket{shared, &said})
                                     : std::string{};
      emission.offset = offset;
      return adapter.local_.deliver(emission, view.options());
    }
    adapter.local_.broadcast_with_ack(
        emission, view.options(), said.timeout,
        std::make_unique<RemoteAcks>(adapter, message.uid, said.request));
  }
  void operator()(const cluster::SocketsJoin& said) const {
    adapter.local_.add_sockets(ClusterOptionsView{said.options}.options(), viewed(said.rooms));
  }
  void operator()(const cluster::SocketsLeave& said) const {
    adapter.local_.del_sockets(ClusterOptionsView{said.options}.options(), viewed(said.rooms));
  }
  void operator()(const cluster::DisconnectSockets& said) const {
    adapter.local_.disconnect_sockets(ClusterOptionsView{said.options}.options(), said.scope);
  }
  void operator()(const cluster::FetchSockets& said) const {
    const ClusterOptionsView view{said.options};
    adapter.local_.fetch_sockets(view.options(), [&](Result<std::vector<RemoteSocket>> found) {
      adapter.reply(message.uid, cluster::FetchSocketsResponse{said.request, *std::move(found)});
    });
  }
  void operator()(const cluster::ServerSideEmit& said) const {
    if (said.request.empty()) return adapter.nsp_.receive_server_side(said.packet.emission());
    // The answer may come when the namespace has gone, but not after the bus.
    adapter.nsp_.receive_server_side(
        said.packet.emission(),
        ServerSideAck{[&bus = adapter.bus_, nsp = message.nsp, uid = message.uid,
                       id = said.request](Answer answer) {
          bus.publish_to(uid, std::make_shared<const ClusterMessage>(ClusterMessage{
                                  std::string{bus.uid()}, nsp,
                                  cluster::ServerSideEmitResponse{id, std::move(answer)}}));
        }});
  }
  void operator()(const cluster::FetchSocketsResponse& said) const { answer(said.request); }
  void operator()(const cluster::ServerSideEmitResponse& said) const { answer(said.request); }
  void operator()(const cluster::BroadcastClientCount& said) const { answer(said.request); }
  void operator()(const cluster::BroadcastAck& said) const { answer(said.request); }
  void operator()(const cluster::InitialHeartbeat&) const {
    const MemoryRecovery* recovery = adapter.local_.memory_recovery();
    const std::uint64_t next = recovery == nullptr ? 1 : recovery->next_position();
    adapter.reply(message.uid, cluster::Heartbeat{next - 1});
  }
  void operator()(const cluster::Heartbeat& said) const {
    if (adapter.local_.memory_recovery() != nullptr)
      adapter.local_.memory_recovery()->begin_after(message.uid, said.position);
  }
  void operator()(const cluster::TakeSession& said) const {
    MemoryRecovery* recovery = adapter.local_.memory_recovery();
    adapter.reply(message.uid,
                  cluster::TakeSessionResponse{
                      said.request,
                      recovery == nullptr ? TakenSession{} : recovery->taken(said.pid, said.seen)});
  }
  void operator()(const cluster::TakeSessionResponse& said) const {
    // It comes after all that the node has broadcast before.
    if (adapter.local_.memory_recovery() != nullptr)
      adapter.local_.memory_recovery()->advance(message.uid, said.taken.position);
    answer(said.request);
  }
  void operator()(const cluster::AdapterClose&) const { adapter.requests_.leave(message.uid); }

 private:
  void answer(const RequestId& id) const {
    adapter.requests_.answer(message.uid, id, message.body);
  }
};

void ClusterAdapter::receive(const ClusterMessagePtr& message) {
  if (is_closed_ || message->uid == bus_.uid() || message->nsp != nsp_.name()) return;
  std::visit(Receiver{*this, *message, message}, message->body);
}

}  // namespace veche::socketio
