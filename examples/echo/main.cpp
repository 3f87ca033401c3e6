// A Socket.IO server that sends every "message" back, and answers acks with what came.
//
//   echo [port]     3000 without one
#include <cstdio>
#include <cstdlib>

#include "veche/server/io.hpp"

using veche::socketio::Event;
using veche::socketio::Socket;

int main(int argc, char** argv) {
  veche::server::Io io;
  io.on_connection([](Socket& socket) {
    socket.on("message", [](Socket& client, Event& event) {
      client.emit("message", event.raw());
      event.ack(event.raw());
    });
  });

  const auto port = io.listen(static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 3000));
  if (!port) {
    std::fprintf(stderr, "echo: %s\n", port.error().text.c_str());
    return 1;
  }
  std::printf("echo: http://localhost:%d\n", *port);
  io.close_on_signals();
  io.run();
}
