#include "veche/engineio/packet.hpp"

#include "veche/json/writer.hpp"
#include "veche/websocket/frame.hpp"

namespace veche::engineio {

std::optional<Packet> read_text_packet(std::string_view text) {
  if (text.empty() || text.front() < '0' || text.front() > '6') return std::nullopt;
  return Packet{static_cast<PacketType>(text.front() - '0'), text.substr(1), false};
}

ConstantPackets::ConstantPackets()
    : ping{websocket::make_frame(websocket::Opcode::text, "2"), Frame::copy("2")},
      probe_answer{websocket::make_frame(websocket::Opcode::text, "3probe")} {}

std::string open_packet(std::string_view sid, Transport transport, const Options& options) {
  std::string text = "0";
  json::Writer json{text};
  json.begin_object().member("sid", sid);
  json.key("upgrades").begin_array();
  if (transport == Transport::polling && options.offers_upgrade()) json.string("websocket");
  json.end_array();
  json.member("pingInterval", options.ping_interval.count());
  json.member("pingTimeout", options.ping_timeout.count());
  json.member("maxPayload", options.max_payload);
  json.end_object();
  return text;
}

}  // namespace veche::engineio
