#include "veche/engineio/outgoing.hpp"

#include <utility>

#include "veche/base/encoding.hpp"
#include "veche/websocket/frame.hpp"

namespace veche::engineio {
namespace {

/// Room that is not given back, however little of it is used.
constexpr std::size_t capacity_kept = 1'024;
constexpr char separator = '\x1e';
constexpr std::string_view message_type = "4";

using websocket::Opcode;

void append_frame(FrameBuilder& builder, Opcode opcode, std::string_view type,
                  std::string_view data) {
  char header[websocket::header_size_max];
  const std::size_t size =
      websocket::write_header(header, opcode, websocket::Fin::last, type.size() + data.size());
  builder.append({header, size});
  builder.append(type);
  builder.append(data);
}

std::size_t framed_size(std::size_t payload_size) {
  return websocket::header_size(payload_size) + payload_size;
}

/// One frame of this process's own making, taken off the front of `frames`.
struct Taken {
  bool is_binary{};
  std::string_view payload;
};

Taken take_frame(std::string_view& frames) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(frames[at]); };
  std::size_t payload_size = byte(1);
  std::size_t header = 2;
  if (payload_size >= 126) {
    header = payload_size == 126 ? 4 : 10;
    payload_size = 0;
    for (std::size_t at = 2; at < header; ++at) payload_size = payload_size << 8 | byte(at);
  }
  const bool is_binary = (byte(0) & 0x0F) == static_cast<unsigned>(Opcode::binary);
  const Taken taken{is_binary, frames.substr(header, payload_size)};
  frames.remove_prefix(header + payload_size);
  return taken;
}

}  // namespace

TextRun::TextRun(std::size_t bytes) : builder_{0, framed_size(message_type.size() + bytes)} {}

char* TextRun::add(std::size_t size) {
  const std::size_t payload_size = message_type.size() + size;
  const std::size_t header_size = websocket::header_size(payload_size);
  char* const at = builder_.extend(header_size + payload_size);
  websocket::write_header(at, Opcode::text, websocket::Fin::last, payload_size);
  at[header_size] = message_type.front();
  ++count_;
  return at + header_size + message_type.size();
}

Outgoing TextRun::build() && {
  const std::size_t capacity = builder_.capacity();
  Outgoing outgoing;
  outgoing.packet_count_ = count_;
  outgoing.websocket_ = std::move(builder_).build();
  if (outgoing.websocket_.size() < capacity / 2 && capacity > capacity_kept)
    outgoing.websocket_ = Frame::copy(outgoing.websocket_.bytes());
  return outgoing;
}

Outgoing Outgoing::text(std::string_view text) {
  TextRun run{text.size()};
  text.copy(run.add(text.size()), text.size());
  return std::move(run).build();
}

Outgoing Outgoing::with_binary(std::string_view text, const std::vector<std::string>& attachments) {
  std::size_t size = framed_size(message_type.size() + text.size());
  for (const auto& attachment : attachments) size += framed_size(attachment.size());
  FrameBuilder builder{0, size};
  append_frame(builder, Opcode::text, message_type, text);
  for (const auto& attachment : attachments) append_frame(builder, Opcode::binary, {}, attachment);
  Outgoing outgoing;
  outgoing.websocket_ = std::move(builder).build();
  outgoing.packet_count_ = static_cast<std::uint32_t>(1 + attachments.size());
  return outgoing;
}

Outgoing Outgoing::binary(std::string_view bytes) {
  Outgoing outgoing;
  outgoing.websocket_ = websocket::make_frame(Opcode::binary, bytes);
  return outgoing;
}

const Frame& Outgoing::deflated(websocket::Deflate& deflate) const {
  if (!deflate.is_wanted(websocket_.size())) return websocket_;
  for (const Deflated& made : deflated_) {
    if (made.window_bits == deflate.window_bits()) return made.frame;
  }
  FrameBuilder builder{0, websocket_.size() / 2};
  for (std::string_view frames = websocket_.bytes(); !frames.empty();) {
    const Taken taken = take_frame(frames);
    deflate.append_frame(builder, taken.is_binary ? Opcode::binary : Opcode::text, taken.payload);
  }
  Frame frame = std::move(builder).build();
  // Nothing has become shorter: the frame that there is already does as well.
  if (frame.size() == websocket_.size()) frame = websocket_;
  return deflated_.emplace_back(Deflated{deflate.window_bits(), std::move(frame)}).frame;
}

std::vector<std::string_view> Outgoing::messages() const {
  std::vector<std::string_view> messages;
  for (std::string_view frames = websocket_.bytes(); !frames.empty();) {
    const Taken taken = take_frame(frames);
    messages.push_back(taken.is_binary ? taken.payload : taken.payload.substr(message_type.size()));
  }
  return messages;
}

const Frame& Outgoing::payload() const {
  if (!payload_.empty()) return payload_;
  std::string_view frames = websocket_.bytes();
  if (frames.empty()) return payload_;
  Taken taken = take_frame(frames);
  if (frames.empty() && !taken.is_binary) {
    payload_ = websocket_.suffix(websocket_.size() - taken.payload.size());
    return payload_;
  }
  FrameBuilder builder{0, websocket_.size() + websocket_.size() / 3 + 16};
  while (true) {
    if (taken.is_binary) {
      builder.append('b');
      builder.append(base64_encode(taken.payload, Base64::standard));
    } else {
      builder.append(taken.payload);
    }
    if (frames.empty()) break;
    builder.append(separator);
    taken = take_frame(frames);
  }
  payload_ = std::move(builder).build();
  return payload_;
}

}  // namespace veche::engineio
