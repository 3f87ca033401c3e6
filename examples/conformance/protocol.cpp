#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "fixtures.hpp"

namespace conformance {
namespace {

using namespace std::chrono_literals;
using veche::Instant;
using veche::Priority;
using veche::engineio::Transport;
using veche::http::Headers;
using veche::http::Request;
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

/// Endpoints that echo: the one of the public suite, and some that differ from it in one option.
void mount_engines(Worker& worker) {
  static EngineEcho echo;
  const auto mount = [&worker](const char* path, auto change) -> engineio::Engine& {
    engineio::Options options = protocol_options().engineio;
    options.path = path;
    change(options);
    return worker.mount(std::move(options), echo);
  };
  const auto as_it_is = [](engineio::Options&) {};
  mount("/engine.io/", as_it_is);
  mount("/polling-only/", [](auto& options) { options.transports = {Transport::polling}; });
  mount("/websocket-only/", [](auto& options) { options.transports = {Transport::websocket}; });
  mount("/no-upgrades/", [](auto& options) { options.allow_upgrades = false; });
  auto& with_headers = mount("/headers/", as_it_is);
  with_headers.on_initial_headers([](Headers& fields, const Request& request) {
    fields.add("X-Session", "new");
    fields.add("X-Refused", request.query + "\r\nX-Evil: 1");
  });
  with_headers.on_headers([](Headers& fields, const Request& request) {
    fields.add("X-Answer-To", std::string{to_string(request.method)});
  });
}

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
  io.each_worker(mount_engines);
  io.on_connection(send_auth);
  io.of("/")
      .on("message", [](Socket& socket, Event& event) { socket.emit("message-back", event.raw()); })
      .on("message-with-ack", [](Socket&, Event& event) { event.ack(event.raw()); });
  io.of("/custom").on_connection(send_auth);
  io.of("/upgrades").on_upgrade([](Socket& socket) {
    socket.emit("upgraded", to_string(socket.conn()->transport()));
  });
}

}  // namespace conformance
