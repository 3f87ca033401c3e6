// Goal: what is found is what was kept for that very message, and memory is bounded.

#include "veche/gateway/message_texts.hpp"

#include <string>

#include <doctest/doctest.h>

namespace veche::gateway {
namespace {

TEST_SUITE("gateway/message_texts") {
  TEST_CASE("each message is found by its pos, and no other") {
    MessageTexts texts;
    CHECK(texts.find(1) == "");
    texts.keep(3, "three");
    texts.keep(5, "five");
    texts.keep(9, "nine");
    texts.end_batch();
    CHECK(texts.find(3) == "three");
    CHECK(texts.find(5) == "five");
    CHECK(texts.find(9) == "nine");
    for (const domain::Pos other : {2, 4, 6, 8, 10}) CHECK(texts.find(other) == "");
  }

  TEST_CASE("the next batch takes the place of the one before") {
    MessageTexts texts;
    texts.keep(1, "one");
    texts.end_batch();
    texts.keep(2, "two");
    CHECK(texts.find(1) == "");
    CHECK(texts.find(2) == "two");
  }

  TEST_CASE("a pos that is not later begins anew") {
    MessageTexts texts;
    texts.keep(7, "seven");
    texts.keep(7, "again");
    CHECK(texts.find(7) == "again");
  }

  TEST_CASE("a batch keeps so many bytes, and one message more") {
    MessageTexts texts;
    const std::string half(MessageTexts::bytes_max / 2 + 1, 'x');
    for (domain::Pos pos = 1; pos <= 3; ++pos) texts.keep(pos, half);
    CHECK(texts.find(2) == half);
    CHECK(texts.find(3) == "");
  }
}

}  // namespace
}  // namespace veche::gateway
