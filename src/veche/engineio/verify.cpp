#include "veche/engineio/verify.hpp"

#include <algorithm>

namespace veche::engineio {
namespace {

bool has_bad_origin(const http::Request& request) {
  const auto origin = request.headers.find("Origin").value_or("");
  return std::any_of(origin.begin(), origin.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7F;
  });
}

}  // namespace

Query read_query(const http::Request& request) {
  const auto parameter = [&](std::string_view name) {
    return http::query_parameter(request.query, name).value_or("");
  };
  return {parameter("transport"), parameter("sid"), parameter("EIO")};
}

std::optional<Transport> served_transport(std::string_view name, const Options& options) {
  for (const Transport transport : options.transports)
    if (name == to_string(transport)) return transport;
  return std::nullopt;
}

std::optional<Refused> verify(const http::Request& request, const Query& query, Wants wants,
                              const Options& options) {
  const auto transport = served_transport(query.transport, options);
  const bool is_websocket = wants == Wants::websocket;
  if (!transport) return Refused{Refusal::unknown_transport, query.transport};
  if (has_bad_origin(request)) return Refused{Refusal::bad_request, invalid_origin};
  if (is_websocket && transport != Transport::websocket)
    return Refused{Refusal::bad_request, transport_mismatch};
  if (!query.sid.empty()) return std::nullopt;
  if (request.method != http::Method::get)
    return Refused{Refusal::bad_handshake_method, to_string(request.method)};
  if (!is_websocket && transport != Transport::polling)
    return Refused{Refusal::bad_request, transport_handshake_error};
  if (query.revision != "4") return Refused{Refusal::unsupported_protocol_version, query.revision};
  return std::nullopt;
}

}  // namespace veche::engineio
