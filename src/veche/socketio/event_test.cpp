// Goal: an ack answers once, now or later, and harms nobody when the socket has gone.

#include "veche/socketio/event.hpp"

#include <utility>

#include <doctest/doctest.h>

#include "veche/socketio/world_test.hpp"

namespace veche::socketio {
namespace {

/// Keeps the ack of each event "e".
struct Keeper : World {
  Keeper() {
    node.of("/").on("e", [this](Socket&, Event& event) { ack = std::move(event.ack); });
    client = &join();
  }
  Ack ack;
  FakeEngine* client{};
};

TEST_SUITE("socketio/event: Ack") {
  TEST_CASE("it answers later, and once") {
    Keeper keeper;
    CHECK(keeper.text(*keeper.client, R"(27["e"])") == "");
    CHECK(keeper.ack);
    keeper.ack(Raw{R"({"success":true})"});
    CHECK_FALSE(keeper.ack);
    keeper.ack(Raw{"2"});
    CHECK(keeper.client->take() == R"(437[{"success":true}])");
    CHECK(keeper.client->last == Priority::hi);
  }

  TEST_CASE("an answer without attachments joins those that leave in one piece") {
    Keeper keeper;
    engineio::TextRun run{16};
    keeper.client->run = &run;
    keeper.text(*keeper.client, R"(27["e"])");
    keeper.ack(Raw{"1"});
    keeper.text(*keeper.client, R"(28["e"])");
    const Attachments some{"x"};
    keeper.ack(Raw{R"({"_placeholder":true,"num":0})", &some});
    CHECK(keeper.client->take() == R"(461-8[{"_placeholder":true,"num":0}]+beA==)");
    const auto joined = std::move(run).build();
    REQUIRE(joined.packet_count() == 1);
    CHECK(joined.messages()[0] == "37[1]");
  }

  TEST_CASE("moved, it is the new one that answers") {
    Keeper keeper;
    keeper.text(*keeper.client, R"(27["e"])");
    Ack other = std::move(keeper.ack);
    keeper.ack(Raw{"1"});
    other();
    CHECK(keeper.client->take() == "437[]");
  }

  TEST_CASE("R15: when none was asked for it is empty and sends nothing") {
    Keeper keeper;
    keeper.text(*keeper.client, R"(2["e"])");
    CHECK_FALSE(keeper.ack);
    keeper.ack(Raw{"1"});
    CHECK(keeper.client->take() == "");
  }

  TEST_CASE("dropped unanswered it sends nothing") {
    Keeper keeper;
    keeper.text(*keeper.client, R"(27["e"])");
    keeper.ack = Ack{};
    CHECK(keeper.client->take() == "");
  }

  TEST_CASE("when the socket has gone, or another has taken its slot, it answers nobody") {
    Keeper keeper;
    keeper.text(*keeper.client, R"(27["e"])");
    keeper.text(*keeper.client, "1");
    keeper.text(*keeper.client, "0");
    keeper.ack(Raw{"1"});
    CHECK(keeper.client->take() == "");
    CHECK_FALSE(keeper.ack);
  }

  TEST_CASE("it may carry attachments") {
    Keeper keeper;
    keeper.text(*keeper.client, R"(27["e"])");
    const Attachments one{"one"};
    keeper.ack(Raw{R"({"_placeholder":true,"num":0})", &one});
    CHECK(keeper.client->take() == R"(461-7[{"_placeholder":true,"num":0}]+bb25l)");
  }
}

}  // namespace
}  // namespace veche::socketio
