#include "veche/socketio/msgpack_decoder.hpp"

#include <cstdint>
#include <exception>
#include <limits>
#include <string>

#define MSGPACK_NO_BOOST
#include <msgpack.hpp>

#include "veche/base/time.hpp"
#include "veche/base/utf8.hpp"
#include "veche/json/writer.hpp"

namespace veche::socketio {
namespace {

constexpr std::size_t depth_max = 129;  // the packet itself, and 128 in its data

/// The members of a packet.
enum class Field : std::uint8_t { type, nsp, data, id, other };

Field field_of(std::string_view name) {
  if (name == "type") return Field::type;
  if (name == "nsp") return Field::nsp;
  if (name == "data") return Field::data;
  if (name == "id") return Field::id;
  return Field::other;
}

/// An extension as notepack.io writes it.
enum class Extension : std::uint8_t { undefined, date, bytes, unknown };

/// `bytes` begins with the extension's type; the byte before says how its length was written.
Extension extension_of(const char* bytes, std::uint32_t size) {
  if (bytes[0] != 0) return Extension::unknown;
  const auto before = static_cast<unsigned char>(bytes[-1]);
  // A fixed length has its marker right before the type; any other has its own last byte there,
  // which is not the marker of so small a length.
  if (size == 2 && before == 0xd4) return bytes[1] == 0 ? Extension::undefined : Extension::unknown;
  if (size == 9 && before == 0xd7) return Extension::date;
  const bool is_fixed = (size == 3 && before == 0xd5) || (size == 5 && before == 0xd6) ||
                        (size == 17 && before == 0xd8);
  return is_fixed ? Extension::unknown : Extension::bytes;
}

std::optional<std::string> date_text(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8U | static_cast<unsigned char>(byte);
  constexpr std::int64_t first = -62'167'219'200'000;  // the year 0
  constexpr std::int64_t last = 253'402'300'799'999;   // the end of 9999
  const auto milliseconds = static_cast<std::int64_t>(number);
  if (milliseconds < first || milliseconds > last) return std::nullopt;
  return iso8601(WallTime{Milliseconds{milliseconds}});
}

/// Told of each value in turn by the library; writes `data` as JSON and keeps the rest.
class Reader : public msgpack::null_visitor {
 public:
  explicit Reader(const DecoderLimits& limits) : limits_{limits} {}

  bool visit_nil() { return null(); }
  bool visit_boolean(bool value) {
    if (!is_value()) return false;
    if (field_ == Field::data) json_.boolean(value);
    return takes_any();
  }
  bool visit_positive_integer(std::uint64_t value) {
    if (is_key_) return key(std::to_string(value));
    if (depth_ == 0) return false;
    if (field_ == Field::data) json_.number(value);
    if (field_ == Field::type) type_ = value;
    if (field_ == Field::id) id_ = value;
    return field_ != Field::nsp;
  }
  bool visit_negative_integer(std::int64_t value) {
    if (is_key_) return key(std::to_string(value));
    if (!is_value()) return false;
    if (field_ == Field::data) json_.number(value);
    return takes_any();
  }
  bool visit_float32(float value) { return visit_float64(static_cast<double>(value)); }
  bool visit_float64(double value) {
    if (!is_value()) return false;
    if (field_ == Field::data) json_.number(value);
    return takes_any();
  }
  bool visit_str(const char* bytes, std::uint32_t size) {
    const std::string_view text{bytes, size};
    if (!is_utf8(text)) return false;
    if (is_key_) return key(text);
    if (depth_ == 0) return false;
    if (field_ == Field::data) json_.string(text);
    if (field_ == Field::nsp) nsp_ = text;
    return field_ == Field::nsp || takes_any();
  }
  bool visit_bin(const char* bytes, std::uint32_t size) {
    if (!is_value()) return false;
    if (field_ == Field::data) return attach({bytes, size});
    return takes_any();
  }
  bool visit_ext(const char* bytes, std::uint32_t size) {
    const std::string_view inside{bytes + 1, size - 1};
    switch (extension_of(bytes, size)) {
      case Extension::undefined: return null();
      case Extension::date: return date(inside);
      case Extension::bytes: return visit_bin(inside.data(), size - 1);
      case Extension::unknown: return false;
    }
    return false;
  }
  bool start_array(std::uint32_t /*count*/) {
    if (!is_value() || !takes_any() || ++depth_ > depth_max) return false;
    if (field_ == Field::data) json_.begin_array();
    return true;
  }
  bool end_array() {
    --depth_;
    if (field_ == Field::data) json_.end_array();
    return true;
  }
  bool start_map(std::uint32_t /*count*/) {
    if (depth_ == 0) {
      depth_ = 1;
      return true;
    }
    if (!is_value() || !takes_any() || ++depth_ > depth_max) return false;
    if (field_ == Field::data) json_.begin_object();
    return true;
  }
  bool end_map() {
    if (--depth_ > 0 && field_ == Field::data) json_.end_object();
    return true;
  }
  bool start_map_key() {
    is_key_ = true;
    return true;
  }
  bool end_map_key() {
    is_key_ = false;
    return true;
  }

