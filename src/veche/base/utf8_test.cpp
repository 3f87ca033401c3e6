// Goal: what RFC 3629 forbids is refused. Method: one example of each kind.

#include "veche/base/utf8.hpp"

#include <string>

#include <doctest/doctest.h>

namespace veche {
namespace {

TEST_SUITE("base/utf8: RFC 3629") {
  TEST_CASE("texts of one to four bytes a character pass and are counted") {
    CHECK(is_utf8(""));
    CHECK(is_utf8("вече, 寄合, 🏛"));
    CHECK(count_code_points("вече, 寄合, 🏛") == 11);
    CHECK(is_utf8(std::string_view{"\0", 1}));
  }

  TEST_CASE("overlong, surrogate, too large, cut and stray bytes are refused") {
    for (const std::string_view bad : {"\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80",
                                       "\xF4\x90\x80\x80", "\xE5\xAF", "\x80", "\xFF"}) {
      CHECK_FALSE(is_utf8(bad));
    }
  }

  TEST_CASE("one byte that is no ASCII text is seen wherever it stands") {
    CHECK(is_ascii_text(""));
    for (std::size_t size = 1; size <= 70; ++size) {
      std::string text(size, '\x7F');
      REQUIRE(is_ascii_text(text));
      for (std::size_t at = 0; at < size; ++at) {
        for (const char other : {'\0', '\x80', '\xFF'}) {
          text[at] = other;
          REQUIRE_FALSE(is_ascii_text(text));
        }
        text[at] = '\x01';
      }
    }
  }

  TEST_CASE("one stray byte is seen wherever it stands, in a text of any length") {
    for (std::size_t size = 1; size <= 300; ++size) {
      std::string text(size, 'x');
      REQUIRE(is_utf8(text));
      for (const std::size_t at : {std::size_t{0}, size / 2, size - 1}) {
        text[at] = '\x80';
        REQUIRE_FALSE(is_utf8(text));
        text[at] = 'x';
      }
    }
  }
}

}  // namespace
}  // namespace veche
