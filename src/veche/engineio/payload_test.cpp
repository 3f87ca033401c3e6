// Goal: payloads are taken apart exactly, and reading stops at the first error.

#include "veche/engineio/payload.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "veche/base/encoding.hpp"
#include "veche/engineio/outgoing.hpp"

namespace veche::engineio {
namespace {

/// "4 hello, 4 binary abc, failed".
std::string read(std::string_view payload, std::size_t packets_max = 100) {
  std::string line;
  PayloadReader reader{payload, packets_max};
  while (const auto packet = reader.next()) {
    if (!line.empty()) line += ", ";
    line += std::to_string(static_cast<int>(packet->type));
    line += packet->is_binary ? " binary " : " ";
    line += packet->data;
  }
  if (reader.has_failed()) line += line.empty() ? "failed" : ", failed";
  CHECK_FALSE(reader.next().has_value());
  return line;
}

TEST_SUITE("engineio/payload: Payload encoding") {
  TEST_CASE("packets are joined by record separators") {
    CHECK(read("4hello") == "4 hello");
    CHECK(read("4hello\x1e"
               "2\x1e"
               "4world") == "4 hello, 2 , 4 world");
  }

  TEST_CASE("binary is b and base64, always a message") {
    CHECK(read("4hello\x1e"
               "bYWJj") == "4 hello, 4 binary abc");
    CHECK(read("b") == "4 binary ");
  }

  TEST_CASE("base64 is strict") {
    for (const char* bad : {"bYWI", "bYWI==", "bYW J", "b-_-_", "bYWJj=", "bYWJ"}) {
      CAPTURE(bad);
      CHECK(read(std::string{"3\x1e"} + bad) == "3 , failed");
    }
  }

  TEST_CASE("unknown types and empty packets fail") {
    CHECK(read("") == "failed");
    CHECK(read("abc") == "failed");
    CHECK(read("7") == "failed");
    CHECK(read("4a\x1e") == "4 a, failed");
    CHECK(read("\x1e"
               "4a") == "failed");
    CHECK(read("4a\x1e\x1e"
               "4b") == "4 a, failed");
  }

  TEST_CASE("nothing behind the first error is read") {
    CHECK(read("4a\x1e"
               "9\x1e"
               "4b") == "4 a, failed");
    CHECK(read(std::string(1'000'000, '\x1e')) == "failed");
  }

  TEST_CASE("at most packets_max packets are read") {
    CHECK(read("4a\x1e"
               "4b",
               2) == "4 a, 4 b");
    CHECK(read("4a\x1e"
               "4b\x1e"
               "4c",
               2) == "4 a, 4 b, failed");
  }

  TEST_CASE("what an Outgoing writes is read back") {
    CHECK(rc::check([](const std::string& noise, const std::vector<std::string>& attachments) {
      const std::string text = base64_encode(noise, Base64::standard);
      const Outgoing outgoing = Outgoing::with_binary(text, attachments);
      PayloadReader reader{outgoing.payload().bytes(), outgoing.packet_count()};
      RC_ASSERT((reader.next() == Packet{PacketType::message, text, false}));
      for (const auto& attachment : attachments) {
        RC_ASSERT((reader.next() == Packet{PacketType::message, attachment, true}));
      }
      RC_ASSERT(!reader.next().has_value());
      RC_ASSERT(!reader.has_failed());
    }));
  }
}

}  // namespace
}  // namespace veche::engineio
