// The protocol without a server: a packet is encoded, and read again.
#include <cstdio>
#include <string>
#include <string_view>

#include <veche/json/parser.hpp>
#include <veche/socketio/decoder.hpp>
#include <veche/socketio/encoder.hpp>

using veche::json::Parser;
using veche::socketio::Decoded;
using veche::socketio::DecodeOutcome;
using veche::socketio::Decoder;
using veche::socketio::Encoder;

int main() {
  Encoder encoder;
  const auto outgoing = encoder.event("/chat", 7, {"hello", R"("world",1)"});
  std::string text{outgoing.messages().front()};
  std::printf("%s\n", text.c_str());

  text.append(Parser::padding, '\0');  // readable bytes that parsers may look at
  const std::string_view message{text.data(), text.size() - Parser::padding};
  Parser parser{100'000};
  Decoder decoder;
  const Decoded decoded = decoder.text(message, parser, {});
  if (decoded.outcome != DecodeOutcome::packet) return 1;
  const std::string nsp{decoded.packet.nsp};
  const std::string event{decoded.data.at(0).as_string().value_or("")};
  std::printf("%s in %s, with %zu arguments\n", event.c_str(), nsp.c_str(),
              decoded.data.size() - 1);
}
