#include "veche/socketio/encoder.hpp"

#include <array>
#include <charconv>

#include "veche/base/contract.hpp"
#include "veche/json/writer.hpp"

namespace veche::socketio {

namespace {

void append_number(std::string& text, std::uint64_t number) {
  std::array<char, 20> digits;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled at once
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  text.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

bool has_any(const Attachments* attachments) {
  return attachments != nullptr && !attachments->empty();
}

/// The type that carries attachments when there are some.
PacketType type_for(PacketType plain, const Attachments* attachments) {
  if (!has_any(attachments)) return plain;
  return plain == PacketType::event ? PacketType::binary_event : PacketType::binary_ack;
}

}  // namespace

void Encoder::begin(PacketType type, std::string_view nsp, std::optional<std::uint64_t> id,
                    const Attachments* attachments) {
  text_.clear();
  text_.push_back(static_cast<char>('0' + static_cast<int>(type)));
  if (has_any(attachments)) {
    append_number(text_, attachments->size());
    text_.push_back('-');
  }
  if (nsp.size() > main_namespace.size())  // every name begins with a slash
    text_.append(nsp).push_back(',');
  if (id) append_number(text_, *id);
}

engineio::Outgoing Encoder::finish(const Attachments* attachments) {
  return finish_around(text_.size(), {}, attachments);
}

engineio::Outgoing Encoder::finish_around(std::size_t at, std::string_view args,
                                          const Attachments* attachments) {
  const std::string_view text{text_};
  auto outgoing = has_any(attachments)
                      ? engineio::Outgoing::with_binary(text_.insert(at, args), *attachments)
                      : engineio::Outgoing::text({text.substr(0, at), args, text.substr(at)});
  if (text_.capacity() > bytes_kept) text_ = {};
  return outgoing;
}

engineio::Outgoing Encoder::encode(const Packet& packet) {
  const bool is_binary =
      packet.type == PacketType::binary_event || packet.type == PacketType::binary_ack;
  VECHE_EXPECTS(is_binary == has_any(packet.attachments));
  begin(packet.type, packet.nsp, packet.id, packet.attachments);
  text_.append(packet.data);
  return finish(packet.attachments);
}

engineio::Outgoing Encoder::event(std::string_view nsp, std::optional<std::uint64_t> id,
                                  const Emission& emission) {
  begin(type_for(PacketType::event, emission.attachments), nsp, id, emission.attachments);
  text_.push_back('[');
  json::append_string(text_, emission.event);
  if (!emission.args.empty()) text_.push_back(',');
  const std::size_t args_at = text_.size();
  if (!emission.offset.empty()) {
    text_.push_back(',');
    json::append_string(text_, emission.offset);
  }
  text_.push_back(']');
  return finish_around(args_at, emission.args, emission.attachments);
}

engineio::Outgoing Encoder::ack(std::string_view nsp, std::uint64_t id, std::string_view args,
                                const Attachments* attachments) {
  begin(type_for(PacketType::ack, attachments), nsp, id, attachments);
  text_.append("[]");
  return finish_around(text_.size() - 1, args, attachments);
}

engineio::Outgoing Encoder::connect(std::string_view nsp, std::string_view sid,
                                    std::string_view pid) {
  begin(PacketType::connect, nsp, std::nullopt, nullptr);
  json::Writer json{text_};
  json.begin_object().member("sid", sid);
  if (!pid.empty()) json.member("pid", pid);
  json.end_object();
  return finish(nullptr);
}

engineio::Outgoing Encoder::disconnect(std::string_view nsp) {
  begin(PacketType::disconnect, nsp, std::nullopt, nullptr);
  return finish(nullptr);
}

engineio::Outgoing Encoder::connect_error(std::string_view nsp, std::string_view message,
                                          std::string_view data) {
  begin(PacketType::connect_error, nsp, std::nullopt, nullptr);
  json::Writer json{text_};
  json.begin_object().member("message", message);
  if (!data.empty()) json.key("data").raw(data);
  json.end_object();
  return finish(nullptr);
}

}  // namespace veche::socketio
