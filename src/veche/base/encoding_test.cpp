// Goal: one value has one text, and nothing else decodes. Method: RFC 4648 section 10, a
// property over random bytes, and every way of being almost right.

#include "veche/base/encoding.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace veche {
namespace {

TEST_SUITE("base/encoding: RFC 4648") {
  TEST_CASE("the test vectors of section 10") {
    CHECK(base64_encode("", Base64::standard).empty());
    CHECK(base64_encode("f", Base64::standard) == "Zg==");
    CHECK(base64_encode("foobar", Base64::standard) == "Zm9vYmFy");
    CHECK(base64_encode("fo", Base64::url) == "Zm8");
    CHECK(base64_encode("\xFB\xFF", Base64::url) == "-_8");
    CHECK(base64_encode("\xFB\xFF", Base64::standard) == "+/8=");
    CHECK(hex_encode("\x01\xAF") == "01af");
  }

  TEST_CASE("decode(encode(x)) is x") {
    CHECK(rc::check([](const std::string& bytes) {
      for (const auto variant : {Base64::standard, Base64::url}) {
        RC_ASSERT(base64_decode(base64_encode(bytes, variant), variant) == bytes);
      }
    }));
  }

  TEST_CASE("what is almost right is refused") {
    for (const auto* bad :
         {"Zg=", "Zg", "Zg===", "Zh==", "Zm9v YmFy", "Zm9vYmF", "-_8=", "Z", "\n"}) {
      CHECK_FALSE(base64_decode(bad, Base64::standard).has_value());
    }
    for (const auto* bad : {"Zg==", "Zh", "+/8", "Z", "Zm8\n"}) {
      CHECK_FALSE(base64_decode(bad, Base64::url).has_value());
    }
  }
}

}  // namespace
}  // namespace veche
