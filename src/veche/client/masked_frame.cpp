#include "veche/client/masked_frame.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include "veche/base/contract.hpp"

namespace veche::client {
namespace {

constexpr unsigned mask_bit = 0x80;
constexpr std::size_t piece_bytes = 512;

}  // namespace

Frame make_masked_frame(websocket::Opcode opcode, std::string_view payload,
                        websocket::MaskingKey key) {
  VECHE_EXPECTS(static_cast<unsigned>(opcode) < 8 ||
                payload.size() <= websocket::control_payload_max);
  std::array<char, websocket::header_size_max> header;
  const std::size_t size =
      websocket::write_header(header.data(), opcode, websocket::Fin::last, payload.size());
  header[1] = static_cast<char>(static_cast<unsigned char>(header[1]) | mask_bit);

  FrameBuilder builder{0, size + key.size() + payload.size()};
  builder.append({header.data(), size});
  builder.append({key.data(), key.size()});
  std::array<char, piece_bytes> piece;
  while (!payload.empty()) {
    const std::size_t count = payload.copy(piece.data(), piece.size());
    websocket::apply_mask(std::span{piece}.first(count), key);
    builder.append({piece.data(), count});
    payload.remove_prefix(count);
  }
  return std::move(builder).build();
}

}  // namespace veche::client
