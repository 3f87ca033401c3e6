#include "veche/client/upgrade.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>

#include "veche/base/encoding.hpp"
#include "veche/crypto/hash.hpp"

namespace veche::client {
namespace {

constexpr std::string_view end_of_head = "\r\n\r\n";

std::string make_key(Rng& rng) {
  std::array<std::byte, 16> bytes{};
  rng.fill(bytes);
  return base64_encode({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                       Base64::standard);
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The value of the first field of that name in an answer's head.
std::optional<std::string_view> field(std::string_view head, std::string_view name) {
  while (true) {
    const auto line_end = head.find("\r\n");
    if (line_end == std::string_view::npos) return std::nullopt;
    head.remove_prefix(line_end + 2);
    const std::string_view line = head.substr(0, head.find("\r\n"));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    if (equal_ignoring_case(line.substr(0, colon), name)) return trim(line.substr(colon + 1));
  }
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
  const bool is_websocket = equal_ignoring_case(field(head, "Upgrade").value_or(""), "websocket") &&
                            equal_ignoring_case(field(head, "Connection").value_or(""), "upgrade");
  if (!is_websocket || field(head, "Sec-WebSocket-Accept") != accept_) {
    why_ = "the server's answer does not fit the key that it was sent";
    return false;
  }
  if (field(head, "Sec-WebSocket-Extensions") || field(head, "Sec-WebSocket-Protocol")) {
    why_ = "the server chose an extension or a protocol that was not offered";
    return false;
  }
  return true;
}

}  // namespace veche::client
