#pragma once

/// @file
/// Who is spoken to and who speaks: "host:port" of RFC 3986 section 3.2, and the web origins of
/// RFC 6454 that are built on it.

#include <cstdint>
#include <optional>
#include <string_view>

namespace veche::http {

/// A host and a port, as views into the text that was read.
///
///     parse_authority("[::1]:3001")   // host "[::1]", port 3001
struct Authority {
  std::string_view host{};              ///< a name, an address, or "[" IPv6 "]"; never empty
  std::optional<std::uint16_t> port{};  ///< none when absent or empty
};

/// None for an empty host, for user names, for any byte that no host has, and for ports over
/// 65535.
[[nodiscard]] std::optional<Authority> parse_authority(std::string_view text);

/// Hosts compare in any case; a port that is absent is `default_port`.
[[nodiscard]] bool is_same(const Authority& a, const Authority& b, std::uint16_t default_port);

struct Origin {
  std::string_view scheme{};
  Authority authority{};

  /// 80 for http and ws, 443 for https and wss, 0 for any other scheme.
  [[nodiscard]] std::uint16_t default_port() const;
};

/// None for anything but scheme://host[:port], so for "null", paths and lists too.
[[nodiscard]] std::optional<Origin> parse_origin(std::string_view text);

[[nodiscard]] bool is_same(const Origin& a, const Origin& b);

}  // namespace veche::http
