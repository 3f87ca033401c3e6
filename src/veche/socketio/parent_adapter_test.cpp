// Goal: what is asked of all children of a parent comes back as one answer.

#include "veche/socketio/parent_adapter.hpp"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "veche/socketio/adapter_contract_test.hpp"
#include "veche/socketio/parent_namespace.hpp"
#include "veche/socketio/world_test.hpp"

namespace veche::socketio {
namespace {

using namespace std::chrono_literals;

struct Children : World {
  Children() {
    text(one, "0/c1");
    text(two, "0/c2");
  }
  ParentNamespace& parent{node.of_pattern("^/c")};
  FakeEngine& one{open()};
  FakeEngine& two{open()};
};

TEST_SUITE("socketio/parent_adapter") {
  TEST_CASE("acks of all children are one outcome") {
    Children world;
    std::string line;
    world.parent.timeout(1s).emit_with_ack({"ask"}, note_answers(line));
    const std::string asked = world.one.take();
    const std::string id = asked.substr(6, asked.find('[') - 6);
    world.text(world.one, "3/c1," + id + "[1]");
    CHECK(line == "");
    world.text(world.two, "3/c2," + id + "[2]");
    CHECK(line == "complete 1 2");
    world.parent.timeout(1s).emit_with_ack({"ask"}, note_answers(line));
    world.advance(1001ms);
    CHECK(line == "timed_out");
  }

  TEST_CASE("sockets of all children are found, and nobody without children") {
    Children world;
    std::size_t found = 0;
    const auto note = [&](const Result<std::vector<RemoteSocket>>& sockets) {
      found = sockets->size();
    };
    BroadcastOperator{world.parent}.fetch_sockets(note);
    CHECK(found == 2);
    World empty;
    ParentNamespace& parent = empty.node.of_pattern("^/c");
    BroadcastOperator{parent}.fetch_sockets(note);
    CHECK(found == 0);
    std::string line;
    parent.timeout(1s).emit_with_ack({"ask"}, note_answers(line));
    CHECK(line == "complete");
    line.clear();
    parent.server_side_emit_with_ack({"ask"}, note_answers(line));
    CHECK(line == "complete");
  }
}

}  // namespace
}  // namespace veche::socketio
