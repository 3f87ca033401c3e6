#include "veche/socketio/cluster_message.hpp"

namespace veche::socketio {

namespace {

template <typename Names>
std::size_t bytes_of(const Names& names) {
  std::size_t bytes = 0;
  for (const auto& name : names) bytes += name.size();
  return bytes;
}

}  // namespace

ClusterPacket::ClusterPacket(const Emission& emission)
    : event{emission.event},
      args{emission.args},
      attachments{emission.attachments != nullptr ? *emission.attachments : Attachments{}} {}

Emission ClusterPacket::emission() const {
  return {
      .event = event, .args = args, .attachments = attachments.empty() ? nullptr : &attachments};
}

std::size_t ClusterPacket::bytes() const {
  return event.size() + args.size() + bytes_of(attachments);
}

ClusterOptions::ClusterOptions(const BroadcastOptions& options)
    : rooms(options.rooms.begin(), options.rooms.end()),
      except(options.except.begin(), options.except.end()),
      flags{options.flags} {}

std::size_t ClusterOptions::bytes() const { return bytes_of(rooms) + bytes_of(except); }

ClusterOptionsView::ClusterOptionsView(const ClusterOptions& options)
    : rooms_(options.rooms.begin(), options.rooms.end()),
      except_(options.except.begin(), options.except.end()),
      flags_{options.flags} {}

ClusterMessageType type_of(const ClusterMessage& message) {
  struct Numbers {
    using Type = ClusterMessageType;
    Type operator()(const cluster::Broadcast&) const { return Type::broadcast; }
    Type operator()(const cluster::SocketsJoin&) const { return Type::sockets_join; }
    Type operator()(const cluster::SocketsLeave&) const { return Type::sockets_leave; }
    Type operator()(const cluster::DisconnectSockets&) const { return Type::disconnect_sockets; }
    Type operator()(const cluster::FetchSockets&) const { return Type::fetch_sockets; }
    Type operator()(const cluster::FetchSocketsResponse&) const {
      return Type::fetch_sockets_response;
    }
    Type operator()(const cluster::ServerSideEmit&) const { return Type::server_side_emit; }
    Type operator()(const cluster::ServerSideEmitResponse&) const {
      return Type::server_side_emit_response;
    }
    Type operator()(const cluster::BroadcastClientCount&) const {
      return Type::broadcast_client_count;
    }
    Type operator()(const cluster::BroadcastAck&) const { return Type::broadcast_ack; }
    Type operator()(const cluster::AdapterClose&) const { return Type::adapter_close; }
    Type operator()(const cluster::InitialHeartbeat&) const { return Type::initial_heartbeat; }
    Type operator()(const cluster::Heartbeat&) const { return Type::heartbeat; }
    Type operator()(const cluster::TakeSession&) const { return Type::take_session; }
    Type operator()(const cluster::TakeSessionResponse&) const {
      return Type::take_session_response;
    }
  };
  return std::visit(Numbers{}, message.body);
}

}  // namespace veche::socketio
