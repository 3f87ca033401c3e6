#include "veche/websocket/upgrade.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/base/encoding.hpp"
#include "veche/crypto/hash.hpp"

namespace veche::websocket {
namespace {

constexpr std::string_view key_field = "Sec-WebSocket-Key";
constexpr std::string_view version_field = "Sec-WebSocket-Version";
constexpr std::string_view version = "13";

/// Those of the handshake, an extension, and CORS's.
constexpr std::size_t accepted_fields = 6;

/// The constant of section 1.3, which no other protocol would add to the key.
constexpr std::string_view accept_suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

http::Response refuse(int status, std::string reason) {
  http::Response response{.status = status, .headers = {}, .body = std::move(reason)};
  response.headers.add("Content-Type", "text/html");
  response.close = true;
  return response;
}

bool is_base64_digit(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/';
}

/// 16 bytes in base64; spare bits are not looked at, since some clients leave them set.
bool is_key(std::string_view key) {
  constexpr std::size_t digits = 22;
  return key.size() == digits + 2 && key.ends_with("==") &&
         std::all_of(key.begin(), key.begin() + digits, is_base64_digit);
}

}  // namespace

bool wants_upgrade(const http::Request& request) {
  return request.headers.has_token("Upgrade", "websocket");
}

std::optional<http::Response> check_upgrade(const http::Request& request) {
  if (request.method != http::Method::get) {
    auto refusal = refuse(405, "Invalid HTTP method");
    refusal.headers.add("Allow", "GET");
    return refusal;
  }
  if (!wants_upgrade(request) || !request.headers.has_token("Connection", "upgrade")) {
    return refuse(400, "Invalid Upgrade header");
  }
  if (!request.body.empty()) return refuse(400, "Upgrade with a body");
  const auto& headers = request.headers;
  if (headers.count(version_field) != 1 || headers.find(version_field) != version) {
    auto refusal = refuse(426, "Missing or invalid Sec-WebSocket-Version header");
    refusal.headers.add("Upgrade", "websocket");
    refusal.headers.add(std::string{version_field}, std::string{version});
    return refusal;
  }
  if (headers.count(key_field) != 1 || !is_key(*headers.find(key_field))) {
    return refuse(400, "Missing or invalid Sec-WebSocket-Key header");
  }
  return std::nullopt;
}

http::Response accept_upgrade(const http::Request& request) {
  const auto key = request.headers.find(key_field);
  VECHE_EXPECTS(key.has_value());
  std::string seed{*key};
  seed += accept_suffix;
  http::Response response{.status = 101, .headers = {}, .body = {}};
  response.headers.reserve(accepted_fields);
  response.headers.add("Upgrade", "websocket");
  response.headers.add("Connection", "Upgrade");
  response.headers.add("Sec-WebSocket-Accept", base64_encode(crypto::sha1(seed), Base64::standard));
  return response;
}

}  // namespace veche::websocket
