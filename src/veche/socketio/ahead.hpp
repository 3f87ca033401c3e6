#pragma once

/// @file
/// Going through many sockets to send them something.

#include <algorithm>
#include <cstddef>

#include "veche/socketio/socket.hpp"

namespace veche::socketio {

/// Calls `visit` with the socket of each item, in order, while what it takes to send to the next
/// ones is on its way from memory. Each connection is four objects that point at one another, so
/// that without this a broadcast to thousands waits four times for each.
///
///     visit_ahead(room.seats(), [](const Room::Seat& seat) { return seat.member; }, send);
///
/// `socket_of` gives a Socket* or a Member*. `visit` adds to and takes from the items nothing.
template <typename Items, typename SocketOf, typename Visit>
void visit_ahead(const Items& items, const SocketOf& socket_of, const Visit& visit) {
  // As many as a core fetches at once, give or take.
  constexpr std::size_t stride = 16;
  const auto socket_at = [&](std::size_t index) {
    return static_cast<Socket*>(socket_of(items[index]));
  };
  const std::size_t count = items.size();
  for (std::size_t at = 0; at < count; at += stride) {
    const std::size_t next = std::min(count, at + stride);
    for (std::size_t i = next; i < std::min(count, next + stride); ++i) socket_at(i)->expect_send();
    for (std::size_t i = at; i < next; ++i) visit(*socket_at(i));
  }
}

}  // namespace veche::socketio
