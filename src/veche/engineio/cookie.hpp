#pragma once

/// @file
/// The cookie that tells a load balancer which server a session lives on (RFC 6265).

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace veche::engineio {

enum class SameSite : std::uint8_t { strict, lax, none };

struct CookieOptions {
  std::string name{"io"};
  std::string path{"/"};                          ///< empty: the one of the request
  std::string domain{};                           ///< empty: the host of the request
  std::optional<std::chrono::seconds> max_age{};  ///< none: until the browser closes
  std::optional<SameSite> same_site{SameSite::lax};
  bool http_only{true};
  bool secure{};
};

/// The value of Set-Cookie: "io=SID; Path=/; HttpOnly; SameSite=Lax". Needs a name that is a
/// token, a path and a domain without ';' and control bytes, and an id that is fit for a URL.
[[nodiscard]] std::string set_cookie(const CookieOptions& options, std::string_view sid);

}  // namespace veche::engineio
