#pragma once

/// @file
/// Which pages of other sites may speak with this server, and how their browsers are told
/// (the Fetch standard, section "CORS protocol").

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veche/base/result.hpp"
#include "veche/http/message.hpp"

namespace veche::http {

/// What browsers are told besides the origin. Values as they stand on the wire.
struct CorsOptions {
  bool credentials{true};  ///< whether pages may send cookies and such
  std::string methods{"GET,HEAD,PUT,PATCH,POST,DELETE"};
  std::string allowed_headers{};                  ///< of requests; empty: those that are asked for
  std::string exposed_headers{};                  ///< of answers; empty: only the usual ones
  std::optional<std::chrono::seconds> max_age{};  ///< of a preflight's answer in browsers' caches
};

/// The configured origins.
///
///     const auto cors = Cors::parse("https://chat.example, http://localhost:3000").value();
///     if (cors.verdict(origin, host) == Cors::Verdict::refused) return forbidden();  // 403
///     if (request.method == Method::options) return cors.preflight(request.headers);
///     cors.add_headers(origin, response.headers);   // to every answer, errors too
///
/// The headers tell a browser whether a page may read an answer; the verdict tells this server
/// whether to serve at all, which is what protects WebSockets: no browser checks those.
///
///     auto cors = Cors::parse("https://*.example.com").value();      // any subdomain, at any
///     depth auto cors = Cors::allowing([](std::string_view origin) { return is_known(origin); });
///     cors.set_options({.credentials = false, .max_age = 600s});
///
/// Time      Linear in the origins. Memory  Theirs. Threads  Any, once built.
/// Errors    parse() only. What a browser sends is refused or left unsaid, never repeated unless
///           it is an origin, or a list of header names.
class Cors {
 public:
  enum class Verdict : std::uint8_t { allowed, refused };
  /// Whether pages of this origin may speak with the server. What it is asked about is any text
  /// of visible ASCII, "null" too. Called on every loop, so from several threads at once.
  using Predicate = std::function<bool(std::string_view origin)>;

  /// Access-Control-Request-Headers are repeated up to this length.
  static constexpr std::size_t requested_headers_bytes_max = 1'024;

  /// Reads origins with commas between them; several settings are united by a comma. White
  /// space, empty members, repeats and a slash at the end are ignored; "*" allows every origin,
  /// and a host that begins with "*." those that have one or more labels in place of the star.
  /// Errc::invalid  a member is no origin (the text names it); the setting is at fault
  [[nodiscard]] static Result<Cors> parse(std::string_view origins);

  /// Asks the predicate alone.
  [[nodiscard]] static Cors allowing(Predicate predicate);

  /// Needs values without control bytes.
  void set_options(CorsOptions options);

  /// Whether a request with this Origin (none when absent) and Host is served: Origin absent,
  /// listed or allowed by the predicate, or http(s) with the host and port of Host, a port left out
  /// being the scheme's. Any other is refused, "null" and malformed ones too; with "*" only those
  /// with bytes that are not visible ASCII.
  [[nodiscard]] Verdict verdict(std::optional<std::string_view> origin,
                                std::string_view host) const;

  /// Adds Access-Control-Allow-Origin, Access-Control-Allow-Credentials, "Vary: Origin" and
  /// Access-Control-Expose-Headers. The origin named is the only one there is; of several the one
  /// that asks, or else the first; of patterns and by a predicate the one that asks, or none; of
  /// all the one that asks, or "*" when no credentials are allowed.
  void add_headers(std::optional<std::string_view> origin, Headers& answer) const;

  /// The answer to OPTIONS: 204 with what the request asked for.
  [[nodiscard]] Response preflight(const Headers& request) const;

 private:
  void add_origin(std::optional<std::string_view> origin, Headers& answer) const;
  void add_exposed(Headers& answer) const;
  [[nodiscard]] Result<void> add_listed(std::string_view origin);
  [[nodiscard]] bool is_listed(std::string_view origin) const;
  [[nodiscard]] bool allows(std::string_view origin) const;

  std::vector<std::string> origins_;
  std::vector<std::string> patterns_;  // origins with a host of "*." and a name
  Predicate predicate_;
  CorsOptions options_;
  bool allows_any_{};
};

}  // namespace veche::http
