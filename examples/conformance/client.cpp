#include <chrono>
#include <string>

#include "fixtures.hpp"

namespace conformance {

using namespace std::chrono_literals;
using veche::server::Io;
using veche::server::Options;
using veche::socketio::Event;
using veche::socketio::Next;
using veche::socketio::Raw;
using veche::socketio::Socket;

Options client_options() {
  Options options;
  options.cors = veche::http::Cors::parse("*").value();
  options.engineio.ping_interval = 2s;
  return options;
}

void set_up_client(Io& io) {
  io.of("/no").use([](Socket&, Next next) { next.refuse("Auth failed (custom namespace)"); });
}

}  // namespace conformance
