// Goal: lengths are code points, blankness is what people see, and case folding is the rule
// that text.hpp writes down. Method: examples of each script, and the edges of each block.

#include "veche/domain/text.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace veche::domain {
namespace {

TEST_SUITE("domain/text: length (CONTRACT section 6)") {
  TEST_CASE("lengths are counted in code points") {
    CHECK(has_length("привет", 6, 6));
    CHECK(has_length("👍🏽", 2, 2));
    CHECK_FALSE(has_length("", 1, 5));
    CHECK_FALSE(has_length("abcdef", 1, 5));
  }

  TEST_CASE("U+0000 and what is no UTF-8 cannot be stored") {
    using namespace std::string_view_literals;
    CHECK_FALSE(is_storable("a\0b"sv));
    CHECK_FALSE(is_storable("\xED\xA0\x80"));
    CHECK_FALSE(has_length("\xFF", 0, 5));
    CHECK(is_storable(""));
  }

  TEST_CASE("one byte that cannot be stored is found wherever it stands") {
    for (std::size_t length = 1; length <= 300; length += length < 20 ? 1 : 70) {
      for (std::size_t at = 0; at < length; ++at) {
        for (const char byte : {'\0', '\x80', '\xFF'}) {
          std::string text(length, '\x01');
          CHECK(is_storable(text));
          text[at] = byte;
          CAPTURE(length);
          CAPTURE(at);
          CHECK_FALSE(is_storable(text));
        }
      }
    }
  }
}

TEST_SUITE("domain/text: white space") {
  TEST_CASE("white space of any script is trimmed at both ends, none inside") {
    CHECK(trim(" \t\r\n a b\xE2\x80\x8A \xC2\xA0\xE3\x80\x80") == "a b");
    CHECK(trim("\xEF\xBB\xBFя ") == "я");
    CHECK(trim(" \n ").empty());
    CHECK(trim("").empty());
  }

  TEST_CASE("a zero-width joiner is no white space") {
    CHECK(is_blank("\xE2\x80\xA8 \xE2\x81\x9F"));
    CHECK(is_blank(""));
    CHECK_FALSE(is_blank(" \xE2\x80\x8D"));
    CHECK_FALSE(is_blank("  x"));
  }
}

TEST_SUITE("domain/text: fold_case") {
  TEST_CASE("capitals of five alphabets become small") {
    CHECK(fold_case("Ann@Example.COM") == "ann@example.com");
    CHECK(fold_case("ÀÞŸ×ÖŁŽ") == "àþŸ×öłž");
    CHECK(fold_case("ΑΩΣ") == "αωσ");
    CHECK(fold_case("ЁЖИКЯѠҐӁӐԮ") == "ёжикяѡґӂӑԯ");
  }

  TEST_CASE("small letters, signs and what is no UTF-8 stay") {
    for (const auto* same : {"", "ß÷ÿıĸŉſ", "ёяӏ҂", "中文👍", "\xC3", "\xD0\x41\xC3"}) {
      const std::string text{same};
      CHECK(fold_case(text).size() == text.size());
      if (text != "\xD0\x41\xC3") CHECK(fold_case(text) == text);
    }
  }

  TEST_CASE("folding twice is folding once") {
    CHECK(rc::check([](const std::string& text) {
      const auto folded = fold_case(text);
      RC_ASSERT(fold_case(folded) == folded);
    }));
    std::string all;
    for (unsigned c = 0x80; c < 0x800; ++c) {
      all += static_cast<char>(0xC0U | c >> 6U);
      all += static_cast<char>(0x80U | (c & 0x3FU));
    }
    CHECK(fold_case(fold_case(all)) == fold_case(all));
  }
}

TEST_SUITE("domain/text: search_key") {
  TEST_CASE("a name and a handle, folded, a line each") {
    CHECK(search_key("Ёж", "@EJ") == "ёж\n@ej");
    CHECK(search_key("", "") == "\n");
  }
}

}  // namespace
}  // namespace veche::domain
