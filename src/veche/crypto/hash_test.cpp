// Goal: the digests are the standards'. Method: the published vectors.

#include "veche/crypto/hash.hpp"

#include <string>

#include <doctest/doctest.h>

#include "veche/base/encoding.hpp"

namespace veche::crypto {
namespace {

TEST_SUITE("crypto/hash: FIPS 180-4") {
  TEST_CASE("SHA-1 of the standard's examples and of the handshake in RFC 6455") {
    CHECK(hex_encode(sha1("")) == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    CHECK(hex_encode(sha1("abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d");
    CHECK(base64_encode(sha1("dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11"),
                        Base64::standard) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  }

  TEST_CASE("SHA-256 of the standard's examples") {
    CHECK(hex_encode(sha256("")) ==
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(hex_encode(sha256("abc")) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hex_encode(sha256(std::string(1'000'000, 'a'))) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  }
}

TEST_SUITE("crypto/hash: RFC 4231") {
  TEST_CASE("HMAC-SHA256, test cases 1, 2, 3, 4, 6 and 7") {
    CHECK(hex_encode(hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(hex_encode(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(hex_encode(hmac_sha256(std::string(20, '\xaa'), std::string(50, '\xdd'))) ==
          "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    std::string key;
    for (char byte = 1; byte <= 25; ++byte) key += byte;
    CHECK(hex_encode(hmac_sha256(key, std::string(50, '\xcd'))) ==
          "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
    const std::string long_key(131, '\xaa');
    CHECK(hex_encode(
              hmac_sha256(long_key, "Test Using Larger Than Block-Size Key - Hash Key First")) ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    CHECK(hex_encode(hmac_sha256(
              long_key,
              "This is a test using a larger than block-size key and a larger than block-size "
              "data. The key needs to be hashed before being used by the HMAC algorithm.")) ==
          "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
  }

  TEST_CASE("an empty key is a key") {
    CHECK(hex_encode(hmac_sha256("", "")) ==
          "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
    CHECK(hmac_sha256({}, "x") != hmac_sha256("k", "x"));
  }
}

TEST_SUITE("crypto/hash: comparison") {
  TEST_CASE("equal means every byte") {
    CHECK(equal_constant_time("", ""));
    CHECK(equal_constant_time({"a\0b", 3}, {"a\0b", 3}));
    CHECK_FALSE(equal_constant_time({"a\0b", 3}, {"a\0c", 3}));
    CHECK_FALSE(equal_constant_time("abc", "bbc"));
    CHECK_FALSE(equal_constant_time("abc", "abcd"));
    CHECK_FALSE(equal_constant_time("abc", ""));
  }
}

}  // namespace
}  // namespace veche::crypto
