// Goal: messages own what they say, and carry Socket.IO's numbers.

#include "veche/socketio/cluster_message.hpp"

#include <array>

#include <doctest/doctest.h>

namespace veche::socketio {
namespace {

TEST_SUITE("socketio/cluster_message: INTEROP 5") {
  TEST_CASE("the numbers of the types") {
    const std::array<ClusterBody, 11> bodies{cluster::Broadcast{},
                                             cluster::SocketsJoin{},
                                             cluster::SocketsLeave{},
                                             cluster::DisconnectSockets{},
                                             cluster::FetchSockets{},
                                             cluster::FetchSocketsResponse{},
                                             cluster::ServerSideEmit{},
                                             cluster::ServerSideEmitResponse{},
                                             cluster::BroadcastClientCount{},
                                             cluster::BroadcastAck{},
                                             cluster::AdapterClose{}};
    int number = 3;
    for (const ClusterBody& body : bodies)
      CHECK(static_cast<int>(type_of({"u", "/", body})) == number++);
    CHECK(static_cast<int>(type_of({"u", "/", cluster::InitialHeartbeat{}})) == 1);
    CHECK(static_cast<int>(type_of({"u", "/", cluster::Heartbeat{}})) == 2);
    CHECK(static_cast<int>(type_of({"u", "/", cluster::TakeSession{}})) == 100);
    CHECK(static_cast<int>(type_of({"u", "/", cluster::TakeSessionResponse{}})) == 101);
  }

  TEST_CASE("what was viewed is owned, and can be viewed again") {
    cluster::Broadcast said;
    {
      const std::string room{"a room with a long name, on the heap"};
      const std::string args{R"("long enough to be on the heap")"};
      const Attachments attachments{"binary"};
      const std::array<std::string_view, 1> rooms{room};
      said.packet = ClusterPacket{Emission{"event", args, &attachments}};
      said.options =
          ClusterOptions{BroadcastOptions{.rooms = rooms, .flags = {.is_volatile = true}}};
    }
    const ClusterOptionsView view{said.options};
    CHECK(view.options().rooms.size() == 1);
    CHECK(view.options().rooms[0] == "a room with a long name, on the heap");
    CHECK(view.options().except.empty());
    CHECK(view.options().flags.is_volatile);
    CHECK(said.packet.emission().args == R"("long enough to be on the heap")");
    CHECK(*said.packet.emission().attachments == Attachments{"binary"});
    CHECK(said.packet.bytes() == 5 + 31 + 6);
    CHECK(said.options.bytes() == 36);
    CHECK(ClusterPacket{Emission{"e"}}.emission().attachments == nullptr);
  }
}

}  // namespace
}  // namespace veche::socketio
