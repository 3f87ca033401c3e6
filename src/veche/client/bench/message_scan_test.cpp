// Goal: the fields are found wherever they stand, and their absence is seen.

#include "veche/client/bench/message_scan.hpp"

#include <string>

#include <doctest/doctest.h>

namespace veche::client::bench {
namespace {

std::string read_line(MessageScan& scan, std::string_view json) {
  const auto found = scan.read(json);
  return found ? std::string{found->chat} + "|" + std::string{found->text} : "none";
}

TEST_SUITE("client/bench/message_scan") {
  TEST_CASE("fields in any order, at the same place as before and at another") {
    MessageScan scan;
    CHECK(read_line(scan, R"({"chat":"c0","sender":{"_id":"u1"},"text":"hi"})") == "c0|hi");
    CHECK(read_line(scan, R"({"chat":"c1","sender":{"_id":"u2"},"text":"ho"})") == "c1|ho");
    CHECK(read_line(scan, R"({"chat":"c10","sender":{"_id":"u22"},"text":"ha"})") == "c10|ha");
    CHECK(read_line(scan, R"({"text":"x","chat":"c1"})") == "c1|x");
    CHECK(read_line(scan, R"({"text":"x"})") == "|x");
  }

  TEST_CASE("no text, a cut one, or one that is no string is none") {
    MessageScan scan;
    for (const char* json : {"", "{}", R"({"text":1})", R"({"text":"x)", R"({"texts":"x"})"}) {
      CAPTURE(json);
      CHECK(read_line(scan, json) == "none");
    }
  }

  TEST_CASE("an escape ends the value") {
    MessageScan scan;
    CHECK(read_line(scan, R"({"text":"a\"b"})") == R"(|a\)");
  }

  TEST_CASE("acks") {
    CHECK(says_success(R"({"success":true})"));
    CHECK(says_success(R"({"message":{},"success":true})"));
    CHECK_FALSE(says_success(R"({"success":false,"error":"Access denied"})"));
    CHECK(read_answer(R"({"success":false,"error":"Busy","code":"rate_limited"})") ==
          Answer::refused);
    CHECK(read_answer(R"({"success":false,"code":"unavailable"})") == Answer::refused);
    CHECK(read_answer(R"({"success":false,"code":"forbidden"})") == Answer::failure);
    CHECK_FALSE(says_success(""));
    CHECK_FALSE(says_success(R"("success":true)"));
  }
}

}  // namespace
}  // namespace veche::client::bench
