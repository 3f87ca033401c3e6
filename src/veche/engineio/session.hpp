#pragma once

/// @file
/// The life of one Engine.IO session over both transports. Spec: engine.io-protocol revision 4,
/// sections "Handshake", "Heartbeat", "Upgrade" and "Message".

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "veche/base/time.hpp"
#include "veche/base/timer_wheel.hpp"
#include "veche/engineio/context.hpp"
#include "veche/engineio/packet.hpp"
#include "veche/engineio/polling.hpp"
#include "veche/engineio/port.hpp"
#include "veche/engineio/probe.hpp"
#include "veche/engineio/socket.hpp"
#include "veche/http/responder.hpp"

namespace veche::engineio {

/// A session between the handshake and its end: heartbeat, messages both ways, upgrade, close.
/// The layer above sees a Socket, a WebSocket connection sees a WebSocketLink, the engine the
/// rest:
///
///     session.open_polling(std::move(responder), first_ping, now);
///     session.get(std::move(next_responder), now);
///     session.answer();                            // at the end of the turn
///     if (session.settle(now)) free(session);
///
/// Heartbeat: a ping follows ping_interval after the opening or the last pong; no pong within
/// ping_timeout ends the session, whatever else arrived. While reading is paused nobody waits for
/// a pong; a ping sent before has ping_timeout anew when reading resumes.
///
/// Time      Told by each call and by the wheel, whose ticks are all the lateness there is.
/// Memory    152 bytes over WebSocket, no heap of its own; over polling what waits for a
///           GET, at most Options::queue_bytes_max behind the first message, or the session ends
///           as Closing::slow. The request until it is forgotten.
/// Threads   One loop.
/// Errors    A peer that breaks the protocol ends the session; that is an outcome.
/// Lifetime  Ends once. Whoever ends it only puts it on SessionContext::ended; settle() tells
///           SocketEvents::closed() at the end of the turn, so a session may end inside any call.
class Session final : public Socket, public WebSocketLink, private Timer {
 public:
  static constexpr std::size_t id_size_max = 32;

  /// Needs an id of at most id_size_max bytes. The context outlives the session.
  Session(SessionContext& context, std::string_view id, http::Request request);
  ~Session() override;

  /// Answers the handshake over polling, and tells SocketEvents::opened().
  void open_polling(http::Responder handshake, Milliseconds first_ping, Instant now);
  /// The same over a WebSocket, whose 101 has been written.
  void open_websocket(WebSocketPort& port, Milliseconds first_ping, Instant now);

  /// Whether requests may name it: until it ends, and when it was closed by this side over
  /// polling, until a GET has fetched the rest or Options::close_timeout is over.
  [[nodiscard]] bool is_known() const;
  [[nodiscard]] bool is_open() const { return state_ == State::open; }

  /// A POST is being read, and no longer so; see Engine::post_began().
  void post_began() { ++posts_under_way_; }
  void post_ended() {
    if (posts_under_way_ > 0) --posts_under_way_;
  }

  /// Ends the session if its ping timeout is over, though its timer has not been told yet. Whether
  /// it did.
  [[nodiscard]] bool end_if_overdue(Instant now);

  /// Requests of the client over polling. Need is_known() and Transport::polling.
  void get(http::Responder responder, Instant now);
  void post(http::Request request, http::Responder responder, Instant now);

  /// A WebSocket that names this session, to be probed: closed at once if another is, or was.
  void probe(WebSocketPort& port, Instant now);

  /// For its Probe: answers the GET that waits, with "6" when nothing is queued.
  void release_poll();
  /// For its Probe, which is destroyed: moves to the WebSocket.
  void upgrade_to(WebSocketPort& port);
  /// For its Probe, which is destroyed.
  void drop_probe() { probe_.reset(); }

  /// Gives the answers that SessionContext::unanswered promised.
  void answer();
  /// Sends what own_run() was added.
  void send_own_run();
  /// Tells closed() if that is still to be told. Whether the session is to be freed.
  [[nodiscard]] bool settle(Instant now);

  // Socket
  void send(const Outgoing& message, Priority priority) override;
  [[nodiscard]] TextRun* own_run(std::size_t size) override;
  void expect_send() const override {
    if (port_ != nullptr) port_->expect_write();
  }
  void close(Closing how) override;
  [[nodiscard]] std::string_view id() const override { return {id_.data(), id_size_}; }
  [[nodiscard]] Transport transport() const override {
    return polling_ != nullptr ? Transport::polling : Transport::websocket;
  }
  [[nodiscard]] const http::Request& request() const override;
  void forget_request() override { request_.reset(); }
  [[nodiscard]] std::size_t queued_bytes() const override;
  void pause_reading() override;
  void resume_reading() override;

  // WebSocketLink
  void message(std::string_view data, bool is_binary, Instant now) override;
  void gone(CloseReason reason, Instant now) override;

 private:
  enum class State : std::uint8_t {
    open,
    ended,      ///< closed() is to be told
    leaving,    ///< the same, and over polling a last GET is to fetch the rest
    lingering,  ///< closed() was told; the last GET is awaited
    finished,   ///< to be freed
  };

  [[nodiscard]] bool has_own_run() const { return context_.own_run.session == this; }
  void expired(Instant now) override;
  void begin(Milliseconds first_ping, Instant now);
  void receive(const Packet& packet, Instant now);
  bool receive_payload(std::string& body, Instant now);
  void pong(Instant now);
  void queue(Encoded packet);
  void owe_answer();
  void end(State state, CloseReason reason);
  void finish();
  void fail(CloseReason reason, std::string_view last_poll);
  void hang_up(std::optional<std::uint16_t> code, Unsent unsent);

  WebSocketPort* port_{};  // while the transport is an open WebSocket
  State state_{State::open};
  CloseReason reason_{};
  bool is_awaiting_pong_{};
  bool is_reading_paused_{};
  bool is_answer_owed_{};  // stands on SessionContext::unanswered
  std::uint8_t id_size_;
  std::array<char, id_size_max> id_;
  std::uint32_t posts_under_way_{};  // the bodies that are being read
  SessionContext& context_;
  std::unique_ptr<http::Request> request_;
  std::unique_ptr<Polling> polling_;  // exactly while the transport is polling
  std::unique_ptr<Probe> probe_;      // while an upgrade is tried
};

}  // namespace veche::engineio
