#pragma once

/// @file
/// Engine.IO over HTTP long-polling, the client's side (engine.io-protocol revision 4, "HTTP
/// long-polling").

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "veche/base/timer_wheel.hpp"
#include "veche/client/context.hpp"
#include "veche/client/http_connection.hpp"
#include "veche/client/transport.hpp"
#include "veche/client/url.hpp"

namespace veche::client {

/// A session of GETs, one of which is always under way, and of POSTs, at most one at a time: what
/// is said meanwhile goes into the next one, within the server's maxPayload. Each has a keep-alive
/// connection of its own.
///
///     PollingClient transport{context, events};
///     transport.connect(address, "/socket.io/?EIO=4&transport=polling", "");
///     // events.opened(), events.message("0{...}"), then:
///     transport.send_text("40");
///
/// Messages are Engine.IO packets in text. Any answer but 200 ends it.
///
/// Time      The loop's. Memory  About 700 bytes, what waits for a POST, the longest payload.
/// Threads   The loop's. Errors  Closed. Lifetime  As TransportClient.
class PollingClient final : public TransportClient, private HttpEvents {
 public:
  /// How long the last POST may take to leave.
  static constexpr Milliseconds close_timeout{2'000};

  PollingClient(const Context& context, TransportEvents& events);

  [[nodiscard]] Result<void> connect(const ServerAddress& server, std::string_view target,
                                     const std::string& local) override;
  void send_text(std::string_view text) override;
  void close() override;
  void pause_reading() override { get_.pause_reading(); }
  void resume_reading() override { get_.resume_reading(); }
  [[nodiscard]] bool is_open() const override { return state_ == State::open; }

 private:
  enum class State : std::uint8_t { idle, opening, open, closing, closed };

  class Deadline final : public Timer {
   public:
    explicit Deadline(PollingClient& client) : client_{client} {}

   private:
    void expired(Instant /*now*/) override { client_.end(); }
    PollingClient& client_;
  };

  // HttpEvents
  void answered(HttpConnection& connection, int status, std::string_view body,
                Instant now) override;
  void unanswered(HttpConnection& connection, std::string_view why) override;

  void take_payload(std::string_view payload, Instant now);
  [[nodiscard]] bool open(std::string_view packet);
  void poll();
  void post();
  [[nodiscard]] std::string make_post(std::string_view payload) const;
  void fail(CloseCause cause, std::string text);
  void end();

  const Context& context_;
  TransportEvents& events_;
  HttpConnection get_;
  HttpConnection post_;
  Deadline deadline_;
  ServerAddress server_;
  std::string local_;
  std::string target_;   // with the sid once it is known
  std::string request_;  // of a GET
  std::string waiting_;  // packets for the next POST
  std::size_t max_payload_{};
  std::optional<Closed> why_;
  State state_{State::idle};
};

}  // namespace veche::client
