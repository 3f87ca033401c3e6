// Goal: a handle finds its own socket or nothing.

#include "veche/socketio/socket_table.hpp"

#include <cstddef>

#include <doctest/doctest.h>

namespace veche::socketio {
namespace {

TEST_SUITE("socketio/socket_table") {
  TEST_CASE("a handle of a removed socket finds nothing, though its slot is used again") {
    SocketTable table;
    std::max_align_t places[2]{};
    auto& a = reinterpret_cast<Socket&>(places[0]);
    auto& b = reinterpret_cast<Socket&>(places[1]);
    const SocketHandle first = table.add(a);
    CHECK(table.find(first) == &a);
    table.remove(first);
    table.remove(first);
    CHECK(table.find(first) == nullptr);
    const SocketHandle second = table.add(b);
    CHECK(second.slot == first.slot);
    CHECK(table.find(first) == nullptr);
    CHECK(table.find(second) == &b);
    CHECK(table.find({}) == nullptr);
    CHECK(table.find({99, 1}) == nullptr);
  }
}

}  // namespace
}  // namespace veche::socketio
