#pragma once

/// @file
/// What a Node keeps for an Engine.IO session: `Client` in Socket.IO's own code.

#include <memory>
#include <string_view>

#include "veche/engineio/socket.hpp"
#include "veche/socketio/decoder.hpp"
#include "veche/socketio/socket.hpp"
#include "veche/socketio/waiting_list.hpp"

namespace veche::socketio {

/// Which of Socket.IO's parsers a client uses; its first message tells.
enum class Dialect : std::uint8_t { unknown, text, msgpack };

/// One session and its sockets, one for each namespace that the client connects to. It waits, in
/// one of the Node's lists, for the first of them to be connected and for attachments to come.
///
/// Memory    64 bytes. Threads  The Node's loop. Lifetime  Attached to the session.
class Connection final : public engineio::Attachment, public Waiting {
 public:
  explicit Connection(engineio::Socket& engine) : engine_{engine} {}

  [[nodiscard]] static Connection& of(const engineio::Socket& engine) {
    return static_cast<Connection&>(*engine.attachment());
  }

  [[nodiscard]] engineio::Socket& engine() const { return engine_; }
  [[nodiscard]] Decoder& decoder() { return decoder_; }
  /// Reads a message by the client's parser, which the first message settles: a text by the
  /// default one, a binary message by msgpack.
  [[nodiscard]] Decoded decode(std::string_view message, bool is_binary, json::Parser& parser,
                               const DecoderLimits& limits);
  [[nodiscard]] bool speaks_msgpack() const { return dialect_ == Dialect::msgpack; }

  /// The socket of that namespace, connected or about to be; null when there is none.
  [[nodiscard]] Socket* find(std::string_view nsp) const;

  /// The first of its sockets, in the order of their CONNECTs; null when there is none.
  [[nodiscard]] Socket* first() const { return sockets_.get(); }
  [[nodiscard]] static Socket* next(const Socket& socket) { return socket.next_.get(); }

  Socket& add(std::unique_ptr<Socket> socket);
  /// Takes one out, which then has no connection. Needs that it is in.
  [[nodiscard]] std::unique_ptr<Socket> take(Socket& socket);
  /// Takes all out, linked as they are.
  [[nodiscard]] std::unique_ptr<Socket> take_all();
  /// Takes the first off such a list.
  [[nodiscard]] static std::unique_ptr<Socket> pop(std::unique_ptr<Socket>& list);

  /// From the moment at which this side closes the session.
  [[nodiscard]] bool is_closing() const { return is_closing_; }
  void close(engineio::Closing how) {
    is_closing_ = true;
    engine_.close(how);
  }

 private:
  static void detach(Socket& socket);

  engineio::Socket& engine_;
  Decoder decoder_;
  std::unique_ptr<Socket> sockets_;
  Dialect dialect_{};
  bool is_closing_{};
};

}  // namespace veche::socketio
