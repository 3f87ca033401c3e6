// Goal: packets are taken apart by the grammar of socket.io-protocol revision 5, and what is
// none is refused.

#include "veche/client/incoming.hpp"

#include <string>

#include <doctest/doctest.h>

namespace veche::client {
namespace {

/// "2 id=7 [data]", or "none".
std::string packet_line(std::string_view text) {
  const auto packet = read_packet(text);
  if (!packet) return "none";
  return std::to_string(static_cast<int>(packet->type)) +
         (packet->id ? " id=" + std::to_string(*packet->id) : "") + " " + std::string{packet->data};
}

std::string split(std::string_view array) {
  const auto event = split_event(array);
  return event ? std::string{event->name} + "|" + std::string{event->args} : "none";
}

TEST_SUITE("client/incoming: packets") {
  TEST_CASE("what a server may say on the main namespace") {
    CHECK(packet_line(R"(0{"sid":"x"})") == R"(0 {"sid":"x"})");
    CHECK(packet_line("1") == "1 ");
    CHECK(packet_line(R"(2["a",1])") == R"(2 ["a",1])");
    CHECK(packet_line(R"(27["a"])") == R"(2 id=7 ["a"])");
    CHECK(packet_line(R"(2/,7["a"])") == R"(2 id=7 ["a"])");
    CHECK(packet_line("3456[]") == "3 id=456 []");
    CHECK(packet_line(R"(4{"message":"no"})") == R"(4 {"message":"no"})");
  }

  TEST_CASE("anything else is none") {
    for (const char* text : {"", "0", "7[]", "x", "2", "2{}", "3[]", "1x", "4", "5-[\"a\"]", "60[]",
                             "2/chat,[\"a\"]", "2[", "399999999999999999999[]"}) {
      CAPTURE(text);
      CHECK(packet_line(text) == "none");
    }
  }
}

TEST_SUITE("client/incoming: events") {
  TEST_CASE("the name and what follows") {
    CHECK(split(R"(["message:new",{"a":[1,"]"]}])") == R"(message:new|{"a":[1,"]"]})");
    CHECK(split(R"(["a"])") == "a|");
    CHECK(split(R"(["a",1,2])") == "a|1,2");
  }

  TEST_CASE("names that are not plain strings are refused") {
    for (const char* array : {"[]", "[1]", R"(["a)", R"(["a\n",1])", R"(["a"1])", "[\"]", "[\""}) {
      CAPTURE(array);
      CHECK(split(array) == "none");
    }
  }
}

}  // namespace
}  // namespace veche::client
