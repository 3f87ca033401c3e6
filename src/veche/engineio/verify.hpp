#pragma once

/// @file
/// Which requests an engine takes, by what they say alone: `verify` in the reference server. Spec:
/// engine.io-protocol revision 4, "Handshake".

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "veche/engineio/answers.hpp"
#include "veche/engineio/options.hpp"
#include "veche/engineio/socket.hpp"
#include "veche/http/message.hpp"

namespace veche::engineio {

/// What a request says about itself in its query, decoded: any bytes. Empty is as good as absent,
/// as in the reference server.
struct Query {
  std::string transport;
  std::string sid;
  std::string revision;  ///< of the protocol: EIO
};

[[nodiscard]] Query read_query(const http::Request& request);

/// The transport of that name, when it is served.
[[nodiscard]] std::optional<Transport> served_transport(std::string_view name,
                                                        const Options& options);

/// What a request is to become.
enum class Wants : std::uint8_t { answer, websocket };

/// Why it does not.
///
/// Lifetime  Views its request, its query, or a literal.
struct Refused {
  Refusal code;
  /// The transport, the session id, the method or the revision that was asked for, as it came; for
  /// other refusals one of the words below.
  std::string_view context;

  bool operator==(const Refused&) const = default;
};

/// What is wrong with a bad request, in the reference server's words, and with a forbidden one.
inline constexpr std::string_view invalid_origin = "INVALID_ORIGIN";
inline constexpr std::string_view transport_mismatch = "TRANSPORT_MISMATCH";
inline constexpr std::string_view transport_handshake_error = "TRANSPORT_HANDSHAKE_ERROR";
inline constexpr std::string_view origin_not_allowed = "ORIGIN_NOT_ALLOWED";
inline constexpr std::string_view too_many_sessions = "TOO_MANY_SESSIONS";

/// Judges all but the session that the query names:
///
///     const Query query = read_query(request);
///     if (const auto refused = verify(request, query, Wants::answer, options))
///       return responder.respond(refuse(refused->code));
///
/// Time      Linear in the origin's length. Memory  None. Errors  The outcome.
[[nodiscard]] std::optional<Refused> verify(const http::Request& request, const Query& query,
                                            Wants wants, const Options& options);

}  // namespace veche::engineio
