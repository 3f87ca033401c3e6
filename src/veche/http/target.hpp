#pragma once

/// @file
/// What a request asks for: the request-target of RFC 9112 section 3.2.

#include <optional>
#include <string>
#include <string_view>

#include "veche/http/message.hpp"

namespace veche::http {

/// A target taken apart.
///
///     parse_target(Method::get, "/a%20b?x=1")   // path "/a b", query "x=1", authority ""
struct Target {
  std::string path{};
  std::string query{};      ///< still encoded, as it came
  std::string authority{};  ///< "host:port" of an absolute target, else empty
};

/// Takes the origin form, the absolute form of http and https, and "*" for OPTIONS (its path is
/// "*"). None, so 400, for any other; for an escape that is cut or malformed in the path; for a
/// path that is not UTF-8 or holds a control byte, an encoded slash (it would make two segments
/// of one) or a dot segment, encoded or not; and for a fragment. Linear.
[[nodiscard]] std::optional<Target> parse_target(Method method, std::string_view text);

}  // namespace veche::http
