// Goal: what waits for a request, and which requests wait. Method: exchanges whose answers are
// written down.

#include "veche/engineio/polling.hpp"

#include <memory>
#include <string>
#include <utility>

#include <doctest/doctest.h>

namespace veche::engineio {
namespace {

struct Wire {
  http::Responder responder() {
    exchange = std::make_shared<http::Exchange>([this](http::Response response) {
      line += std::to_string(response.status) + " " + response.body + "|";
    });
    return http::Responder{exchange};
  }
  std::shared_ptr<http::Exchange> exchange;
  std::string line;
};

Encoded packet(std::string_view text) { return {Frame::copy("ws"), Frame::copy(text)}; }

TEST_SUITE("engineio/polling: the GET that waits") {
  TEST_CASE("it is answered with everything queued, in order") {
    Wire wire;
    Polling polling;
    polling.flush();
    polling.push(packet("4a"));
    polling.push(packet("bYg=="));
    polling.flush();
    CHECK(wire.line == "");
    polling.wait(wire.responder(), [] {});
    polling.flush();
    CHECK(wire.line ==
          "200 4a\x1e"
          "bYg==|");
    CHECK_FALSE(polling.is_waiting());
    CHECK_FALSE(polling.has_queued());
  }

  TEST_CASE("it waits while there is nothing to say") {
    Wire wire;
    Polling polling;
    polling.wait(wire.responder(), [] {});
    polling.flush();
    CHECK(wire.line == "");
    CHECK(polling.is_waiting());
    polling.release("6");
    CHECK(wire.line == "200 6|");
    polling.release("6");
    CHECK(wire.line == "200 6|");
  }

  TEST_CASE("its peer's going is told, and nobody is answered") {
    Wire wire;
    Polling polling;
    polling.wait(wire.responder(), [&] { wire.line += "gone|"; });
    wire.exchange->abandon();
    polling.release("6");
    CHECK(wire.line == "gone|");
  }

  TEST_CASE("an answer may lead straight to the next GET") {
    Wire wire;
    Polling polling;
    auto next = std::make_shared<http::Exchange>(
        [&](const http::Response& response) { wire.line += "next " + response.body + "|"; });
    auto first = std::make_shared<http::Exchange>([&](const http::Response& response) {
      wire.line += response.body + "|";
      polling.wait(http::Responder{next}, [] {});
    });
    polling.wait(http::Responder{first}, [] {});
    polling.release("6");
    CHECK(polling.is_waiting());
    polling.release("1");
    CHECK(wire.line == "6|next 1|");
  }
}

TEST_SUITE("engineio/polling: the POST that waits") {
  TEST_CASE("it is answered once, when released") {
    Wire wire;
    Polling polling;
    polling.hold_post(wire.responder(), [] {});
    CHECK(polling.is_holding_post());
    CHECK(wire.line == "");
    polling.release_post();
    polling.release_post();
    CHECK(wire.line == "200 ok|");
  }
}

TEST_SUITE("engineio/polling: the queue") {
  TEST_CASE("bytes are counted behind the first packet") {
    Polling polling;
    CHECK(polling.bytes_behind_first() == 0);
    polling.push(packet("4abcdef"));
    CHECK(polling.bytes_behind_first() == 0);
    polling.push(packet("4ab"));
    polling.push(packet("4"));
    CHECK(polling.bytes_behind_first() == 4);
    CHECK(polling.take_queue().size() == 3);
    CHECK(polling.bytes_behind_first() == 0);
    polling.push(packet("4a"));
    polling.drop_queue();
    CHECK_FALSE(polling.has_queued());
  }
}

}  // namespace
}  // namespace veche::engineio
