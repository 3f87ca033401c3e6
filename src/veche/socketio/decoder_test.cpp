// Goal: what is a packet and what is none, PROTOCOL row by row; what is written reads back.

#include "veche/socketio/decoder.hpp"

#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "veche/socketio/encoder.hpp"

namespace veche::socketio {
namespace {

json::Parser& parser() {
  static json::Parser one{1'000'000};
  return one;
}

std::string describe(const Decoded& decoded) {
  if (decoded.outcome == DecodeOutcome::violation) return "violation";
  if (decoded.outcome == DecodeOutcome::need_more) return "more";
  const Packet& packet = decoded.packet;
  std::string line = std::to_string(static_cast<int>(packet.type)) + " " + std::string{packet.nsp};
  if (packet.id) line += " #" + std::to_string(*packet.id);
  if (!packet.data.empty()) line.append(" ").append(packet.data);
  if (packet.attachments != nullptr)
    for (const auto& attachment : *packet.attachments) line += " +" + attachment;
  return line;
}

/// Feeds messages to one decoder; those that start with '<' are binary. The last outcome.
std::string feed(const std::vector<std::string>& messages, const DecoderLimits& limits = {}) {
  Decoder decoder;
  std::string line;
  for (const std::string& message : messages) {
    if (message.substr(0, 1) == "<") {
      line = describe(decoder.binary(std::string_view{message}.substr(1), parser(), limits));
    } else {
      std::string padded = message + std::string(json::Parser::padding, '!');
      const std::string_view text = std::string_view{padded}.substr(0, message.size());
      line = describe(decoder.text(text, parser(), limits));
    }
  }
  return line;
}

std::string decode(const std::string& text) { return feed({text}); }

TEST_SUITE("socketio/decoder: packets") {
  TEST_CASE("each part is found, and each but the type may be missing") {
    CHECK(decode("0") == "0 /");
    CHECK(decode(R"(0{"token":"t"})") == R"(0 / {"token":"t"})");
    CHECK(decode("0/custom") == "0 /custom");
    CHECK(decode("0/custom,") == "0 /custom");
    CHECK(decode(R"(0/custom,{"a":1})") == R"(0 /custom {"a":1})");
    CHECK(decode("01") == "0 / #1");
    CHECK(decode("1/custom,") == "1 /custom");
    CHECK(decode(R"(2["hi",1])") == R"(2 / ["hi",1])");
    CHECK(decode(R"(2/,["hi"])") == R"(2 / ["hi"])");
    CHECK(decode(R"(2/a,12["hi"])") == R"(2 /a #12 ["hi"])");
    CHECK(decode(R"(2007["hi"])") == R"(2 / #7 ["hi"])");
    CHECK(decode("2[1]") == "2 / [1]");
    CHECK(decode("312[]") == "3 / #12 []");
  }

  TEST_CASE("the query of a namespace is a part of its name") {
    CHECK(decode("0/a?b=c,{}") == "0 /a?b=c {}");
  }

  TEST_CASE("the payload of CONNECT is an object or missing") {
    for (const char* text : {"0[]", R"(0"x")", "0null", "0true", "0{", "0{}x"})
      CHECK_MESSAGE(decode(text) == "violation", text);
  }

  TEST_CASE("DISCONNECT carries nothing, and CONNECT_ERROR is never a client's") {
    for (const char* text : {"1{}", "1[]", "4", R"(4{"message":"x"})"})
      CHECK_MESSAGE(decode(text) == "violation", text);
  }

  TEST_CASE("43: unknown types and events that are none") {
    for (const char* text :
         {"",        "7",          "8[]", "9",          "a",        "/",
          "2",       "2[]",        "2{}", "2[null]",    "2[[]]",    R"(2[true,"a"])",
          R"(2"x")", R"(2 ["x"])", "2[",  R"(2["x"]])", R"(2["x")", R"(2-1["x"])",
          "3",       "3{}",        "312", "3/a,"})
      CHECK_MESSAGE(decode(text) == "violation", text);
  }

  TEST_CASE("reserved names are refused however they are written") {
    for (const char* text :
         {R"(2["connect"])", R"(2["connect_error"])", R"(2["disconnect"])", R"(2["disconnecting"])",
          R"(2["newListener"])", R"(2["removeListener"])", R"(2["\u0063onnect"])"})
      CHECK_MESSAGE(decode(text) == "violation", text);
    // One of each length that is none of them.
    for (const char* name : {"connecT", "disconnecT", "newListeneR", "connect_erroR",
                             "disconnectinG", "removeListeneR", "connected"}) {
      const std::string packet = R"([")" + std::string{name} + R"("])";
      CHECK(decode("2" + packet) == "2 / " + packet);
    }
  }

  TEST_CASE("44: ack ids go up to 2^53-1") {
    CHECK(decode("39007199254740991[]") == "3 / #9007199254740991 []");
    CHECK(decode("39007199254740992[]") == "violation");
    CHECK(decode("3" + std::string(400, '9') + "[]") == "violation");
    CHECK(decode("3-1[]") == "violation");
  }

  TEST_CASE("46: a namespace is 256 bytes at most") {
    CHECK(decode("0/" + std::string(255, 'n')) == "0 /" + std::string(255, 'n'));
    CHECK(decode("0/" + std::string(256, 'n')) == "violation");
    CHECK(decode("0/" + std::string(65536, 'n') + ",{}") == "violation");
  }

  TEST_CASE("55: depth is limited") {
    CHECK(decode(R"(2["x",)" + std::string(200, '[') + std::string(200, ']') + "]") == "violation");
  }
}

TEST_SUITE("socketio/decoder: attachments") {
  TEST_CASE("a packet is whole after its last attachment") {
    const std::string text = R"(52-/a,7["b",{"_placeholder":true,"num":1},)"
                             R"([{"_placeholder":true,"num":0}]])";
    CHECK(decode(text) == "more");
    CHECK(feed({text, "<one"}) == "more");
    CHECK(feed({text, "<one", "<two"}) == "5 /a #7 " + text.substr(7) + " +one +two");
    CHECK(feed({R"(61-3[{"_placeholder":true,"num":0}])", "<"}) ==
          R"(6 / #3 [{"_placeholder":true,"num":0}] +)");
  }

  TEST_CASE("40, 41: counts that are none, or too many") {
    for (const char* text :
         {R"(50-["x"])", "5-", R"(5-["x"])", "51", R"(51["x"])", "5-1-", R"(5999999999-["x"])",
          R"(511-["x"])", R"(501-["x"])", R"(5)", R"(5a-["x"])", R"(51.5-["x"])", "60-[]"})
      CHECK_MESSAGE(decode(text) == "violation", text);
    CHECK(decode(R"(510-["x"])") == "more");
  }

  TEST_CASE("binary out of the blue, text while binary is due") {
    CHECK(feed({"<one"}) == "violation");
    CHECK(feed({R"(51-["x"])", R"(2["x"])"}) == "violation");
    CHECK(feed({R"(51-["x"])", "<one", "<two"}) == "violation");
    CHECK(feed({R"(51-["x"])", "<one", R"(2["x"])"}) == R"(2 / ["x"])");
  }

  TEST_CASE("42: a placeholder names an attachment that is there, wherever it stands") {
    for (const char* num : {"1", "99", "-1", "1.5", R"("x")", "null", "[]"}) {
      const std::string placeholder = R"({"_placeholder":true,"num":)" + std::string{num} + "}";
      CHECK_MESSAGE(decode(R"(51-["x",)" + placeholder + "]") == "violation", num);
      const std::string deep = std::string(100, '[') + placeholder + std::string(100, ']');
      CHECK_MESSAGE(decode(R"(51-["x",)" + deep + "]") == "violation", num);
      CHECK_MESSAGE(decode(R"(61-0[{"a":)" + placeholder + "}]") == "violation", num);
    }
    CHECK(decode(R"(51-["x",{"_placeholder":true}])") == "violation");
    CHECK(decode(R"(51-["x",{"_placeholder":false,"num":9}])") == "more");
    CHECK(decode(R"(51-["x",)" + std::string(100, '[') + R"({"_placeholder":true,"num":0})" +
                 std::string(100, ']') + "]") == "more");
  }

  TEST_CASE("41: the bytes of all attachments together are limited") {
    const DecoderLimits limits{.attachment_bytes_max = 10};
    CHECK(feed({R"(52-["x"])", "<12345", "<67890"}, limits) == R"(5 / ["x"] +12345 +67890)");
    CHECK(feed({R"(52-["x"])", "<12345", "<678901"}, limits) == "violation");
  }

  TEST_CASE("memory is held only while attachments are due") {
    CHECK(sizeof(Decoder) == sizeof(void*));
    Decoder decoder;
    const std::string text = R"(51-["x"])" + std::string(json::Parser::padding, '!');
    CHECK(decoder.text({text.data(), 8}, parser(), {}).outcome == DecodeOutcome::need_more);
    CHECK(decoder.is_collecting());
    CHECK(decoder.binary("b", parser(), {}).outcome == DecodeOutcome::packet);
    CHECK_FALSE(decoder.is_collecting());
  }
}

TEST_SUITE("socketio/decoder: the text of an event") {
  TEST_CASE("the name and the arguments are told apart") {
    const auto split = [](std::string_view array) {
      const EventText text = split_event(array);
      return std::string{text.first} + " -> " + std::string{text.args};
    };
    CHECK(split(R"(["a"])") == R"("a" -> )");
    CHECK(split(R"(["a",1,"]"])") == R"("a" -> 1,"]")");
    CHECK(split(R"([ "a\"],b" , {"c":[1]} ] )") == R"("a\"],b" ->  {"c":[1]} )");
    CHECK(split(R"(["\\",2])") == R"("\\" -> 2)");
    CHECK(split("[17,2]") == "17 -> 2");
    CHECK(split("[-1.5e3 ]") == "-1.5e3 -> ");
    CHECK(inside_brackets(" [1,[2]] ") == "1,[2]");
    CHECK(inside_brackets("[]").empty());
  }
}

