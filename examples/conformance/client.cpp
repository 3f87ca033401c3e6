#include <chrono>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "veche/http/target.hpp"

#include "fixtures.hpp"

namespace conformance {

/// {hello: "lol", message: <bytes>, goodbye: "gotcha"}
struct Mixed {
  std::string hello;
  veche::socketio::Binary message;
  std::string goodbye;

  [[nodiscard]] bool is_as_sent() const { return hello == "lol" && goodbye == "gotcha"; }
};

struct Dated {
  std::string date;
};

}  // namespace conformance

template <>
struct veche::socketio::Fields<conformance::Mixed> {
  using Mixed = conformance::Mixed;
  static constexpr auto list =
      fields(field("hello", &Mixed::hello), field("message", &Mixed::message),
             field("goodbye", &Mixed::goodbye));
};

template <>
struct veche::socketio::Fields<conformance::Dated> {
  static constexpr auto list = fields(field("date", &conformance::Dated::date));
};

namespace conformance {
namespace {

using namespace std::chrono_literals;
using veche::Result;
using veche::server::Io;
using veche::server::Options;
using veche::server::Worker;
using veche::socketio::Ack;
using veche::socketio::Binary;
using veche::socketio::Event;
using veche::socketio::Next;
using veche::socketio::Raw;
using veche::socketio::Socket;
namespace engineio = veche::engineio;

/// The time as JSON.stringify(new Date()) has it.
std::string iso_date() {
  return veche::iso8601(
      std::chrono::time_point_cast<veche::WallTime::duration>(std::chrono::system_clock::now()));
}

void add_texts(Socket& socket) {
  socket.on("hi", [](Socket& client) { client.emit("hi"); });
  socket.on("false", [](Socket& client) { client.emit("false", false); });
  socket.on("getDate", [](Socket& client) { client.emit("takeDate", iso_date()); });
  socket.on("getDateObj", [](Socket& client) { client.emit("takeDateObj", Dated{iso_date()}); });
  socket.on("getUtf8", [](Socket& client) {
    for (const auto* text :
         {"てすと", "Я Б Г Д Ж Й", "Ä ä Ü ü ß", "utf8 — string", "utf8 — string"})
      client.emit("takeUtf8", text);
  });
}

void add_acks(Socket& socket) {
  socket.on("echo", [](Socket&, Event& event) { event.ack(event.raw()); });
  socket.on("getAckDate", [](Ack ack) { ack(iso_date()); });
  socket.on("getHandshake",
            [](Socket& client, Ack ack) { ack(Raw{client.handshake().to_json()}); });
  socket.on("getId", [](Socket& client, Ack ack) { ack(client.id()); });
  socket.on("ack", [](Socket& client) {
    client.emit_with_ack("ack", [handle = client.handle(), &node = client.node()](
                                    Result<std::tuple<int, veche::json::Value>> answer) {
      Socket* asked = node.find(handle);
      if (asked == nullptr || !answer) return;
      const auto& [number, object] = *answer;
      if (number == 5 && object.find("test")) asked->emit("got it");
    });
  });
}

void add_binary(Socket& socket) {
  const auto send_bytes = [](const char* event) {
    return [event](Socket& client) { client.emit(event, Binary{"asdfasdf"}); };
  };
  const auto take_bytes = [](const char* answer) {
    return [answer](Socket& client, const Binary&) { client.emit(answer); };
  };
  const auto take_mixed = [](const char* answer) {
    return [answer](Socket& client, const Mixed& mixed) {
      if (mixed.is_as_sent()) client.emit(answer);
    };
  };
  socket.on("doge", send_bytes("doge"));
  socket.on("getbin", send_bytes("takebin"));
  socket.on("buffa", take_bytes("buffack"));
  socket.on("blob", take_bytes("back"));
  socket.on("blob3", take_bytes("blob3-ack"));
  socket.on("jsonbuff", take_mixed("jsonbuff-ack"));
  socket.on("jsonblob", take_mixed("jsonblob-ack"));
  socket.on("abuff2", [](Socket& client) { client.emit("abuff2-ack"); });
}

}  // namespace

Options client_options() {
  Options options;
  options.cors = veche::http::Cors::parse("*").value();
  options.engineio.ping_interval = 2s;
  options.socketio.recovery.emplace();
  return options;
}

void set_up_client(Io& io) {
  io.each_worker([](Worker& worker) {
    // Each handshake takes a while, so that the client's timeouts can be tried.
    worker.on_allow_request([&worker](const auto&, engineio::Verdict verdict) {
      worker.loop().at(worker.loop().now() + 10ms,
                       [verdict = std::move(verdict)]() mutable { verdict.allow(); });
    });
  });
  io.use([](Socket& socket, Next next) {
    const bool is_to_fail =
        veche::http::query_parameter(socket.request().query, "fail").has_value();
    if (is_to_fail) return next.refuse("Auth failed (main namespace)");
    next();
  });
  io.on_connection([](Socket& socket) {
    add_texts(socket);
    add_acks(socket);
    add_binary(socket);
  });
  io.of("/no").use([](Socket&, Next next) { next.refuse("Auth failed (custom namespace)"); });
  io.of("/foo").on("getId", [](Socket& client, Event& event) { event.ack(client.id()); });
  io.of("/abc").on_connection(
      [](Socket& socket) { socket.emit("handshake", Raw{socket.handshake().to_json()}); });
  for (const auto* name : {"/timeout_socket", "/valid", "/asd"}) static_cast<void>(io.of(name));
}

}  // namespace conformance
