// Goal: the keyed state gives what hmac_sha256() gives, whose vectors are RFC 4231's, every time.

#include "veche/crypto/hmac.hpp"

#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "veche/crypto/hash.hpp"

namespace veche::crypto {
namespace {

TEST_SUITE("crypto/hmac") {
  TEST_CASE("one state, many messages, the same as from anew") {
    CHECK(rc::check([](const std::string& rest, const std::vector<std::string>& messages) {
      const std::string key = "k" + rest;
      HmacSha256 hmac{key};
      for (const auto& message : messages) {
        RC_ASSERT(hmac.of(message) == hmac_sha256(key, message));
      }
    }));
  }
}

}  // namespace
}  // namespace veche::crypto
