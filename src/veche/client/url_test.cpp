// Goal: what a person may write as a server's address, and what is refused.

#include "veche/client/url.hpp"

#include <doctest/doctest.h>

namespace veche::client {
namespace {

/// "host|port|Host field|path", or why not.
std::string read_url(std::string_view url) {
  const auto address = parse_server_address(url);
  if (!address) return address.error().text;
  return address->endpoint.host + "|" + std::to_string(address->endpoint.port) + "|" +
         address->host + "|" + address->path;
}

TEST_SUITE("client/url") {
  TEST_CASE("scheme, port and path may be left out") {
    CHECK(read_url("http://127.0.0.1:3001") == "127.0.0.1|3001|127.0.0.1:3001|/socket.io/");
    CHECK(read_url("127.0.0.1:3001/") == "127.0.0.1|3001|127.0.0.1:3001|/socket.io/");
    CHECK(read_url("ws://localhost") == "127.0.0.1|80|127.0.0.1:80|/socket.io/");
    CHECK(read_url("http://10.0.0.7/chat") == "10.0.0.7|80|10.0.0.7:80|/chat/");
    CHECK(read_url("http://[::1]:81/a/b/") == "::1|81|[::1]:81|/a/b/");
  }

  TEST_CASE("anything else is refused with one line") {
    CHECK(read_url("https://127.0.0.1") ==
          "\"https://127.0.0.1\": only http:// and ws:// are known");
    CHECK(read_url("http://example.com") ==
          "\"http://example.com\": the host is not a numeric address");
    CHECK(read_url("") == "\"\": the host is not a numeric address");
    CHECK(read_url("http://[::1") == "\"http://[::1\": the host is not a numeric address");
    CHECK(read_url("127.0.0.1:0") == "\"127.0.0.1:0\": the port is not a number from 1 to 65535");
    CHECK(read_url("127.0.0.1:65536") ==
          "\"127.0.0.1:65536\": the port is not a number from 1 to 65535");
    CHECK(read_url("127.0.0.1:80x") == "\"127.0.0.1:80x\": what follows the port is no path");
    CHECK(read_url("http://a@127.0.0.1") ==
          "\"http://a@127.0.0.1\": credentials, query and fragment have no place here");
    CHECK(read_url("http://127.0.0.1/a b") ==
          "the URL holds a space, a control byte or a letter beyond ASCII");
  }
}

}  // namespace
}  // namespace veche::client
