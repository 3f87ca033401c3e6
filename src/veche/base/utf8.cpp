#include "veche/base/utf8.hpp"

#include <simdjson.h>

namespace veche {

bool is_utf8(std::string_view bytes) { return simdjson::validate_utf8(bytes); }

std::size_t count_code_points(std::string_view utf8) {
  std::size_t count = 0;
  for (const char byte : utf8) count += (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U ? 1 : 0;
  return count;
}

}  // namespace veche
