#pragma once

/// @file
/// A client of "/" that is cut off and comes back.

#include <string>
#include <string_view>
#include <utility>

#include "veche/socketio/memory_recovery.hpp"
#include "veche/socketio/world_test.hpp"

namespace veche::socketio {

inline Options with(RecoveryOptions recovery) {
  Options options;
  options.recovery = std::move(recovery);
  return options;
}

/// One client, A, whose secret is made of B.
struct Recoverable : World {
  explicit Recoverable(RecoveryOptions recovery = {})
      : World{with(std::move(recovery))}, client{&join()} {}

  Namespace& nsp() { return node.of("/"); }
  void cut_off() { client->end(engineio::CloseReason::transport_close); }
  /// What it is answered when it comes back and says so.
  std::string come_back(std::string_view offset_member) {
    client = &open();
    return text(*client, "0{\"pid\":\"" + pid + "\"" + std::string{offset_member} + "}");
  }

  std::string pid = std::string(MemoryRecovery::random_size, 'B') + ".";
  FakeEngine* client;
};

inline constexpr std::string_view resumed = R"(40{"sid":"A","pid":"BBBBB."})";

}  // namespace veche::socketio
