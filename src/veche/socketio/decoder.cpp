#include "veche/socketio/decoder.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "veche/socketio/msgpack_decoder.hpp"

namespace veche::socketio {

struct Collecting {
  std::string text;  // the header packet and the parser's padding
  std::size_t text_size{};
  Attachments attachments;
  std::size_t due{};
  std::size_t bytes{};
};

void DeleteCollecting::operator()(Collecting* collecting) const { delete collecting; }

namespace {

struct Header {
  Packet packet;
  std::size_t attachment_count{};
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_binary(PacketType type) {
  return type == PacketType::binary_event || type == PacketType::binary_ack;
}

/// Takes the digits off the front of `text`; none when there are none or the number is too big.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

/// The attachment count and the dash after it.
bool take_attachment_count(std::string_view& text, std::size_t count_max, std::size_t& count) {
  if (text.empty() || text.front() == '0') return false;  // "50-" would wait for nothing
  const auto number = take_number(text);
  if (!number || *number > count_max || text.empty() || text.front() != '-') return false;
  text.remove_prefix(1);
  count = static_cast<std::size_t>(*number);
  return true;
}

/// Everything before the JSON, by the grammar alone.
std::optional<Header> read_header(std::string_view text, const DecoderLimits& limits) {
  if (text.empty() || text.front() < '0' || text.front() > '6') return std::nullopt;
  Header header;
  header.packet.type = static_cast<PacketType>(text.front() - '0');
  text.remove_prefix(1);
  if (is_binary(header.packet.type) &&
      !take_attachment_count(text, limits.attachments_max, header.attachment_count))
    return std::nullopt;
  if (!text.empty() && text.front() == '/') {
    // A name that is too long is refused without being searched to its end.
    const std::size_t comma = text.substr(0, limits.namespace_bytes_max + 1).find(',');
    const std::size_t size = std::min(comma, text.size());
    if (size > limits.namespace_bytes_max) return std::nullopt;
    header.packet.nsp = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  if (!text.empty() && is_digit(text.front())) {
    header.packet.id = take_number(text);
    if (!header.packet.id || *header.packet.id > Packet::id_max) return std::nullopt;
  }
  header.packet.data = text;
  return header;
}

bool is_event_name(json::Value value) {
  if (value.is_number()) return true;
  const auto name = value.as_string();
  return name && !is_reserved_event(*name);
}

/// What each type may carry.
bool suits_type(PacketType type, std::string_view text, json::Value data) {
  switch (type) {
    case PacketType::connect: return text.empty() || data.is_object();
    case PacketType::disconnect: return text.empty();
    case PacketType::event:
    case PacketType::binary_event:
      return data.size() > 0 && data.is_array() && is_event_name(data.at(0));
    case PacketType::ack:
    case PacketType::binary_ack: return data.is_array();
    case PacketType::connect_error: return false;  // only a server sends it
  }
  return false;
}

/// Whether every placeholder in `value` names one of `count` attachments. No deeper than the
/// parser's depth_max.
bool placeholders_fit(json::Value value, std::size_t count) {  // NOLINT(misc-no-recursion)
  for (const json::Value item : value.items())
    if (!placeholders_fit(item, count)) return false;
  if (!value.is_object()) return true;
  if (const auto mark = value.find("_placeholder"); mark && mark->as_bool() == true) {
    const auto num = value.find("num");
    const auto index = num ? num->as_uint() : std::nullopt;
    return index && *index < count;
  }
  for (const json::Member member : value.members())
    if (!placeholders_fit(member.value, count)) return false;
  return true;
}

/// Reads and checks the JSON of a packet. `text` lies in memory that the parser may overrun.
bool read_data(const Header& header, json::Parser& parser, json::Value& data) {
  const std::string_view text = header.packet.data;
  if (!text.empty()) {
    // Nothing but an array or an object is ever right, and no white space comes before it.
    if (text.front() != '[' && text.front() != '{') return false;
    const auto parsed = parser.parse(text);
    if (!parsed) return false;
    data = *parsed;
  }
  if (!suits_type(header.packet.type, text, data)) return false;
  return !is_binary(header.packet.type) || placeholders_fit(data, header.attachment_count);
}

CollectingPtr start_collecting(std::string_view message, std::size_t count) {
  CollectingPtr collecting{new Collecting};
  collecting->text.reserve(message.size() + json::Parser::padding);
  collecting->text.assign(message).append(json::Parser::padding, '\0');
  collecting->text_size = message.size();
  collecting->attachments.reserve(count);
  collecting->due = count;
  return collecting;
}

}  // namespace

Decoded Decoder::text(std::string_view message, json::Parser& parser, const DecoderLimits& limits) {
  Decoded decoded;
  if (collecting_ != nullptr) return decoded;
  const auto header = read_header(message, limits);
  if (!header || !read_data(*header, parser, decoded.data)) return decoded;
  decoded.packet = header->packet;
  if (header->attachment_count > 0) {
    collecting_ = start_collecting(message, header->attachment_count);
    decoded.outcome = DecodeOutcome::need_more;
    decoded.data = {};
    return decoded;
  }
  decoded.outcome = DecodeOutcome::packet;
  return decoded;
}

Decoded Decoder::binary(std::string_view message, json::Parser& parser,
                        const DecoderLimits& limits) {
  Decoded decoded;
  if (collecting_ == nullptr) return decoded;
  Collecting& collecting = *collecting_;
  collecting.bytes += message.size();
  if (collecting.bytes > limits.attachment_bytes_max) return decoded;
  collecting.attachments.emplace_back(message);
  if (collecting.attachments.size() < collecting.due) {
    decoded.outcome = DecodeOutcome::need_more;
    return decoded;
  }
  // The text was found right when it came; it is read again, as its values are gone by now.
  decoded.memory = std::move(collecting_);
  const std::string_view text{collecting.text.data(), collecting.text_size};
  const auto header = read_header(text, limits);
  if (!header || !read_data(*header, parser, decoded.data)) return decoded;
  decoded.outcome = DecodeOutcome::packet;
  decoded.packet = header->packet;
  decoded.packet.attachments = &decoded.memory->attachments;
  return decoded;
}

Decoded Decoder::msgpack(std::string_view message, json::Parser& parser,
                         const DecoderLimits& limits) {
  Decoded decoded;
  auto read = read_msgpack(message, limits);
  if (!read) return decoded;
  decoded.memory = start_collecting(read->text, 0);
  decoded.memory->attachments = std::move(read->attachments);
  const std::string_view text{decoded.memory->text.data(), decoded.memory->text_size};
  const auto header = read_header(text, limits);
  if (!header || !read_data(*header, parser, decoded.data)) return decoded;
  decoded.outcome = DecodeOutcome::packet;
  decoded.packet = header->packet;
  if (is_binary(decoded.packet.type)) decoded.packet.attachments = &decoded.memory->attachments;
  return decoded;
}

std::optional<Packet> split_packet(std::string_view text, const DecoderLimits& limits) {
  const auto header = read_header(text, limits);
  if (!header) return std::nullopt;
  return header->packet;
}

std::string_view inside_brackets(std::string_view array) {
  const std::size_t open = array.find('[');
  return array.substr(open + 1, array.rfind(']') - open - 1);
}

EventText split_event(std::string_view array) {
  constexpr std::string_view space = " \t\r\n";
  std::string_view rest = inside_brackets(array);
  rest.remove_prefix(std::min(rest.find_first_not_of(space), rest.size()));
  std::size_t end = 0;
  if (rest.front() == '"') {
    end = 1;
    while (rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
    ++end;
  } else {
    end = std::min(rest.find_first_of(", \t\r\n"), rest.size());
  }
  const std::string_view first = rest.substr(0, end);
  const std::size_t comma = rest.find(',', end);
  return {first, comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1)};
}

bool is_reserved_event(std::string_view name) {
  // By length, as every event that comes in is asked.
  switch (name.size()) {
    case 7: return name == "connect";
    case 10: return name == "disconnect";
    case 11: return name == "newListener";
    case 13: return name == "connect_error" || name == "disconnecting";
    case 14: return name == "removeListener";
    default: return false;
  }
}

}  // namespace veche::socketio
