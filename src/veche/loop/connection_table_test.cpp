// Goal: a token finds its own connection or nothing. Method: slots are emptied and filled again.

#include "veche/loop/connection_table.hpp"

#include <memory>

#include <doctest/doctest.h>

#include "veche/loop/connection_set.hpp"

#include "support/fake_net.hpp"
#include "support/virtual_clock.hpp"

namespace veche::loop {
namespace {

class Nobody final : public ConnectionEvents {
 public:
  void received(Connection&, std::span<char>, Instant) override {}
  void ended(Connection&, EndReason, Instant) override {}
};

struct Fixture {
  std::unique_ptr<Connection> make() {
    return std::make_unique<Connection>(set, SocketId::none, "10.0.0.1", nobody);
  }

  testing::FakeNetwork network;
  testing::FakeNet net{network};
  TimerWheel timers{Instant{}};
  ConnectionSet set{net, timers, {}};
  Nobody nobody;
  ConnectionTable table;
};

TEST_SUITE("loop/connection_table: tokens") {
  TEST_CASE("a token finds its connection until that has gone") {
    Fixture f;
    const std::uint64_t token = f.table.insert(f.make());
    CHECK(token < ConnectionTable::token_end);
    CHECK(f.table.find(token) != nullptr);
    CHECK(f.table.size() == 1);
    f.table.erase(token);
    CHECK(f.table.find(token) == nullptr);
    CHECK(f.table.size() == 0);
  }

  TEST_CASE("the token of one that has gone does not find its successor") {
    Fixture f;
    const std::uint64_t first = f.table.insert(f.make());
    f.table.erase(first);
    const std::uint64_t second = f.table.insert(f.make());
    CHECK(static_cast<std::uint32_t>(first) == static_cast<std::uint32_t>(second));
    CHECK(first != second);
    CHECK(f.table.find(first) == nullptr);
    CHECK(f.table.find(second) != nullptr);
  }

  TEST_CASE("a token that was never given finds nothing") {
    Fixture f;
    CHECK(f.table.find(0) == nullptr);
    CHECK(f.table.find(ConnectionTable::token_end | 7) == nullptr);
    static_cast<void>(f.table.insert(f.make()));
    CHECK(f.table.find(1) == nullptr);
  }

  TEST_CASE("slots are used again, so the table is as large as its peak") {
    Fixture f;
    for (int i = 0; i < 1'000; ++i) f.table.erase(f.table.insert(f.make()));
    int visited = 0;
    const std::uint64_t token = f.table.insert(f.make());
    f.table.for_each([&](Connection&) { ++visited; });
    CHECK(visited == 1);
    CHECK(static_cast<std::uint32_t>(token) == 0);
  }
}

}  // namespace
}  // namespace veche::loop
