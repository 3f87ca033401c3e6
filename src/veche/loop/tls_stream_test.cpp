// Goal: TLS over a socket that is slow, cut or hostile. Method: a stream over a network in memory,
// against OpenSSL's own client, in both versions of the protocol.

#include "veche/loop/tls_stream.hpp"

#include <array>
#include <string>

#include <doctest/doctest.h>

#include "veche/loop/tls_world_test.hpp"

namespace veche::loop {
namespace {

using testing::FakeClient;
using testing::FakeNet;
using testing::FakeNetwork;

std::string shown(IoResult result) {
  static constexpr const char* names[] = {"done ", "again", "end", "error"};
  const std::string name = names[static_cast<std::size_t>(result.status)];
  return result.status == IoStatus::done ? name + std::to_string(result.bytes) : name;
}

/// A stream, its socket, and a client at the other end of the wire.
struct TlsPair {
  explicit TlsPair(int version = 0, std::string_view protocols = {}) : client{version, protocols} {
    const Accepted accepted = net.accept(listener).value();
    context->accepted(accepted.socket, accepted.address);
    stream = context->take(accepted.socket);
    stream->attach(net, accepted.socket);
  }

  /// Lets both sides say what they have, until nothing moves.
  void talk(int rounds = 8) {
    for (int i = 0; i < rounds; ++i) {
      wire.send(client.take_wire());
      read();
      client.feed(wire.receive());
    }
  }
  /// Reads once; plain bytes go to `heard`.
  std::string read(std::size_t most = 65'536) {
    const IoResult result = stream->read(std::span{buffer}.first(most));
    if (result.status == IoStatus::done) heard.append(buffer.data(), result.bytes);
    return shown(result);
  }
  std::string write(std::string_view bytes) { return shown(stream->write(bytes)); }

