#pragma once

/// @file
/// Who hears the rest of connections whose clients are gone.

#include <span>

#include "veche/loop/connection.hpp"

namespace veche::client {

class Nobody final : public loop::ConnectionEvents {
 public:
  void received(loop::Connection& /*connection*/, std::span<char> /*bytes*/,
                Instant /*now*/) override {}
  void ended(loop::Connection& /*connection*/, loop::EndReason /*reason*/,
             Instant /*now*/) override {}
};

/// Ends a connection without a word to its owner. Needs one that has not ended.
inline void abandon(loop::Connection& connection) {
  static Nobody events;
  connection.set_events(events);
  connection.abort();
}

}  // namespace veche::client
