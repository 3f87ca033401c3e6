#include "veche/base/rng.hpp"

#include <array>

#include "veche/base/contract.hpp"

namespace veche {

std::string random_id(Rng& rng, std::size_t length) {
  static constexpr char alphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  constexpr std::size_t length_max = 64;
  VECHE_EXPECTS(length <= length_max);
  std::array<std::byte, length_max> bytes{};
  rng.fill(std::span{bytes}.first(length));
  std::string id(length, '\0');
  for (std::size_t i = 0; i < length; ++i)
    id[i] = alphabet[std::to_integer<unsigned>(bytes[i]) & 63U];
  return id;
}

}  // namespace veche
