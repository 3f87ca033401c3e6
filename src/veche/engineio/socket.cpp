#include "veche/engineio/socket.hpp"

namespace veche::engineio {

std::string_view to_string(Transport transport) {
  return transport == Transport::polling ? "polling" : "websocket";
}

std::string_view to_string(CloseReason reason) {
  switch (reason) {
    case CloseReason::transport_close:
    case CloseReason::overloaded: return "transport close";
    case CloseReason::transport_error: return "transport error";
    case CloseReason::ping_timeout: return "ping timeout";
    case CloseReason::parse_error: return "parse error";
    case CloseReason::forced_close: return "forced close";
    case CloseReason::server_shutting_down: return "server shutting down";
  }
  return "";
}

}  // namespace veche::engineio
