#include "veche/socketio/encoder.hpp"

#include <cstring>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/base/digits.hpp"
#include "veche/json/writer.hpp"

namespace veche::socketio {

namespace {

bool has_any(const Attachments* attachments) {
  return attachments != nullptr && !attachments->empty();
}

/// The type that carries attachments when there are some.
PacketType type_for(PacketType plain, const Attachments* attachments) {
  if (!has_any(attachments)) return plain;
  return plain == PacketType::event ? PacketType::binary_event : PacketType::binary_ack;
}

/// Fills room that was made for just what is put.
class Pen {
 public:
  explicit Pen(char* at) : at_{at} {}

  void put(char character) { *at_++ = character; }
  void put(std::string_view text) {
    if (text.empty()) return;
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  void put_quoted(std::string_view inside) {
    put('"');
    put(inside);
    put('"');
  }

 private:
  char* at_;
};

/// What stands between the quotes of a text as JSON. Lifetime  The text's and its own.
class Inside {
 public:
  explicit Inside(std::string_view text) : text_{text} {
    if (json::is_plain(text)) return;
    json::append_string(escaped_, text);
    text_ = std::string_view{escaped_}.substr(1, escaped_.size() - 2);
  }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
  ~Inside() = default;

  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  std::string_view text_;
  std::string escaped_;
};

/// What stands before the JSON: `51-/chat,17`.
class Head {
 public:
  Head(PacketType type, std::string_view nsp, std::optional<std::uint64_t> id,
       const Attachments* attachments)
      : type_{static_cast<char>('0' + static_cast<int>(type))},
        // Every name begins with a slash.
        nsp_{nsp.size() > main_namespace.size() ? nsp : std::string_view{}} {
    if (has_any(attachments)) count_.emplace(attachments->size());
    if (id) id_.emplace(*id);
  }

  [[nodiscard]] std::size_t size() const {
    std::size_t size = 1;
    if (count_) size += count_->text().size() + 1;
    if (!nsp_.empty()) size += nsp_.size() + 1;
    if (id_) size += id_->text().size();
    return size;
  }

  void put(Pen& pen) const {
    pen.put(type_);
    if (count_) {
      pen.put(count_->text());
      pen.put('-');
    }
    if (!nsp_.empty()) {
      pen.put(nsp_);
      pen.put(',');
    }
    if (id_) pen.put(id_->text());
  }

 private:
  char type_;
  std::string_view nsp_;
  std::optional<Digits> count_;
  std::optional<Digits> id_;
};

/// An event's packet, laid out to be written. Lifetime  The emission's.
class EventPacket {
 public:
  EventPacket(std::string_view nsp, std::optional<std::uint64_t> id, const Emission& emission)
      : head_{type_for(PacketType::event, emission.attachments), nsp, id, emission.attachments},
        event_{emission.event},
        args_{emission.args},
        offset_{emission.offset} {}

  [[nodiscard]] std::size_t args_at() const {
    return head_.size() + 1 + event_.text().size() + 2 + (args_.empty() ? 0 : 1);
  }
  [[nodiscard]] std::size_t size() const {
    const std::size_t offset_size = offset_.text().size();
    return args_at() + args_.size() + (offset_size == 0 ? 0 : offset_size + 3) + 1;
  }

  void put(Pen& pen) const {
    head_.put(pen);
    pen.put('[');
    pen.put_quoted(event_.text());
    if (!args_.empty()) pen.put(',');
    pen.put(args_);
    if (!offset_.text().empty()) {
      pen.put(',');
      pen.put_quoted(offset_.text());
    }
    pen.put(']');
  }

 private:
  Head head_;
  Inside event_;
  std::string_view args_;
  Inside offset_;
};

/// An answer's packet, laid out to be written. Lifetime  That of its arguments.
class AckPacket {
 public:
  AckPacket(std::string_view nsp, std::uint64_t id, std::string_view args,
            const Attachments* attachments)
      : head_{type_for(PacketType::ack, attachments), nsp, id, attachments}, args_{args} {}

  [[nodiscard]] std::size_t size() const { return head_.size() + args_.size() + 2; }

  void put(Pen& pen) const {
    head_.put(pen);
    pen.put('[');
    pen.put(args_);
    pen.put(']');
  }

 private:
  Head head_;
  std::string_view args_;
};

}  // namespace

template <typename Put>
engineio::Outgoing Encoder::packet(std::size_t size, const Attachments* attachments, Put&& put) {
  if (!has_any(attachments)) {
    engineio::TextRun run{size};
    Pen pen{run.add(size)};
    put(pen);
    return std::move(run).build();
  }
  text_.resize(size);
  Pen pen{text_.data()};
  put(pen);
  auto outgoing = engineio::Outgoing::with_binary(text_, *attachments);
  if (text_.capacity() > bytes_kept) text_ = {};
  return outgoing;
}

engineio::Outgoing Encoder::encode(const Packet& packet) {
  const bool is_binary =
      packet.type == PacketType::binary_event || packet.type == PacketType::binary_ack;
  VECHE_EXPECTS(is_binary == has_any(packet.attachments));
  const Head head{packet.type, packet.nsp, packet.id, packet.attachments};
  return this->packet(head.size() + packet.data.size(), packet.attachments, [&](Pen& pen) {
    head.put(pen);
    pen.put(packet.data);
  });
}

engineio::Outgoing Encoder::event(std::string_view nsp, std::optional<std::uint64_t> id,
                                  const Emission& emission) {
  const EventPacket event{nsp, id, emission};
  return packet(event.size(), emission.attachments, [&](Pen& pen) { event.put(pen); });
}

std::size_t Encoder::add_event(engineio::TextRun& to, std::string_view nsp,
                               const Emission& emission) {
  VECHE_EXPECTS(!has_any(emission.attachments));
  const EventPacket event{nsp, std::nullopt, emission};
  Pen pen{to.add(event.size())};
  event.put(pen);
  return event.args_at();
}

engineio::Outgoing Encoder::ack(std::string_view nsp, std::uint64_t id, std::string_view args,
                                const Attachments* attachments) {
  const AckPacket ack{nsp, id, args, attachments};
  return packet(ack.size(), attachments, [&](Pen& pen) { ack.put(pen); });
}

void Encoder::add_ack(engineio::TextRun& to, std::string_view nsp, std::uint64_t id,
                      std::string_view args) {
  const AckPacket ack{nsp, id, args, nullptr};
  Pen pen{to.add(ack.size())};
  ack.put(pen);
}

engineio::Outgoing Encoder::connect(std::string_view nsp, std::string_view sid,
                                    std::string_view pid) {
  std::string data;
  json::Writer json{data};
  json.begin_object().member("sid", sid);
  if (!pid.empty()) json.member("pid", pid);
  json.end_object();
  return encode({.type = PacketType::connect, .nsp = nsp, .data = data});
}

engineio::Outgoing Encoder::disconnect(std::string_view nsp) {
  return encode({.type = PacketType::disconnect, .nsp = nsp});
}

engineio::Outgoing Encoder::connect_error(std::string_view nsp, std::string_view message,
                                          std::string_view data) {
  std::string error;
  json::Writer json{error};
  json.begin_object().member("message", message);
  if (!data.empty()) json.key("data").raw(data);
  json.end_object();
  return encode({.type = PacketType::connect_error, .nsp = nsp, .data = error});
}

}  // namespace veche::socketio
