#pragma once

/// @file
/// A WebSocket that asks to become the transport of a polling session. Spec: engine.io-protocol
/// revision 4, section "Upgrade".

#include <cstdint>
#include <string_view>

#include "veche/base/time.hpp"
#include "veche/base/timer_wheel.hpp"
#include "veche/engineio/context.hpp"
#include "veche/engineio/port.hpp"

namespace veche::engineio {

/// From the WebSocket's opening to its upgrade packet or its end:
///
///     client  2probe                  5
///     server          3probe
///     GET                     6             6 at once, then every 100 ms
///
/// Anything else, silence for Options::upgrade_timeout included, closes this WebSocket alone.
///
/// Time      Told by calls and by the wheel. Memory  Fixed, while the upgrade lasts.
/// Threads   One loop. Errors  None.
/// Lifetime  Its session's; every way out ends in a call by which the session destroys it, so
///           such a call is the last thing each of its functions does.
class Probe final : public WebSocketLink, private Timer {
 public:
  Probe(Session& session, SessionContext& context, WebSocketPort& port, Instant now);
  ~Probe() override;

  void message(std::string_view data, bool is_binary, Instant now) override;
  void gone(CloseReason reason, Instant now) override;

 private:
  static constexpr Milliseconds release_interval{100};

  void expired(Instant now) override;
  void release_poll(Instant now);

  Session& session_;
  SessionContext& context_;
  WebSocketPort* port_;  // ours to close while set
  Instant deadline_;
  bool has_probed_{};
};

}  // namespace veche::engineio
