#include "veche/websocket/frame.hpp"

#include <utility>

#include "veche/base/contract.hpp"

namespace veche::websocket {

bool is_valid_close_code(std::uint16_t code) {
  if (code >= 3000) return code <= 4999;
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
}

std::size_t header_size(std::uint64_t payload_size) {
  if (payload_size <= control_payload_max) return 2;
  return payload_size <= 0xFFFF ? 4 : 10;
}

std::size_t write_header(char* out, Opcode opcode, Fin fin, std::uint64_t payload_size) {
  VECHE_EXPECTS(payload_size >> 63 == 0);
  const unsigned fin_bit = fin == Fin::last ? 0x80U : 0U;
  out[0] = static_cast<char>(fin_bit | static_cast<unsigned>(opcode));
  const std::size_t size = header_size(payload_size);
  if (size == 2) {
    out[1] = static_cast<char>(payload_size);
    return size;
  }
  out[1] = static_cast<char>(size == 4 ? 126 : 127);
  for (std::size_t at = size; at > 2; --at, payload_size >>= 8) {
    out[at - 1] = static_cast<char>(payload_size & 0xFF);
  }
  return size;
}

Frame make_frame(Opcode opcode, std::string_view payload) {
  VECHE_EXPECTS(static_cast<unsigned>(opcode) < 8 || payload.size() <= control_payload_max);
  char header[header_size_max];
  const std::size_t size = write_header(header, opcode, Fin::last, payload.size());
  FrameBuilder builder{0, size + payload.size()};
  builder.append({header, size});
  builder.append(payload);
  return std::move(builder).build();
}

Frame make_close_frame(std::optional<std::uint16_t> code, std::string_view reason) {
  if (!code) {
    VECHE_EXPECTS(reason.empty());
    return make_frame(Opcode::close, {});
  }
  VECHE_EXPECTS(is_valid_close_code(*code));
  VECHE_EXPECTS(reason.size() <= control_payload_max - 2);
  char payload[control_payload_max];
  payload[0] = static_cast<char>(*code >> 8);
  payload[1] = static_cast<char>(*code & 0xFF);
  reason.copy(payload + 2, reason.size());
  return make_frame(Opcode::close, {payload, 2 + reason.size()});
}

}  // namespace veche::websocket
