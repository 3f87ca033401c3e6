// Servers for the public conformance suites of Engine.IO, Socket.IO, its JavaScript client and
// Autobahn.
//
//   conformance [--protocol-port 3000] [--client-port 3210] [--echo-port 9001]
#include <charconv>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <thread>

#include "fixtures.hpp"

namespace {

using Ports = std::map<std::string_view, std::uint16_t>;

/// Reads "--name number" pairs into `ports`; false for anything else.
bool read_ports(int argc, char** argv, Ports& ports) {
  for (int i = 1; i < argc; i += 2) {
    const auto port = ports.find(argv[i]);
    if (port == ports.end() || i + 1 == argc) return false;
    const std::string_view text{argv[i + 1]};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port->second);
    if (error != std::errc{} || end != text.data() + text.size()) return false;
  }
  return true;
}

bool listen(veche::server::Io& io, std::uint16_t port, const char* what) {
  const auto bound = io.listen(port);
  if (!bound) {
    std::fprintf(stderr, "conformance: %s, port %d: %s\n", what, port, bound.error().text.c_str());
    return false;
  }
  std::printf("%s: http://localhost:%d\n", what, *bound);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Ports ports{{"--protocol-port", 3000}, {"--client-port", 3210}, {"--echo-port", 9001}};
  if (!read_ports(argc, argv, ports)) {
    std::fprintf(stderr,
                 "usage: conformance [--protocol-port N] [--client-port N] [--echo-port N]\n");
    return 2;
  }
  veche::server::Io protocol{conformance::protocol_options()};
  veche::server::Io client{conformance::client_options()};
  veche::server::Io echo{conformance::echo_options()};
  conformance::set_up_protocol(protocol);
  conformance::set_up_client(client);
  conformance::set_up_echo(echo);
  if (!listen(protocol, ports["--protocol-port"], "Engine.IO and Socket.IO") ||
      !listen(client, ports["--client-port"], "JavaScript client") ||
      !listen(echo, ports["--echo-port"], "WebSocket echo")) {
    return 1;
  }
  std::fflush(stdout);

  protocol.close_on_signals();
  std::thread client_thread{[&] { client.run(); }};
  std::thread echo_thread{[&] { echo.run(); }};
  protocol.run();
  client.stop();
  echo.stop();
  client_thread.join();
  echo_thread.join();
}
