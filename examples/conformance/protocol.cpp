#include <chrono>
#include <memory>

#include "fixtures.hpp"

namespace conformance {
namespace {

using namespace std::chrono_literals;
using veche::Instant;
using veche::Priority;
using veche::server::Io;
using veche::server::Options;
using veche::server::Worker;
using veche::socketio::Event;
using veche::socketio::Raw;
using veche::socketio::Socket;
namespace engineio = veche::engineio;

/// Sends every Engine.IO message back on the same session.
class EngineEcho final : public engineio::SocketEvents {
 public:
  void opened(engineio::Socket&, Instant) override {}
  void received(engineio::Socket& socket, std::string_view data, bool is_binary, Instant) override {
    socket.send(is_binary ? engineio::Outgoing::binary(data) : engineio::Outgoing::text(data),
                Priority::hi);
  }
  void closed(engineio::Socket&, engineio::CloseReason, Instant) override {}
};

void send_auth(Socket& socket) { socket.emit("auth", Raw{socket.auth()}); }

}  // namespace

Options protocol_options() {
  Options options;
  options.cors = veche::http::Cors::parse("*").value();
  options.engineio.ping_interval = 300ms;
  options.engineio.ping_timeout = 200ms;
  options.connect_timeout = 1s;
  return options;
}

void set_up_protocol(Io& io) {
  static EngineEcho echo;
  io.each_worker([](Worker& worker) {
    engineio::Options options = protocol_options().engineio;
    options.path = "/engine.io/";
    worker.mount(options, echo);
  });
  io.on_connection(send_auth);
  io.of("/")
      .on("message", [](Socket& socket, Event& event) { socket.emit("message-back", event.raw()); })
      .on("message-with-ack", [](Socket&, Event& event) { event.ack(event.raw()); });
  io.of("/custom").on_connection(send_auth);
}

}  // namespace conformance
