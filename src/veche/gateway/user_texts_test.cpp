// Goal: a user is written as dto writes one, whoever was written before, and memory is bounded.
// Method: users who share a place, a user who changes, and a text that is too long.

#include "veche/gateway/user_texts.hpp"

#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "veche/dto/shapes.hpp"
#include "veche/json/writer.hpp"

namespace veche::gateway {
namespace {

domain::UserPtr user(std::int64_t ref, std::string name) {
  domain::User made;
  made.ref = domain::UserRef{ref};
  made.id = "u" + std::to_string(ref);
  made.name = std::move(name);
  return std::make_shared<const domain::User>(std::move(made));
}

std::string written(const domain::UserPtr& user) {
  std::string out;
  json::Writer json{out};
  dto::write_user(json, *user);
  return out;
}

TEST_SUITE("gateway/user_texts") {
  TEST_CASE("each user is written as ever, those who share a place too") {
    UserTexts texts;
    const auto one = user(1, "Ada");
    const auto other = user(1 + std::int64_t{UserTexts::places}, "Bob \"B\"");
    for (int i = 0; i < 2; ++i) {
      for (const auto& each : {one, one, other, other}) CHECK(texts.text_of(each) == written(each));
    }
    CHECK(texts.text_of(nullptr) == "");
  }

  TEST_CASE("a user who has changed is written anew") {
    UserTexts texts;
    const auto before = user(7, "Ada");
    CHECK(texts.text_of(before) == written(before));
    const auto after = user(7, "Ada L.");
    CHECK(texts.text_of(after) == written(after));
  }

  TEST_CASE("a text is kept, and the user with it, until another takes the place") {
    UserTexts texts;
    auto one = user(1, "Ada");
    const auto* const text = texts.text_of(one).data();
    CHECK(texts.text_of(one).data() == text);
    CHECK(one.use_count() == 2);
    CHECK(texts.text_of(user(1 + std::int64_t{UserTexts::places}, "Bob")).size() > 0);
    CHECK(one.use_count() == 1);
  }

  TEST_CASE("one that is too long is written, not kept") {
    UserTexts texts;
    const auto long_one = user(2, std::string(UserTexts::bytes_max, 'x'));
    CHECK(texts.text_of(long_one) == written(long_one));
    CHECK(long_one.use_count() == 1);
  }
}

}  // namespace
}  // namespace veche::gateway
