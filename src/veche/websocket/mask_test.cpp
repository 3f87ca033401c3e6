// Goal: masking equals its definition, octet by octet, for any length and any cut.

#include "veche/websocket/mask.hpp"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace veche::websocket {
namespace {

std::string masked(std::string bytes, MaskingKey key) {
  apply_mask(bytes, key);
  return bytes;
}

TEST_SUITE("websocket/mask: RFC 6455 5.3 client-to-server masking") {
  TEST_CASE("the example of section 5.7") {
    CHECK(masked("Hello", {'\x37', '\xfa', '\x21', '\x3d'}) == "\x7f\x9f\x4d\x51\x58");
  }

  TEST_CASE("every octet is combined with octet i modulo 4 of the key, at every length to 99") {
    const MaskingKey key{'\x01', '\x02', '\x04', '\x08'};
    for (std::size_t size = 0; size < 100; ++size) {
      std::string expected(size, '\0');
      for (std::size_t i = 0; i < size; ++i) expected[i] = key[i % 4];
      CHECK(masked(std::string(size, '\0'), key) == expected);
    }
  }

  TEST_CASE("a payload in pieces is masked like the whole") {
    CHECK(rc::check([](std::string bytes, const std::array<char, 4>& key, std::size_t cut) {
      cut %= bytes.size() + 1;
      const std::string whole = masked(bytes, key);
      MaskingKey turning = key;
      apply_mask({bytes.data(), cut}, turning);
      apply_mask({bytes.data() + cut, bytes.size() - cut}, turning);
      RC_ASSERT(bytes == whole);
      RC_ASSERT(masked(whole, key) == masked(masked(masked(whole, key), key), key));
    }));
  }
}

}  // namespace
}  // namespace veche::websocket
