#pragma once

/// @file
/// HTTP requests and responses as values (RFC 9110). No parsing and no I/O here.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veche/base/time.hpp"

namespace veche::http {

enum class Method : std::uint8_t { get, head, post, put, patch, del, options, other };

/// "GET", "DELETE"; "" for Method::other.
[[nodiscard]] std::string_view to_string(Method method);

struct Header {
  std::string name{};
  std::string value{};

  bool operator==(const Header&) const = default;
};

/// Header fields in the order of the wire. Names compare without regard to case.
class Headers {
 public:
  /// The value of the first field of that name.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;

  /// Whether a comma-separated list field (all of its lines) holds `token`, in any case.
  [[nodiscard]] bool has_token(std::string_view name, std::string_view token) const;

  /// Room for so many fields in all, so that adding them makes none.
  void reserve(std::size_t count) { fields_.reserve(count); }
  void add(std::string name, std::string value);
  /// Replaces every field of that name.
  void set(std::string_view name, std::string value);

  [[nodiscard]] auto begin() const { return fields_.begin(); }
  [[nodiscard]] auto end() const { return fields_.end(); }
  [[nodiscard]] std::size_t size() const { return fields_.size(); }

  bool operator==(const Headers&) const = default;

 private:
  std::vector<Header> fields_;
};

/// One request, whole. The parser has checked everything that RFC 9112 asks for.
struct Request {
  Method method{Method::get};
  std::string target{};  ///< as it came: "/socket.io/?EIO=4"
  std::string path{};    ///< percent-decoded once, no dot segments, no NUL: "/socket.io/"
  std::string query{};   ///< after the first '?', still encoded: "EIO=4"
  Headers headers{};
  std::string body{};
  std::string address{};  ///< the peer's, without port; set by the server
  WallTime arrived{};     ///< when its head was read; set by the server
  bool is_secure{};       ///< came over TLS
  bool keep_alive{true};
};

struct Response {
  int status{200};
  Headers headers{};
  std::string body{};
  bool close{};  ///< end the connection after this answer
};

/// Whether the body says that it is application/json, with or without parameters.
[[nodiscard]] bool is_json(const Request& request);

/// The reason phrase of RFC 9110, "" for a status that has none.
[[nodiscard]] std::string_view reason_phrase(int status);

/// The value of the first `name` in a query string, percent-decoded ('+' is a space, a '%' that
/// starts no escape is itself); none when absent, empty when it stands there without a value.
/// Decoded text may hold any byte, NUL and line ends too. Linear in the query's length.
[[nodiscard]] std::optional<std::string> query_parameter(std::string_view query,
                                                         std::string_view name);

/// All parameters in order, decoded; at most `count_max` of them.
[[nodiscard]] std::vector<Header> query_parameters(std::string_view query,
                                                   std::size_t count_max = 256);

}  // namespace veche::http