  support::TempFolder folder;
  std::unique_ptr<TlsContext> context =
      TlsContext::load(make_certificate(folder.path(), "a")).value();
  FakeNetwork network;
  FakeNet net{network};
  SocketId listener{net.listen({"0.0.0.0", 443}).value()};
  FakeClient wire{network.connect(443)};
  TlsClient client;
  std::unique_ptr<TlsStream> stream;
  std::array<char, 65'536> buffer{};
  std::string heard;
};

TEST_SUITE("loop/tls_stream: RFC 8446 and RFC 5246, the handshake") {
  TEST_CASE("both versions carry bytes both ways") {
    for (const auto& [version, name] :
         {std::pair{TLS1_2_VERSION, "TLSv1.2"}, std::pair{TLS1_3_VERSION, "TLSv1.3"}}) {
      TlsPair pair{version};
      CHECK_FALSE(pair.stream->is_established());
      pair.talk();
      CHECK(pair.stream->is_established());
      CHECK(pair.client.version() == name);
      CHECK(pair.client.server_name() == "a");
      pair.client.say("hello");
      CHECK(pair.write("good day") == "done 8");
      pair.talk();
      CHECK(pair.heard == "hello");
      CHECK(pair.client.take_said() == "good day");
    }
  }

  TEST_CASE("older versions are refused") {
    TlsPair pair{TLS1_1_VERSION};
    SSL_set_security_level(pair.client.ssl(), 0);
    SSL_do_handshake(pair.client.ssl());
    pair.wire.send(pair.client.take_wire());
    CHECK(pair.read() != "again");
    CHECK_FALSE(pair.stream->is_established());
  }

  TEST_CASE("it works when bytes come one by one") {
    TlsPair pair;
    pair.wire.set_read_size(1);
    pair.talk(800);
    REQUIRE(pair.client.is_established());
    pair.client.say("hello");
    pair.talk(20);
    CHECK(pair.heard == "hello");
  }

  TEST_CASE("it waits for a socket that does not take the server's part") {
    TlsPair pair;
    pair.wire.set_write_sizes({0});
    pair.wire.send(pair.client.take_wire());
    CHECK(pair.read() == "again");
    CHECK(pair.stream->needs({.read = true}) == Interest{.read = true, .write = true});
    CHECK(pair.stream->told({.token = 1, .writable = true}, {.read = true}).readable);
    pair.talk();
    CHECK(pair.client.is_established());
    CHECK(pair.stream->needs({.read = true}) == Interest{.read = true});
  }

  TEST_CASE("a write before it waits for the client, not for room") {
    TlsPair pair;
    CHECK(pair.write("early") == "again");
    const Interest wanted{.read = true, .write = true};
    CHECK(pair.stream->needs(wanted) == Interest{.read = true});
    CHECK(pair.stream->told({.token = 1, .readable = true}, wanted).writable);
    pair.talk();
    CHECK(pair.write("early") == "done 5");
    pair.talk();
    CHECK(pair.client.take_said() == "early");
  }

  TEST_CASE("RFC 7301: http/1.1 is chosen, and a client that cannot is refused") {
    using namespace std::string_view_literals;
    TlsPair both{0, "\x02h2\x08http/1.1"sv};
    both.talk();
    CHECK(both.client.protocol() == "http/1.1");
    TlsPair other{0, "\x02h2"sv};
    other.wire.send(other.client.take_wire());
    CHECK(other.read() == "error");
    CHECK(other.stream->reason() == "10.0.0.1: no application protocol");
  }

  TEST_CASE("renegotiation is refused") {
    TlsPair pair{TLS1_2_VERSION};
    pair.talk();
    SSL_renegotiate(pair.client.ssl());
    SSL_do_handshake(pair.client.ssl());
    pair.wire.send(pair.client.take_wire());
    CHECK(pair.read() == "again");
    pair.client.feed(pair.wire.receive());
    CHECK_FALSE(pair.client.is_established());
  }
}

TEST_SUITE("loop/tls_stream: what is no handshake") {
  TEST_CASE("plain HTTP, and noise") {
    TlsPair http;
    http.wire.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(http.read() == "error");
    CHECK(http.stream->reason() == "10.0.0.1: http request");
    CHECK(http.read() == "error");
    CHECK(http.write("x") == "error");
    TlsPair noise;
    noise.wire.send(std::string(1'000, '\xff'));
    CHECK(noise.read() == "error");
    CHECK(noise.stream->reason() == "10.0.0.1: wrong version number");
    CHECK(ERR_peek_error() == 0);
  }

  TEST_CASE("a client that hangs up has ended; one that breaks is no failure of TLS") {
    TlsPair gone;
    gone.wire.finish();
    CHECK(gone.read() == "end");
    TlsPair broken;
    broken.wire.vanish();
    CHECK(broken.read() == "error");
    CHECK(gone.stream->reason() + broken.stream->reason() == "");
  }

  TEST_CASE("a hello that does not end is cut off") {
    TlsPair pair;
    const std::size_t body = 16'000;
    std::string record{'\x16', '\x03', '\x01', static_cast<char>(body / 256), '\x80'};
    record += std::string{'\x01', '\x01', '\xff', '\xff', '\x03', '\x03'};  // 131,071 bytes long
    record.append(body - 6, 'x');
    std::string last;
    for (int i = 0; i < 5 && last != "error"; ++i) {
      pair.wire.send(record);
      last = pair.read();
      record.replace(5, 6, "xxxxxx");
    }
    CHECK(last == "error");
    CHECK(pair.stream->reason() == "10.0.0.1: the handshake does not end");
  }

  TEST_CASE("without memory every call fails") {
    TlsStream stream{nullptr, "10.0.0.1"};
    std::array<char, 10> buffer{};
    CHECK(shown(stream.read(buffer)) == "error");
    CHECK(shown(stream.write("x")) == "error");
    CHECK(stream.reason() == "10.0.0.1: no memory");
  }
}

TEST_SUITE("loop/tls_stream: reading") {
  TEST_CASE("what does not fit is kept, and the stream says so") {
    TlsPair pair;
    pair.talk();
    pair.client.say(std::string(1'000, 'x'));
    pair.wire.send(pair.client.take_wire());
    CHECK(pair.read(600) == "done 600");
    CHECK(pair.stream->has_more());
    CHECK(pair.stream->told({.token = 1}, {.read = true}).readable);
    CHECK_FALSE(pair.stream->told({.token = 1}, {.write = true}).readable);
    CHECK(pair.read(600) == "done 400");
    CHECK_FALSE(pair.stream->has_more());
    CHECK(pair.read(600) == "again");
  }

  TEST_CASE("one read takes a bounded part of what the network has") {
    TlsPair pair;
    pair.talk();
    pair.wire.set_read_size(1);
    pair.client.say(std::string(100, 'x'));
    pair.wire.send(pair.client.take_wire());
    int reads = 1;
    while (pair.read() == "again") ++reads;
    CHECK(reads >= 100 / TlsStream::chunks_a_read);
    CHECK(pair.heard.size() == 100);
  }

  TEST_CASE("close_notify is an end, behind the bytes before it") {
    TlsPair pair;
    pair.talk();
    pair.client.say("last");
    pair.client.say_close_notify();
    pair.wire.send(pair.client.take_wire());
    CHECK(pair.read() == "done 4");
    CHECK(pair.stream->has_more());
    CHECK(pair.read() == "end");
    CHECK(pair.read() == "end");
    pair.stream->close();
    pair.client.feed(pair.wire.receive());
    CHECK(pair.client.has_close_notify());
  }

  TEST_CASE("a connection that is cut is broken") {
    TlsPair pair;
    pair.talk();
    pair.wire.finish();
    CHECK(pair.read() == "error");
    CHECK(pair.stream->reason() == "");
  }

  TEST_CASE("a record that was changed on its way is an error") {
    TlsPair pair;
    pair.talk();
    pair.client.say("hello");
    std::string bytes = pair.client.take_wire();
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    pair.wire.send(bytes);
    CHECK(pair.read() == "error");
    CHECK(pair.heard == "");
  }
}

TEST_SUITE("loop/tls_stream: writing and ending") {
  TEST_CASE("a record that the socket takes in parts is offered again, and arrives once") {
    TlsPair pair;
    pair.talk();
    const std::string text(100'000, 'y');
    pair.wire.set_window(0);
    CHECK(pair.write(text) == "again");
    CHECK(pair.stream->needs({.read = true, .write = true}).write);
    std::size_t sent = 0;
    for (int i = 0; i < 1'000 && sent < text.size(); ++i) {
      pair.wire.set_window(1'000);
      const IoResult result = pair.stream->write(std::string_view{text}.substr(sent));
      if (result.status == IoStatus::done) sent += result.bytes;
      pair.client.feed(pair.wire.receive());
    }
    pair.client.feed(pair.wire.receive());
    CHECK(sent == text.size());
    CHECK(pair.client.take_said() == text);
  }

  TEST_CASE("shutdown() says close_notify; the client may still send") {
    TlsPair pair;
    pair.talk();
    pair.stream->shutdown();
    CHECK(pair.wire.is_at_end());
    pair.client.feed(pair.wire.receive());
    CHECK(pair.client.has_close_notify());
    pair.client.say("late");
    pair.wire.send(pair.client.take_wire());
    CHECK(pair.read() == "done 4");
    CHECK(pair.write("x") == "error");
  }

  TEST_CASE("close_notify waits for a socket that is full") {
    TlsPair pair;
    pair.talk();
    pair.wire.set_write_sizes({5, 0});
    pair.stream->shutdown();
    CHECK_FALSE(pair.wire.is_at_end());
    CHECK(pair.stream->needs({}) == Interest{.write = true});
    pair.stream->resume_shutdown();
    CHECK(pair.wire.is_at_end());
    CHECK(pair.stream->needs({}) == Interest{});
    pair.client.feed(pair.wire.receive());
    CHECK(pair.client.has_close_notify());
  }

  TEST_CASE("shut down before the handshake is done, it only throws away what comes") {
    TlsPair pair;
    pair.stream->shutdown();
    CHECK(pair.wire.is_at_end());
    pair.wire.send(pair.client.take_wire());
    CHECK(pair.read() == "again");
    CHECK(pair.wire.receive() == "");
    pair.wire.finish();
    CHECK(pair.read() == "end");
  }
}

}  // namespace
}  // namespace veche::loop
