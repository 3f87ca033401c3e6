// A Socket.IO server beside an HTTP route of its own. SIGTERM and Ctrl-C end it politely.
//
//   embed [port]     3000 without one, 0 for any
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include <veche/server/io.hpp>

using veche::http::Request;
using veche::http::Responder;
using veche::http::Response;
using veche::socketio::Ack;
using veche::socketio::Socket;

int main(int argc, char** argv) {
  veche::server::Io io;

  io.on_connection([](Socket& socket) {
    socket.on("join", [](Socket& self, std::string room, Ack ack) {
      self.join(room);
      ack("joined");
    });
    socket.on("say", [](Socket& self, std::string room, std::string text) {
      self.to(room).emit("said", self.id(), text);
    });
  });

  io.on_request([](const Request& request, Responder responder) {
    Response response;
    response.headers.add("Content-Type", "text/plain");
    response.status = request.path == "/health" ? 200 : 404;
    response.body = request.path == "/health" ? "well\n" : "nothing here\n";
    responder.respond(std::move(response));
  });

  const auto port = io.listen(static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 3000));
  if (!port) {
    std::fprintf(stderr, "embed: %s\n", port.error().text.c_str());
    return 1;
  }
  std::printf("embed: http://localhost:%d\n", *port);
  std::fflush(stdout);
  io.close_on_signals();
  io.run();
  std::puts("embed: bye");
}
