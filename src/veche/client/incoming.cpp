#include "veche/client/incoming.hpp"

#include <charconv>
#include <cstddef>

namespace veche::client {
namespace {

using socketio::Packet;
using socketio::PacketType;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_array(std::string_view text) {
  return text.size() >= 2 && text.front() == '[' && text.back() == ']';
}

bool is_object(std::string_view text) {
  return text.size() >= 2 && text.front() == '{' && text.back() == '}';
}

/// Whether the data stand in the brackets that the type wants.
bool suits_type(const Packet& packet) {
  switch (packet.type) {
    case PacketType::connect:
    case PacketType::connect_error: return is_object(packet.data);
    case PacketType::disconnect: return packet.data.empty();
    case PacketType::event: return is_array(packet.data);
    case PacketType::ack: return packet.id.has_value() && is_array(packet.data);
    case PacketType::binary_event:
    case PacketType::binary_ack: return false;
  }
  return false;
}

}  // namespace

std::optional<Packet> read_packet(std::string_view text) {
  if (text.empty() || text.front() < '0' || text.front() > '6') return std::nullopt;
  Packet packet;
  packet.type = static_cast<PacketType>(text.front() - '0');
  text.remove_prefix(1);
  if (text.starts_with("/,")) text.remove_prefix(2);
  if (!text.empty() && is_digit(text.front())) {
    std::uint64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || id > Packet::id_max) return std::nullopt;
    packet.id = id;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
  packet.data = text;
  if (!suits_type(packet)) return std::nullopt;
  return packet;
}

std::optional<Event> split_event(std::string_view array) {
  if (!is_array(array) || array[1] != '"') return std::nullopt;
  const auto quote = array.find_first_of("\"\\", 2);
  if (quote == std::string_view::npos || array[quote] != '"') return std::nullopt;
  Event event{.name = array.substr(2, quote - 2), .args = {}};
  const std::string_view rest = array.substr(quote + 1, array.size() - quote - 2);
  if (rest.empty()) return event;
  if (rest.front() != ',') return std::nullopt;
  event.args = rest.substr(1);
  return event;
}

}  // namespace veche::client
