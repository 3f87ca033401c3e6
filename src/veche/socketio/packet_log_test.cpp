// Goal: the log is bounded, and knows what it has dropped.

#include "veche/socketio/packet_log.hpp"

#include <doctest/doctest.h>

namespace veche::socketio {
namespace {

using std::chrono::seconds;

LogEntry entry(std::string uid, std::uint64_t position, std::string only_for = {}) {
  cluster::Broadcast said{.packet = ClusterPacket{Emission{"e"}}, .options = {}};
  said.position = position;
  return {std::move(uid), std::make_shared<const cluster::Broadcast>(said), std::move(only_for),
          Instant{}};
}

std::string positions(const PacketLog& log) {
  std::string line;
  for (const LogEntry& each : log.entries())
    line += each.uid + std::to_string(each.packet->position) + " ";
  return line;
}

Positions seen(std::string_view text) { return Positions::parse(text).value(); }

TEST_SUITE("socketio/packet_log") {
  TEST_CASE("the oldest packets go first, and whoever needs them is told") {
    PacketLog log{{.packets_max = 2}};
    log.add(entry("a", 1));
    log.add(entry("b", 1));
    CHECK(log.is_whole_since(seen("")));
    log.add(entry("a", 2));
    CHECK(positions(log) == "b1 a2 ");
    CHECK_FALSE(log.is_whole_since(seen("")));
    CHECK_FALSE(log.is_whole_since(seen("b-1")));
    CHECK(log.is_whole_since(seen("a-1")));
    CHECK(log.is_whole_since(seen(""), "b"));
    CHECK_FALSE(log.is_whole_since(seen(""), "a"));
  }

  TEST_CASE("long packets and old ones go, too") {
    PacketLog small{{.bytes_max = 1}};
    small.add(entry("a", 1));
    CHECK(small.entries().empty());
    CHECK_FALSE(small.is_whole_since(seen("")));

    PacketLog brief{{.max_disconnection_duration = seconds{10}}};
    brief.add(entry("a", 1));
    auto late = entry("a", 2);
    late.said_at = Instant{} + seconds{11};
    brief.add(late);
    CHECK(positions(brief) == "a2 ");
  }

  TEST_CASE("what was said to one session alone") {
    PacketLog log{{.packets_max = 3}};
    log.add(entry("a", 1, "pid"));
    log.add(entry("a", 2, "other"));
    log.add(entry("a", 3, "pid"));
    CHECK(log.only_for("pid", "a", seen("")).size() == 2);
    CHECK(log.only_for("pid", "a", seen("a-1")).front()->position == 3);
    CHECK(log.only_for("pid", "b", seen("")).empty());
    CHECK(log.only_for("unknown", "a", seen("")).empty());
    log.add(entry("a", 4));
    log.add(entry("a", 5));
    log.add(entry("a", 6));
    CHECK(log.only_for("pid", "a", seen("")).empty());
  }

  TEST_CASE("a packet concerns whom it would have reached") {
    const RecoverySession session{.pid = "p", .sid = "s", .rooms = {"x", "y"}};
    const auto is_for = [&](std::vector<std::string> rooms, std::vector<std::string> except) {
      cluster::Broadcast said;
      said.options.rooms = std::move(rooms);
      said.options.except = std::move(except);
      return concerns({"a", std::make_shared<const cluster::Broadcast>(said), {}, {}}, session);
    };
    CHECK(is_for({}, {}));
    CHECK(is_for({"z", "y"}, {}));
    CHECK(is_for({"s"}, {}));
    CHECK(is_for({"x"}, {"z"}));
    CHECK_FALSE(is_for({"z"}, {}));
    CHECK_FALSE(is_for({"x"}, {"y"}));
    CHECK_FALSE(is_for({}, {"s"}));
    CHECK(concerns(entry("a", 1, "p"), session));
    CHECK_FALSE(concerns(entry("a", 1, "q"), session));
  }
}

}  // namespace
}  // namespace veche::socketio
