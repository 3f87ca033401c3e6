// Goal: every rule of RFC 6455 sections 5 to 8 that concerns what a peer sends.
// Method: a peer made here writes frames; the stream is fed whole, byte by byte and in random
// cuts, each piece in a buffer of exactly its size and the promised readable bytes; what the
// receiver says is compared as one line.

#include "veche/websocket/receiver.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace veche::websocket {
namespace {

using namespace std::literals;

constexpr MaskingKey key{'\x37', '\xfa', '\x21', '\x3d'};

struct Bits {
  unsigned first{};  // FIN, RSV and opcode
  bool is_masked{true};
};

/// A frame with the head of a payload of `declared` bytes.
std::string head(Bits bits, std::uint64_t declared) {
  char bytes[header_size_max];
  const std::size_t size = write_header(bytes, Opcode::text, Fin::last, declared);
  bytes[0] = static_cast<char>(bits.first);
  if (bits.is_masked) bytes[1] = static_cast<char>(static_cast<unsigned char>(bytes[1]) | 0x80);
  std::string frame{bytes, size};
  if (bits.is_masked) frame.append(key.data(), key.size());
  return frame;
}

std::string frame(Bits bits, std::string payload) {
  MaskingKey turning = key;
  std::string bytes = head(bits, payload.size());
  if (bits.is_masked) apply_mask(payload, turning);
  return bytes + payload;
}

std::string text(std::string payload) { return frame({0x81}, std::move(payload)); }
std::string binary(std::string payload) { return frame({0x82}, std::move(payload)); }
std::string first_text(std::string payload) { return frame({0x01}, std::move(payload)); }
std::string middle(std::string payload) { return frame({0x00}, std::move(payload)); }
std::string last(std::string payload) { return frame({0x80}, std::move(payload)); }
std::string ping(std::string payload) { return frame({0x89}, std::move(payload)); }
std::string pong(std::string payload) { return frame({0x8A}, std::move(payload)); }
std::string close(std::string payload) { return frame({0x88}, std::move(payload)); }
std::string close(unsigned code, const std::string& reason = {}) {
  return close(std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)} + reason);
}

struct Transcript final : ReceiverEvents {
  void message(const Message& m) override {
    // Reading what was promised readable; a sanitizer sees it when it is not.
    volatile char sink = 0;
    for (std::size_t i = 0; i < Receiver::readable_after; ++i)
      sink = *(m.data.data() + m.data.size() + i);
    static_cast<void>(sink);
    add((m.is_compressed ? "compressed "s : ""s) + (m.is_binary ? "binary " : "text "), m.data);
    if (close_at_message != nullptr) close_at_message->close();
  }
  void ping(std::string_view payload) override { add("ping ", payload); }
  void pong(std::string_view payload) override { add("pong ", payload); }
  void closed(std::optional<std::uint16_t> code, std::string_view reason) override {
    add("closed " + (code ? std::to_string(*code) : "-"s) + " ", reason);
  }
  void violation(std::uint16_t code, std::string_view why) override {
    add(std::to_string(code) + " ", why);
  }

  void add(const std::string& what, std::string_view data) {
    if (!line.empty()) line += ", ";
    line += what;
    line += data.size() > 100 ? std::to_string(data.size()) + " bytes" : std::string{data};
  }

  std::string line;
  Receiver* close_at_message{};
};

void feed(Receiver& receiver, std::string_view piece, Transcript& transcript) {
  const auto buffer = std::make_unique<char[]>(piece.size() + Receiver::readable_after);
  std::copy(piece.begin(), piece.end(), buffer.get());
  receiver.receive({buffer.get(), piece.size()}, transcript);
}

std::string received_in_pieces(std::string_view stream, std::size_t piece_size,
                               const ReceiverOptions& options) {
  Receiver receiver{options};
  Transcript transcript;
  for (; !stream.empty(); stream.remove_prefix(std::min(piece_size, stream.size()))) {
    feed(receiver, stream.substr(0, piece_size), transcript);
  }
  return transcript.line;
}