TEST_SUITE("socketio/decoder: properties") {
  TEST_CASE("what is encoded decodes to the same") {
    CHECK(rc::check([](const std::vector<std::uint8_t>& name_bytes,
                       const std::vector<std::string>& attachments, bool has_id, bool is_event) {
      const auto count = std::min<std::size_t>(attachments.size(), 10);
      const Attachments some(attachments.begin(),
                             attachments.begin() + static_cast<std::ptrdiff_t>(count));
      std::string name{"e"};
      for (const std::uint8_t byte : name_bytes) name.push_back(static_cast<char>(byte & 0x7F));
      const auto id = *rc::gen::inRange<std::uint64_t>(0, Packet::id_max);
      const std::string nsp = *rc::gen::element(std::string{"/"}, std::string{"/chat"});

      Encoder encoder;
      const auto ack_id = is_event && !has_id ? std::nullopt : std::optional{id};
      const std::string args = R"([1,2],{"a":"b"})";
      const auto outgoing = is_event ? encoder.event(nsp, ack_id, {name, args, &some})
                                     : encoder.ack(nsp, id, args, &some);
      std::string text{outgoing.payload().bytes()};
      text.resize(std::min(text.find('\x1e'), text.size()));
      text.append(json::Parser::padding, '\0');
      Decoder decoder;
      const std::string_view message{text.data() + 1, text.size() - 1 - json::Parser::padding};
      Decoded decoded = decoder.text(message, parser(), {});
      for (const auto& attachment : some) {
        RC_ASSERT(decoded.outcome == DecodeOutcome::need_more);
        decoded = decoder.binary(attachment, parser(), {});
      }
      RC_ASSERT(decoded.outcome == DecodeOutcome::packet);
      RC_ASSERT(decoded.packet.nsp == nsp);
      RC_ASSERT(decoded.packet.id == ack_id);
      RC_ASSERT((decoded.packet.attachments == nullptr) == some.empty());
      if (!some.empty()) RC_ASSERT(*decoded.packet.attachments == some);
      if (!is_event) {
        RC_ASSERT(inside_brackets(decoded.packet.data) == args);
        return;
      }
      RC_ASSERT(decoded.data.at(0).as_string() == name);
      RC_ASSERT(split_event(decoded.packet.data).args == args);
    }));
  }

  TEST_CASE("any bytes are a packet, the start of one, or a violation") {
    CHECK(rc::check([](const std::vector<std::string>& rest, bool as_binary) {
      Decoder decoder;
      for (const std::string& bytes : rest) {
        const auto type = static_cast<char>('0' + *rc::gen::inRange(0, 8));
        const std::string text =
            type + *rc::gen::element<std::string>("", "1-", "/a,", "7", "[\"x\"", "{") + bytes;
        const std::string padded = text + std::string(json::Parser::padding, '!');
        const auto decoded = as_binary ? decoder.binary(bytes, parser(), {})
                                       : decoder.text({padded.data(), text.size()}, parser(), {});
        if (decoded.outcome == DecodeOutcome::violation) return;
      }
    }));
  }
}

}  // namespace
}  // namespace veche::socketio