  /// The packet, when all of it was read and it is one.
  [[nodiscard]] std::optional<MsgpackPacket> packet() && {
    // A name that the text protocol could not carry is none that a client may connect to.
    const bool is_name =
        nsp_ && nsp_->substr(0, 1) == "/" && nsp_->find(',') == std::string_view::npos;
    if (!type_ || *type_ > 4 || !is_name || (id_ && *id_ > Packet::id_max)) return std::nullopt;
    MsgpackPacket packet;
    if (attachments_.empty()) {
      packet.text = std::to_string(*type_);
    } else {
      // Only events and acks carry bytes.
      if (*type_ != 2 && *type_ != 3) return std::nullopt;
      packet.text = std::to_string(*type_ + 3) + std::to_string(attachments_.size()) + "-";
    }
    if (*nsp_ != main_namespace) packet.text.append(*nsp_).push_back(',');
    if (id_) packet.text += std::to_string(*id_);
    if (data_ != "null") packet.text += data_;
    packet.attachments = std::move(attachments_);
    return packet;
  }

 private:
  /// Neither a key nor the message itself.
  [[nodiscard]] bool is_value() const { return !is_key_ && depth_ > 0; }
  /// Whether the field under way may be anything.
  [[nodiscard]] bool takes_any() const { return field_ == Field::data || field_ == Field::other; }

  bool null() {
    if (!is_value()) return false;
    if (field_ == Field::data) json_.null();
    return field_ == Field::id || takes_any();
  }

  bool date(std::string_view bytes) {
    if (!is_value() || !takes_any()) return false;
    const auto text = date_text(bytes);
    if (!text) return null();
    if (field_ == Field::data) json_.string(*text);
    return true;
  }

  bool key(std::string_view name) {
    if (depth_ > 1) {
      if (field_ == Field::data) json_.key(name);
      return true;
    }
    field_ = field_of(name);
    if (field_ == Field::other) return true;
    const unsigned bit = 1U << static_cast<unsigned>(field_);
    if ((seen_ & bit) != 0) return false;
    seen_ |= bit;
    return true;
  }

  bool attach(std::string_view bytes) {
    attached_ += bytes.size();
    if (attachments_.size() == limits_.attachments_max || attached_ > limits_.attachment_bytes_max)
      return false;
    json_.begin_object().member("_placeholder", true);
    json_.member("num", attachments_.size()).end_object();
    attachments_.emplace_back(bytes);
    return true;
  }

  const DecoderLimits& limits_;
  std::string data_;
  json::Writer json_{data_};
  Attachments attachments_;
  std::size_t attached_{};
  std::size_t depth_{};
  std::optional<std::uint64_t> type_;
  std::optional<std::uint64_t> id_;
  std::optional<std::string_view> nsp_;
  unsigned seen_{};
  Field field_{Field::other};
  bool is_key_{};
};

}  // namespace

std::optional<MsgpackPacket> read_msgpack(std::string_view message, const DecoderLimits& limits) {
  Reader reader{limits};
  std::size_t end = 0;
  try {
    if (!msgpack::parse(message.data(), message.size(), end, reader)) return std::nullopt;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    return std::nullopt;
  }
  if (end != message.size()) return std::nullopt;
  return std::move(reader).packet();
}

}  // namespace veche::socketio
