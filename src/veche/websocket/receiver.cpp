#include "veche/websocket/receiver.hpp"

#include <algorithm>
#include <cstring>

#include "veche/base/utf8.hpp"

namespace veche::websocket {
namespace {

constexpr unsigned fin_bit = 0x80;
constexpr unsigned reserved_bits = 0x70;
constexpr unsigned opcode_bits = 0x0F;
constexpr unsigned control_bit = 0x08;
constexpr unsigned mask_bit = 0x80;
constexpr unsigned length_bits = 0x7F;

constexpr std::uint64_t length_sign = std::uint64_t{1} << 63;

unsigned byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

bool is_control(unsigned first) { return (first & control_bit) != 0; }

bool is_known(unsigned first) {
  const unsigned opcode = first & opcode_bits;
  return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

}  // namespace

struct Receiver::Head {
  unsigned first{};  // FIN, RSV1-3 and opcode as on the wire
  bool is_masked{};
  std::uint64_t length{};
  MaskingKey key{};
  std::size_t size{};
};

std::optional<Receiver::Head> Receiver::parse_head(std::string_view bytes) {
  if (bytes.size() < 2) return std::nullopt;
  Head head;
  head.first = byte_at(bytes, 0);
  head.is_masked = (byte_at(bytes, 1) & mask_bit) != 0;
  head.length = byte_at(bytes, 1) & length_bits;
  std::size_t length_end = 2;
  if (head.length == 126) length_end = 4;
  if (head.length == 127) length_end = 10;
  head.size = length_end + (head.is_masked ? head.key.size() : 0);
  if (bytes.size() < head.size) return std::nullopt;
  if (length_end > 2) {
    head.length = 0;
    for (std::size_t at = 2; at < length_end; ++at) {
      head.length = head.length << 8 | byte_at(bytes, at);
    }
  }
  if (head.is_masked) std::memcpy(head.key.data(), bytes.data() + length_end, head.key.size());
  return head;
}

std::optional<Receiver::Violation> Receiver::judge(const Head& head) const {
  const unsigned reserved = head.first & reserved_bits;
  const bool may_be_compressed =
      options_->rsv1 == Rsv1::marks_compressed && !is_control(head.first);
  if (reserved != 0 && !(reserved == rsv1_bit && may_be_compressed)) {
    return Violation{close_code::protocol_error, "reserved bits are set"};
  }
  if (!is_known(head.first)) return Violation{close_code::protocol_error, "reserved opcode"};
  if (head.is_masked != (options_->peer == Peer::client)) {
    return Violation{close_code::protocol_error,
                     head.is_masked ? "a server's frame is masked" : "the frame is not masked"};
  }
  if (!is_control(head.first)) return judge_data(head);
  if ((head.first & fin_bit) == 0) {
    return Violation{close_code::protocol_error, "fragmented control frame"};
  }
  // Measured by the header's form as well: a control frame has no extended length.
  const std::size_t short_size = head.is_masked ? 2 + head.key.size() : 2;
  if (head.length > control_payload_max || head.size > short_size) {
    return Violation{close_code::protocol_error, "control frame over 125 bytes"};
  }
  return std::nullopt;
}

std::optional<Receiver::Violation> Receiver::judge_data(const Head& head) const {
  const bool continues = (head.first & opcode_bits) == 0;
  const bool is_under_way = message_opcode_ != Opcode::continuation;
  if (continues && !is_under_way) {
    return Violation{close_code::protocol_error, "continuation of no message"};
  }
  if (!continues && is_under_way) {
    return Violation{close_code::protocol_error, "new message inside a fragmented one"};
  }
  if (continues && (head.first & rsv1_bit) != 0) {
    return Violation{close_code::protocol_error, "reserved bits are set"};
  }
  if ((head.length & length_sign) != 0) {
    return Violation{close_code::protocol_error, "length with its top bit set"};
  }
  // Between frames kept_ holds just the fragments of the message under way.
  if (head.length > options_->message_bytes_max ||
      kept_.size() + head.length > options_->message_bytes_max) {
    return Violation{close_code::too_big, "message too big"};
  }
  if (fragments_ >= options_->fragments_max && options_->fragments_max != options_->unlimited) {
    return Violation{close_code::policy_violation, "too many fragments"};
  }
  return std::nullopt;
}

std::optional<Receiver::Head> Receiver::take_head(std::span<char>& bytes) {
  if (head_size_ == 0) {
    const std::string_view start{bytes.data(), std::min(bytes.size(), head_size_max)};
    if (const auto head = parse_head(start)) {
      bytes = bytes.subspan(head->size);
      return head;
    }
  }
  while (!bytes.empty()) {
    head_[head_size_++] = bytes.front();
    bytes = bytes.subspan(1);
    if (const auto head = parse_head({head_, head_size_})) {
      head_size_ = 0;
      return head;
    }
  }
  return std::nullopt;
}

void Receiver::begin_frame(const Head& head) {
  opcode_ = static_cast<Opcode>(head.first & opcode_bits);
  is_last_ = (head.first & fin_bit) != 0;
  is_in_payload_ = true;
  key_ = head.key;
  remaining_ = static_cast<std::uint32_t>(head.length);
  frame_kept_ = 0;
  if (is_control(head.first)) return;
  if (opcode_ != Opcode::continuation) {
    message_opcode_ = opcode_;
    is_compressed_ = (head.first & rsv1_bit) != 0;
    fragments_ = 0;
  }
  if (fragments_ != options_->unlimited) ++fragments_;
}

void Receiver::receive(std::span<char> bytes, ReceiverEvents& events) {
  while (!is_closed_ && !bytes.empty()) {
    if (!is_in_payload_) {
      const auto head = take_head(bytes);
      if (!head) break;
      if (const auto violation = judge(*head)) {
        violate(*violation, events);
        break;
      }
      begin_frame(*head);
    }
    take_payload(bytes, events);
  }
  if (is_closed_) std::string{}.swap(kept_);
}

void Receiver::take_payload(std::span<char>& bytes, ReceiverEvents& events) {
  const std::size_t size = std::min<std::size_t>(bytes.size(), remaining_);
  const std::span<char> payload = bytes.first(size);
  bytes = bytes.subspan(size);
  remaining_ -= static_cast<std::uint32_t>(size);
  if (options_->peer == Peer::client) apply_mask(payload, key_);
  const std::string_view unmasked{payload.data(), size};
  if (remaining_ != 0) {
    keep(unmasked);
    frame_kept_ += static_cast<std::uint32_t>(size);
    return;
  }
  is_in_payload_ = false;
  if (is_control(static_cast<unsigned>(opcode_))) {
    finish_control(unmasked, events);
  } else {
    finish_data(unmasked, events);
  }
}

void Receiver::keep(std::string_view bytes) {
  // Room for readable_after from the start, so that a finished message is never moved for it.
  const std::size_t needed = kept_.size() + bytes.size() + readable_after;
  if (kept_.capacity() < needed) kept_.reserve(std::max(needed, kept_.capacity() * 2));
  kept_.append(bytes);
}

void Receiver::finish_data(std::string_view payload, ReceiverEvents& events) {
  if (is_last_ && kept_.empty()) return deliver(payload, events);
  keep(payload);
  if (!is_last_) return;
  const std::size_t size = kept_.size();
  kept_.resize(size + readable_after);
  deliver(std::string_view{kept_}.substr(0, size), events);
  std::string{}.swap(kept_);
}

void Receiver::deliver(std::string_view data, ReceiverEvents& events) {
  const bool is_binary = message_opcode_ == Opcode::binary;
  message_opcode_ = Opcode::continuation;
  fragments_ = 0;
  if (!is_binary && !is_compressed_ && !is_utf8(data)) {
    return violate({close_code::invalid_payload, "text is not UTF-8"}, events);
  }
  events.message({data, is_binary, is_compressed_});
}

void Receiver::finish_control(std::string_view payload, ReceiverEvents& events) {
  const std::size_t message_size = kept_.size() - frame_kept_;
  if (frame_kept_ != 0) {
    keep(payload);
    payload = std::string_view{kept_}.substr(message_size);
  }
  switch (opcode_) {
    case Opcode::ping: events.ping(payload); break;
    case Opcode::pong: events.pong(payload); break;
    default: finish_close(payload, events); break;
  }
  kept_.resize(message_size);
  if (kept_.empty()) std::string{}.swap(kept_);
}

void Receiver::finish_close(std::string_view payload, ReceiverEvents& events) {
  is_closed_ = true;
  if (payload.empty()) return events.closed(std::nullopt, {});
  if (payload.size() == 1) {
    return violate({close_code::protocol_error, "close payload of one byte"}, events);
  }
  const auto code = static_cast<std::uint16_t>(byte_at(payload, 0) << 8 | byte_at(payload, 1));
  if (!is_valid_close_code(code)) {
    return violate({close_code::protocol_error, "invalid close code"}, events);
  }
  const std::string_view reason = payload.substr(2);
  if (!is_utf8(reason)) {
    return violate({close_code::invalid_payload, "close reason is not UTF-8"}, events);
  }
  events.closed(code, reason);
}

void Receiver::violate(Violation violation, ReceiverEvents& events) {
  is_closed_ = true;
  events.violation(violation.code, violation.text);
}

}  // namespace veche::websocket
