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

  TEST_CASE("64 bytes are digits, the other 192 are not, at any place") {
    for (const auto variant : {Base64::standard, Base64::url}) {
      for (std::size_t place = 0; place < 4; ++place) {
        int taken = 0;
        for (int byte = 0; byte < 256; ++byte) {
          std::string text = "AAAA";
          text[place] = static_cast<char>(byte);
          const auto decoded = base64_decode(text, variant);
          if (!decoded) continue;
          if (byte != '=') CHECK(base64_encode(*decoded, variant) == text);
          taken += byte != '=';
        }
        CHECK(taken == 64);
      }
    }
  }

  TEST_CASE("a text that decodes is the text of what it decodes to") {
    CHECK(rc::check([](const std::string& bytes) {
      std::string text = base64_encode(bytes, Base64::standard);
      RC_PRE(!text.empty());
      const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
      text[at] = *rc::gen::elementOf(std::string{"ABwxyz0189+/=-_\xFF\n"});
      const auto decoded = base64_decode(text, Base64::standard);
      if (decoded) RC_ASSERT(base64_encode(*decoded, Base64::standard) == text);
    }));
  }

  TEST_CASE("what is almost right is refused") {
    for (const auto* bad : {"Zg=", "Zg", "Zg===", "Zh==", "Zm9v YmFy", "Zm9vYmF", "-_8=", "Z", "=",
                            "====", "Zm8=Zm8=", "Zm==Zm8=", "\n"}) {
      CHECK_FALSE(base64_decode(bad, Base64::standard).has_value());
    }
    for (const auto* bad : {"Zg==", "Zh", "+/8", "Z", "Zm8\n"}) {
      CHECK_FALSE(base64_decode(bad, Base64::url).has_value());
    }
  }
}

}  // namespace
}  // namespace veche
