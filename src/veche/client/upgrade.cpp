#include "veche/client/upgrade.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <span>

#include "veche/base/encoding.hpp"
#include "veche/client/response_head.hpp"
#include "veche/crypto/hash.hpp"

namespace veche::client {
namespace {

std::string make_key(Rng& rng) {
  std::array<std::byte, 16> bytes{};
  rng.fill(bytes);
  return base64_encode({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                       Base64::standard);
}

}  // namespace

Upgrade::Upgrade(std::string_view host, std::string_view target, Rng& rng) {
  const std::string key = make_key(rng);
  accept_ =
      base64_encode(crypto::sha1(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"), Base64::standard);
  request_.append("GET ").append(target).append(" HTTP/1.1\r\nHost: ").append(host);
  request_.append("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ");
  request_.append(key).append("\r\nSec-WebSocket-Version: 13\r\n\r\n");
}

Upgrade::Progress Upgrade::receive(std::string_view bytes) {
  const std::size_t before = head_.size();
  head_.append(bytes.substr(0, head_bytes_max - before));
  // The end may lie across the cut.
  const std::size_t from = before < end_of_head.size() ? 0 : before - (end_of_head.size() - 1);
  const auto end = head_.find(end_of_head, from);
  if (end == std::string::npos) {
    if (head_.size() < head_bytes_max) return {Outcome::need_more, bytes.size()};
    why_ = "the server's answer is longer than 16 KiB";
    return {Outcome::refused, bytes.size()};
  }
  head_.resize(end + end_of_head.size());
  const std::size_t taken = head_.size() - before;
  return {judge() ? Outcome::done : Outcome::refused, taken};
}

bool Upgrade::judge() {
  const std::string_view head = head_;
  if (!head.starts_with("HTTP/1.1 101 ")) {
    why_ = "the server answered " + head_.substr(0, head.find("\r\n"));
    return false;
  }
  const bool is_websocket =
      equal_ignoring_case(head_field(head, "Upgrade").value_or(""), "websocket") &&
      equal_ignoring_case(head_field(head, "Connection").value_or(""), "upgrade");
  if (!is_websocket || head_field(head, "Sec-WebSocket-Accept") != accept_) {
    why_ = "the server's answer does not fit the key that it was sent";
    return false;
  }
  if (head_field(head, "Sec-WebSocket-Extensions") || head_field(head, "Sec-WebSocket-Protocol")) {
    why_ = "the server chose an extension or a protocol that was not offered";
    return false;
  }
  return true;
}

}  // namespace veche::client