/// What the receiver says of a stream, however it is cut.
std::string received(const std::string& stream, const ReceiverOptions& options = {}) {
  const std::string whole =
      received_in_pieces(stream, std::max<std::size_t>(stream.size(), 1), options);
  if (stream.size() < 5'000) CHECK(received_in_pieces(stream, 1, options) == whole);
  CHECK(received_in_pieces(stream, 7, options) == whole);
  return whole;
}

TEST_SUITE("websocket/receiver: 5.2 base framing") {
  TEST_CASE("whole messages are delivered as they are") {
    CHECK(received(text("Hello")) == "text Hello");
    CHECK(received(text("")) == "text ");
    CHECK(received(binary("\x01\x02"s)) == "binary \x01\x02");
    CHECK(received(binary("")) == "binary ");
    CHECK(received(text("a") + binary("b") + text("c")) == "text a, binary b, text c");
  }

  TEST_CASE("all three forms of length") {
    CHECK(received(text(std::string(125, 'x'))) == "text 125 bytes");
    CHECK(received(text(std::string(126, 'x'))) == "text 126 bytes");
    CHECK(received(text(std::string(65'535, 'x')) + text("y")) == "text 65535 bytes, text y");
    CHECK(received(text(std::string(65'536, 'x')) + text("y")) == "text 65536 bytes, text y");
  }

  TEST_CASE("a longer form of length than needed is accepted on a message") {
    CHECK(received("\x81\xfe\x00\x01"s + "\0\0\0\0a"s) == "text a");
    CHECK(received("\x81\xff\0\0\0\0\0\0\0\x01"s + "\0\0\0\0a"s) == "text a");
  }

  TEST_CASE("reserved bits without an extension are a violation") {
    for (unsigned first : {0xC1U, 0xA1U, 0x91U, 0xF1U, 0xC2U, 0xC9U, 0x98U}) {
      CHECK(received(frame({first}, "a")) == "1002 reserved bits are set");
    }
    CHECK(received(first_text("a") + frame({0xC0}, "b")) == "1002 reserved bits are set");
  }

  TEST_CASE("reserved opcodes are a violation") {
    for (unsigned opcode : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 13U, 14U, 15U}) {
      CHECK(received(frame({0x80 | opcode}, "")) == "1002 reserved opcode");
      CHECK(received(frame({opcode}, "x")) == "1002 reserved opcode");
    }
  }

  TEST_CASE("a length with its top bit set is a violation, told at the header") {
    CHECK(received("\x82\xff\x80\0\0\0\0\0\0\0"s + "kkkk") == "1002 length with its top bit set");
    CHECK(received("\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff"s + "kkkk") ==
          "1002 length with its top bit set");
  }
}

TEST_SUITE("websocket/receiver: 5.1 and 5.3 masking") {
  TEST_CASE("an unmasked frame of a client is a violation") {
    CHECK(received(frame({0x81, false}, "a")) == "1002 the frame is not masked");
    CHECK(received(frame({0x89, false}, "")) == "1002 the frame is not masked");
    CHECK(received(text("ok") + frame({0x82, false}, "")) ==
          "text ok, 1002 the frame is not masked");
  }

  TEST_CASE("a client reads unmasked frames and refuses masked ones") {
    const ReceiverOptions options{.peer = Peer::server};
    CHECK(received(frame({0x81, false}, "hello"), options) == "text hello");
    CHECK(received(text("hello"), options) == "1002 a server's frame is masked");
  }
}

TEST_SUITE("websocket/receiver: 5.4 fragmentation") {
  TEST_CASE("fragments become one message") {
    CHECK(received(first_text("a") + last("b")) == "text ab");
    CHECK(received(first_text("") + middle("") + last("")) == "text ");
    CHECK(received(frame({0x02}, "a") + middle("b") + last("") + text("c")) == "binary ab, text c");
  }

  TEST_CASE("control frames may stand between fragments, and are told first") {
    CHECK(received(first_text("a") + ping("p") + middle("b") + pong("q") + last("c")) ==
          "ping p, pong q, text abc");
    CHECK(received(first_text("a") + close(1000) + last("b")) == "closed 1000 ");
  }

  TEST_CASE("a continuation of no message is a violation") {
    CHECK(received(last("a")) == "1002 continuation of no message");
    CHECK(received(middle("a")) == "1002 continuation of no message");
    CHECK(received(text("a") + last("b")) == "text a, 1002 continuation of no message");
    CHECK(received(first_text("a") + last("b") + last("c")) ==
          "text ab, 1002 continuation of no message");
  }

  TEST_CASE("a message that begins inside another is a violation") {
    CHECK(received(first_text("a") + text("b")) == "1002 new message inside a fragmented one");
    CHECK(received(first_text("a") + frame({0x02}, "b")) ==
          "1002 new message inside a fragmented one");
  }
}

TEST_SUITE("websocket/receiver: 5.5 control frames") {
  TEST_CASE("pings and pongs carry up to 125 bytes") {
    CHECK(received(ping("") + pong("") + ping("abc")) == "ping , pong , ping abc");
    CHECK(received(ping(std::string(125, 'p'))) == "ping 125 bytes");
  }

  TEST_CASE("a longer control frame is a violation") {
    CHECK(received(ping(std::string(126, 'p'))) == "1002 control frame over 125 bytes");
    CHECK(received(pong(std::string(70'000, 'p'))) == "1002 control frame over 125 bytes");
    CHECK(received("\x89\xfe\x00\x01"s + "\0\0\0\0a"s) == "1002 control frame over 125 bytes");
  }

  TEST_CASE("a fragmented control frame is a violation") {
    for (unsigned opcode : {8U, 9U, 10U}) {
      CHECK(received(frame({opcode}, "")) == "1002 fragmented control frame");
    }
  }
}

TEST_SUITE("websocket/receiver: 5.5.1 and 7 closing") {
  TEST_CASE("code and reason of a close frame") {
    CHECK(received(close("")) == "closed - ");
    CHECK(received(close(1000)) == "closed 1000 ");
    CHECK(received(close(4999, "bye")) == "closed 4999 bye");
    CHECK(received(close(1001, std::string(123, 'r'))) == "closed 1001 123 bytes");
  }

  TEST_CASE("a payload of one byte is a violation") {
    CHECK(received(close("\x03")) == "1002 close payload of one byte");
  }

  TEST_CASE("codes that may not be on the wire are a violation") {
    for (unsigned code : {0U, 999U, 1004U, 1005U, 1006U, 1015U, 1016U, 2999U, 5000U, 65535U}) {
      CHECK(received(close(code)) == "1002 invalid close code");
    }
  }

  TEST_CASE("a reason that is not UTF-8 is a violation of its own kind") {
    CHECK(received(close(1000, "\xce\xba\xe1\xbd")) == "1007 close reason is not UTF-8");
  }

  TEST_CASE("whatever follows a close frame or a violation is ignored") {
    CHECK(received(close(1000) + text("late") + close(1001)) == "closed 1000 ");
    CHECK(received(last("a") + text("late")) == "1002 continuation of no message");
  }

  TEST_CASE("an owner that closes while a message is delivered hears nothing more") {
    const ReceiverOptions options;
    for (const std::string& stream :
         {text("a") + text("b") + ping(""), first_text("a") + last("") + text("b")}) {
      Receiver receiver{options};
      Transcript transcript;
      transcript.close_at_message = &receiver;
      feed(receiver, stream, transcript);
      feed(receiver, stream, transcript);
      CHECK(transcript.line == "text a");
      CHECK(receiver.is_closed());
    }
  }
}

TEST_SUITE("websocket/receiver: 8.1 UTF-8") {
  TEST_CASE("text is checked as a whole message") {
    CHECK(received(text("\xce\xba\xe1\xbd\xb9")) == "text \xce\xba\xe1\xbd\xb9");
    CHECK(received(first_text("\xe1") + middle("\xbd") + last("\xb9")) == "text \xe1\xbd\xb9");
  }

  TEST_CASE("overlong forms, surrogates, numbers too large and cut characters are refused") {
    for (const char* bytes : {"\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                              "\xff", "\x80", "\xce", "\xf8\x88\x80\x80\x80"}) {
      const std::string bad = bytes;
      CHECK(received(text(bad)) == "1007 text is not UTF-8");
      CHECK(received(first_text("a" + bad) + last("b")) == "1007 text is not UTF-8");
      CHECK(received(first_text(bad.substr(0, 1)) + last(bad.substr(1))) ==
            "1007 text is not UTF-8");
      CHECK(received(binary(bad)) == "binary " + bad);
    }
  }
}

TEST_SUITE("websocket/receiver: limits (section 10.4)") {
  TEST_CASE("a message of exactly message_bytes_max passes, one byte more is told at the header") {
    const ReceiverOptions options{.message_bytes_max = 10};
    CHECK(received(text(std::string(10, 'x')), options) == "text xxxxxxxxxx");
    CHECK(received(head({0x81}, 11), options) == "1009 message too big");
    CHECK(received(head({0x82}, 0x3FFF'FFFF'FFFF'FFFF), options) == "1009 message too big");
  }

  TEST_CASE("the cap counts over fragments, at the header that crosses it") {
    const ReceiverOptions options{.message_bytes_max = 10};
    CHECK(received(first_text("123456") + ping("12345678901") + last("7890"), options) ==
          "ping 12345678901, text 1234567890");
    CHECK(received(first_text("123456") + head({0x80}, 5), options) == "1009 message too big");
  }

  TEST_CASE("the default cap is a million bytes") {
    CHECK(received(head({0x81}, 1'000'001)) == "1009 message too big");
    CHECK(received(binary(std::string(1'000'000, 'x'))) == "binary 1000000 bytes");
  }

  TEST_CASE("a message has at most fragments_max fragments") {
    const ReceiverOptions options{.fragments_max = 3};
    CHECK(received(first_text("a") + middle("b") + last("c"), options) == "text abc");
    CHECK(received(first_text("a") + last("b") + first_text("c") + middle("") + last("d"),
                   options) == "text ab, text cd");
    CHECK(received(first_text("a") + middle("") + middle("") + last("b"), options) ==
          "1008 too many fragments");
  }

  TEST_CASE("a flood of empty fragments ends at the default of 1,024") {
    std::string stream = first_text("");
    for (int i = 1; i < 1'024; ++i) stream += middle("");
    CHECK(received(stream) == "");
    CHECK(received(stream + middle("")) == "1008 too many fragments");
    CHECK(received(stream + last("")) == "1008 too many fragments");
    const ReceiverOptions off{.fragments_max = ReceiverOptions::unlimited};
    CHECK(received(stream + last("z"), off) == "text z");
  }
}

TEST_SUITE("websocket/receiver: 9 extensions") {
  TEST_CASE("with permessage-deflate the first frame of a message may carry RSV1") {
    const ReceiverOptions options{.rsv1 = Rsv1::marks_compressed};
    CHECK(received(frame({0xC1}, "\xff\xfe") + text("a"), options) ==
          "compressed text \xff\xfe, text a");
    CHECK(received(frame({0x42}, "a") + last("b"), options) == "compressed binary ab");
  }

  TEST_CASE("no other frame may") {
    const ReceiverOptions options{.rsv1 = Rsv1::marks_compressed};
    CHECK(received(first_text("a") + frame({0xC0}, "b"), options) == "1002 reserved bits are set");
    CHECK(received(frame({0xC9}, ""), options) == "1002 reserved bits are set");
    CHECK(received(frame({0xE1}, ""), options) == "1002 reserved bits are set");
  }
}

/// A stream of random frames, most of them right.
rc::Gen<std::string> random_stream() {
  const auto random_frame = rc::gen::map(
      rc::gen::tuple(rc::gen::inRange(0, 12),
                     rc::gen::container<std::string>(rc::gen::inRange<char>('a', 'z'))),
      [](const std::tuple<int, std::string>& drawn) {
        static constexpr unsigned firsts[] = {0x81, 0x82, 0x01, 0x00, 0x80, 0x80,
                                              0x00, 0x89, 0x8A, 0x81, 0x02, 0x88};
        return frame({firsts[std::get<0>(drawn)]}, std::get<1>(drawn));
      });
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(random_frame),
                      [](const std::vector<std::string>& frames) {
                        std::string stream;
                        for (const auto& one : frames) stream += one;
                        return stream;
                      });
}

TEST_SUITE("websocket/receiver: properties") {
  TEST_CASE("any cut of a stream gives the same events") {
    CHECK(rc::check([](const std::vector<std::uint8_t>& cuts) {
      const ReceiverOptions options{.message_bytes_max = 150, .fragments_max = 8};
      const std::string stream = *random_stream();
      const std::string whole = received_in_pieces(stream, stream.size() + 1, options);
      Receiver receiver{options};
      Transcript transcript;
      std::string_view rest = stream;
      for (const std::size_t cut : cuts) {
        feed(receiver, rest.substr(0, cut), transcript);
        rest.remove_prefix(std::min(cut, rest.size()));
      }
      feed(receiver, rest, transcript);
      RC_ASSERT(transcript.line == whole);
    }));
  }

  TEST_CASE("noise ends in a violation or in silence, never in a crash") {
    CHECK(rc::check([](const std::string& noise) {
      const ReceiverOptions options;
      RC_ASSERT(received_in_pieces(noise, noise.size() + 1, options) ==
                received_in_pieces(noise, 1, options));
    }));
  }
}

}  // namespace
}  // namespace veche::websocket
