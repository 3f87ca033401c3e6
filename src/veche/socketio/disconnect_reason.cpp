#include "veche/socketio/disconnect_reason.hpp"

namespace veche::socketio {

std::string_view to_string(DisconnectReason reason) {
  switch (reason) {
    case DisconnectReason::client_namespace_disconnect: return "client namespace disconnect";
    case DisconnectReason::server_namespace_disconnect: return "server namespace disconnect";
    case DisconnectReason::server_shutting_down: return "server shutting down";
    case DisconnectReason::ping_timeout: return "ping timeout";
    case DisconnectReason::transport_close: return "transport close";
    case DisconnectReason::transport_error: return "transport error";
    case DisconnectReason::parse_error: return "parse error";
    case DisconnectReason::forced_close: return "forced close";
    case DisconnectReason::forced_server_close: return "forced server close";
  }
  return "";
}

DisconnectReason disconnect_reason(engineio::CloseReason reason) {
  switch (reason) {
    case engineio::CloseReason::transport_error: return DisconnectReason::transport_error;
    case engineio::CloseReason::ping_timeout: return DisconnectReason::ping_timeout;
    case engineio::CloseReason::parse_error: return DisconnectReason::parse_error;
    case engineio::CloseReason::forced_close: return DisconnectReason::forced_close;
    case engineio::CloseReason::server_shutting_down: return DisconnectReason::server_shutting_down;
    case engineio::CloseReason::transport_close:
    case engineio::CloseReason::overloaded: break;
  }
  return DisconnectReason::transport_close;
}

}  // namespace veche::socketio
