#include "veche/socketio/msgpack_encoder.hpp"

#include <bit>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#define MSGPACK_NO_BOOST
#include <msgpack.hpp>

#include "veche/socketio/decoder.hpp"
#include "veche/socketio/packet.hpp"

namespace veche::socketio {
namespace {

constexpr std::size_t json_bytes_max = json::Parser::bytes_max_limit;
constexpr DecoderLimits no_limits{.attachments_max = std::numeric_limits<std::uint32_t>::max(),
                                  .attachment_bytes_max = json_bytes_max,
                                  .namespace_bytes_max = json_bytes_max};

struct Bytes {
  void write(const char* bytes, std::size_t size) { text.append(bytes, size); }
  std::string text;
};

class Writer {
 public:
  explicit Writer(std::span<const std::string_view> attachments) : attachments_{attachments} {}

  void packet(const Packet& packet, json::Value data) {
    const auto size = 2U + (packet.data.empty() ? 0U : 1U) + (packet.id ? 1U : 0U);
    pack_.pack_map(size);
    string("type");
    pack_.pack_uint8(static_cast<std::uint8_t>(plain(packet.type)));
    string("nsp");
    string(packet.nsp);
    if (!packet.data.empty()) {
      string("data");
      value(data);
    }
    if (packet.id) {
      string("id");
      pack_.pack_uint64(*packet.id);
    }
  }

  [[nodiscard]] std::string_view text() const { return bytes_.text; }

 private:
  /// msgpack has no types of their own for what carries bytes.
  static PacketType plain(PacketType type) {
    if (type == PacketType::binary_event) return PacketType::event;
    if (type == PacketType::binary_ack) return PacketType::ack;
    return type;
  }

  void string(std::string_view text) {
    pack_.pack_str(static_cast<std::uint32_t>(text.size()));
    pack_.pack_str_body(text.data(), static_cast<std::uint32_t>(text.size()));
  }

  void bytes(std::string_view bytes) {
    pack_.pack_bin(static_cast<std::uint32_t>(bytes.size()));
    pack_.pack_bin_body(bytes.data(), static_cast<std::uint32_t>(bytes.size()));
  }

  void number(json::Value value) {
    if (const auto natural = value.as_uint()) {
      pack_.pack_uint64(*natural);
    } else if (const auto integer = value.as_int()) {
      pack_.pack_int64(*integer);
    } else {
      const auto bits = std::bit_cast<std::uint64_t>(value.as_double().value_or(0));
      bytes_.text.push_back('\xcb');
      for (unsigned shift = 64; shift > 0; shift -= 8) {
        bytes_.text.push_back(static_cast<char>(bits >> (shift - 8) & 0xffU));
      }
    }
  }

  /// The bytes that an object stands for; none when it stands for itself.
  [[nodiscard]] const std::string_view* attachment(json::Value object) const {
    if (attachments_.empty()) return nullptr;
    const auto mark = object.find("_placeholder");
    if (!mark || mark->as_bool() != true) return nullptr;
    const auto num = object.find("num");
    const auto index = num ? num->as_uint() : std::nullopt;
    return index && *index < attachments_.size() ? &attachments_[*index] : nullptr;
  }

  /// No deeper than the parser's depth_max.
  void value(json::Value value) {  // NOLINT(misc-no-recursion)
    switch (value.type()) {
      case json::Type::null: pack_.pack_nil(); return;
      case json::Type::boolean:
        if (*value.as_bool()) {
          pack_.pack_true();
        } else {
          pack_.pack_false();
        }
        return;
      case json::Type::number: return number(value);
      case json::Type::string: return string(*value.as_string());
      case json::Type::array:
        pack_.pack_array(static_cast<std::uint32_t>(value.size()));
        for (const json::Value item : value.items()) this->value(item);
        return;
      case json::Type::object: return object(value);
    }
  }

  void object(json::Value object) {  // NOLINT(misc-no-recursion)
    if (const std::string_view* found = attachment(object)) return bytes(*found);
    pack_.pack_map(static_cast<std::uint32_t>(object.size()));
    for (const json::Member member : object.members()) {
      string(member.key);
      value(member.value);
    }
  }

  std::span<const std::string_view> attachments_;
  Bytes bytes_;
  msgpack::packer<Bytes> pack_{bytes_};
};

}  // namespace

MsgpackEncoder::MsgpackEncoder() : parser_{json_bytes_max} {}

const engineio::Outgoing* MsgpackEncoder::encode(const engineio::Outgoing& packet) {
  // A frame that is kept is at no other frame's place, so its place tells it from all others.
  if (text_.websocket().bytes().data() == packet.websocket().bytes().data()) return &msgpack_;
  const std::vector<std::string_view> messages = packet.messages();
  const auto parts = split_packet(messages.front(), no_limits);
  if (!parts) return nullptr;
  json::Value data;
  if (!parts->data.empty()) {
    const auto read = parser_.parse_copy(parts->data);
    if (!read) return nullptr;
    data = *read;
  }
  Writer writer{std::span{messages}.subspan(1)};
  writer.packet(*parts, data);
  msgpack_ = engineio::Outgoing::binary(writer.text());
  msgpack_.set_compress(packet.compress());
  text_ = packet;
  return &msgpack_;
}

}  // namespace veche::socketio
