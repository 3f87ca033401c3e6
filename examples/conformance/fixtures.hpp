#pragma once

// What public conformance suites ask of a server, one function a suite.

#include <cstdint>

#include "veche/server/io.hpp"

namespace conformance {

/// Port 3000: the protocol suites of Engine.IO (path /engine.io/) and Socket.IO (path /socket.io/).
veche::server::Options protocol_options();
void set_up_protocol(veche::server::Io& io);

/// Port 3210: the tests of the JavaScript client.
veche::server::Options client_options();
void set_up_client(veche::server::Io& io);

/// Port 9001: a WebSocket that sends every message back, for the Autobahn suite.
veche::server::Options echo_options();
void set_up_echo(veche::server::Io& io);

}  // namespace conformance
