#include "veche/engineio/payload.hpp"

#include <utility>

#include "veche/base/encoding.hpp"

namespace veche::engineio {

std::optional<Packet> PayloadReader::next() {
  if (is_at_end_) return std::nullopt;
  const std::size_t end = rest_.find(record_separator);
  const std::string_view text = rest_.substr(0, end);
  is_at_end_ = end == std::string_view::npos;
  if (!is_at_end_) rest_.remove_prefix(end + 1);

  auto packet = packets_left_ > 0 ? read(text) : std::nullopt;
  if (!packet) {
    has_failed_ = is_at_end_ = true;
    return std::nullopt;
  }
  --packets_left_;
  return packet;
}

std::optional<Packet> PayloadReader::read(std::string_view text) {
  if (!text.starts_with('b')) return read_text_packet(text);
  auto bytes = base64_decode(text.substr(1), Base64::standard);
  if (!bytes) return std::nullopt;
  binary_ = std::move(*bytes);
  return Packet{PacketType::message, binary_, true};
}

}  // namespace veche::engineio
