// Goal: the offers of RFC 7692 section 7.1 are taken or passed over as it says, and no header
// field costs more than its length. Method: fields as texts, each verdict as one line.

#include "veche/websocket/extension.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace veche::websocket {
namespace {

std::string agreed(const std::vector<std::string>& fields, std::uint8_t window_bits = 12) {
  http::Headers headers;
  for (const auto& field : fields) headers.add("sec-websocket-extensions", field);
  const auto terms = agree_on_deflate(headers, window_bits);
  if (!terms) return "none";
  return std::to_string(terms->window_bits) + (terms->has_named_window ? " named" : "");
}

std::string agreed(const std::string& field) { return agreed(std::vector{field}); }

TEST_SUITE("websocket/extension: RFC 7692 section 7.1, negotiation parameters") {
  TEST_CASE("what browsers and the stock client offer is taken") {
    CHECK(agreed("permessage-deflate") == "12");
    CHECK(agreed("permessage-deflate; client_max_window_bits") == "12");
    CHECK(agreed("permessage-deflate;client_max_window_bits=15") == "12");
    CHECK(agreed("permessage-deflate; server_no_context_takeover; client_no_context_takeover") ==
          "12");
  }

  TEST_CASE("nothing offered, nothing agreed") {
    CHECK(agreed(std::vector<std::string>{}) == "none");
    CHECK(agreed("") == "none");
    CHECK(agreed("x-webkit-deflate-frame") == "none");
    CHECK(agreed("Permessage-Deflate") == "none");
  }

  TEST_CASE("the server's window is the smaller of what is asked and what is set") {
    CHECK(agreed("permessage-deflate; server_max_window_bits=15") == "12 named");
    CHECK(agreed("permessage-deflate; server_max_window_bits=10") == "10 named");
    CHECK(agreed("permessage-deflate; server_max_window_bits=9") == "9 named");
    CHECK(agreed(std::vector<std::string>{"permessage-deflate; server_max_window_bits=15"}, 15) ==
          "15 named");
  }

  TEST_CASE("a window of 8 bits cannot be served; the client's own may have it") {
    CHECK(agreed("permessage-deflate; server_max_window_bits=8") == "none");
    CHECK(agreed("permessage-deflate; client_max_window_bits=8") == "12");
  }

  TEST_CASE("windows that are none decline their offer") {
    for (const char* bits : {"", "=", "=7", "=16", "=99", "=09", "=010", "=-9", "=1e1", "=\"\"",
                             "=abc", "=4294967305"}) {
      CAPTURE(bits);
      CHECK(agreed("permessage-deflate; server_max_window_bits" + std::string{bits}) == "none");
    }
    CHECK(agreed("permessage-deflate; client_max_window_bits=99") == "none");
    CHECK(agreed("permessage-deflate; client_max_window_bits=7") == "none");
  }

  TEST_CASE("unknown parameters, duplicates and surplus values decline their offer") {
    CHECK(agreed("permessage-deflate; x") == "none");
    CHECK(agreed("permessage-deflate; x=1") == "none");
    CHECK(agreed("permessage-deflate; server_no_context_takeover=1") == "none");
    CHECK(agreed("permessage-deflate; client_no_context_takeover=true") == "none");
    for (const char* twice : {"server_no_context_takeover", "client_no_context_takeover",
                              "client_max_window_bits", "server_max_window_bits=10"}) {
      CHECK(agreed("permessage-deflate; " + std::string{twice} + "; " + twice) == "none");
    }
  }

  TEST_CASE("the first offer that can be taken is, over members and over lines") {
    CHECK(agreed("permessage-deflate; x, permessage-deflate; server_max_window_bits=11, "
                 "permessage-deflate") == "11 named");
    CHECK(agreed("foo; bar=\"a, permessage-deflate\", permessage-deflate; "
                 "server_max_window_bits=8, permessage-deflate") == "none");
    CHECK(agreed("foo; bar=\"ab\", permessage-deflate; server_max_window_bits=8, "
                 "permessage-deflate") == "12");
    CHECK(agreed(std::vector<std::string>{"foo", "permessage-deflate"}) == "12");
  }

  TEST_CASE("a value may stand in quotes") {
    CHECK(agreed("permessage-deflate; server_max_window_bits=\"10\"") == "10 named");
    CHECK(agreed("permessage-deflate; server_max_window_bits=\"1\\0\"") == "10 named");
    CHECK(agreed("permessage-deflate; server_max_window_bits=\"10") == "none");
    CHECK(agreed("permessage-deflate; server_max_window_bits=\"10\\") == "none");
  }

  TEST_CASE("from a syntax error on nothing is taken") {
    CHECK(agreed(", permessage-deflate") == "none");
    CHECK(agreed("foo;, permessage-deflate") == "none");
    CHECK(agreed("foo bar, permessage-deflate") == "none");
    CHECK(agreed("foo; a==1, permessage-deflate") == "none");
    CHECK(agreed(std::vector<std::string>{"foo bar", "permessage-deflate"}) == "none");
  }

  TEST_CASE("a thousand parameters and a thousand offers are read once (RELIABILITY 17)") {
    std::string parameters = "permessage-deflate";
    std::string offers;
    for (int i = 0; i < 1'000; ++i) {
      parameters += "; a" + std::to_string(i);
      offers += "permessage-deflate; a, ";
    }
    CHECK(agreed(parameters) == "none");
    CHECK(agreed(offers + "permessage-deflate") == "12");
  }

  TEST_CASE("any text is survived") {
    CHECK(rc::check([](const std::vector<std::string>& pieces) {
      static const std::vector<std::string> parts{
          "permessage-deflate",     ";",  ",", "=", "\"", "\\", " ",
          "server_max_window_bits", "10", "8"};
      std::string field;
      for (const auto& piece : pieces) {
        field += piece.size() % 2 == 0 ? piece : parts[piece.size() / 2 % parts.size()];
      }
      static_cast<void>(agreed(field));
    }));
  }
}

TEST_SUITE("websocket/extension: RFC 7692 section 7.1, the answer") {
  TEST_CASE("no context is taken over, and a window is named when asked for") {
    CHECK(to_string(DeflateTerms{12, false}) ==
          "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
    CHECK(to_string(DeflateTerms{10, true}) ==
          "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
          "server_max_window_bits=10");
  }
}

}  // namespace
}  // namespace veche::websocket
