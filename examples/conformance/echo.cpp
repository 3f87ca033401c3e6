#include <memory>

#include "veche/websocket/frame.hpp"

#include "fixtures.hpp"

namespace conformance {
namespace {

using veche::Instant;
using veche::Priority;
using veche::server::Io;
using veche::server::Options;
using veche::server::Worker;
namespace engineio = veche::engineio;
namespace websocket = veche::websocket;

/// One WebSocket that echoes; it frees itself when the connection has gone.
class Echo final : public engineio::WebSocketLink {
 public:
  explicit Echo(engineio::WebSocketPort& port) : port_{port} { port.bind(this); }

  void message(std::string_view data, bool is_binary, Instant) override {
    const auto opcode = is_binary ? websocket::Opcode::binary : websocket::Opcode::text;
    port_.write(websocket::make_frame(opcode, data, port_.deflate()), Priority::hi);
  }
  void gone(engineio::CloseReason, Instant) override {
    port_.bind(nullptr);
    delete this;
  }

 private:
  engineio::WebSocketPort& port_;
};

}  // namespace

Options echo_options() {
  constexpr std::uint32_t message_bytes_max = 16U << 20U;
  Options options;
  options.cors = veche::http::Cors::parse("*").value();
  options.websocket.message_bytes_max = message_bytes_max;
  options.websocket.fragments_max = veche::websocket::ReceiverOptions::unlimited;
  options.per_message_deflate = {.enabled = true, .threshold = 0};
  options.loop.queue_bytes_max = std::size_t{4} * message_bytes_max;
  return options;
}

void set_up_echo(Io& io) {
  io.each_worker([](Worker& worker) {
    worker.on_websocket([](const auto&, engineio::WebSocketPort& port) { new Echo{port}; });
  });
}

}  // namespace conformance
