#pragma once

/// @file
/// The TLS state of one accepted socket: plain bytes on this side, records on the network.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "veche/loop/net.hpp"

struct bio_st;
struct ssl_st;

namespace veche::loop {

/// Server side of TLS (RFC 8446, RFC 5246) over a socket of some Net. OpenSSL reads and writes
/// the socket itself, so no cipher text lies between the two.
///
///     stream.attach(net, socket);
///     IoResult result = stream.read(buffer);             // shakes hands first, by itself
///     net.watch(socket, stream.needs(wanted), token);    // after every call
///
/// What waits lies in two places: the record that the socket has not taken whole (write() says
/// `again` and wants the same bytes offered again), and records that have been read and not yet
/// asked for (has_more()).
///
/// Time      A handshake costs 0.1 ms with an ECDSA key and 1 ms with RSA; a read takes at most
///           `chunks_a_read` reads of the socket, so a flood of empty records ends it too.
/// Memory    About 14 KB when idle, 50 KB while a record is under way, 128 KiB at the most
///           during a handshake, of which handshake_bytes_max are read.
/// Threads   One at a time; attach() moves it to another loop.
/// Errors    Values. A failed handshake has a reason(); nothing throws, and OpenSSL's queue of
///           errors is left empty.
/// Lifetime  The net outlives it until the next attach(). It does not own the socket.
class TlsStream {
 public:
  static constexpr std::size_t handshake_bytes_max = 65'536;
  static constexpr int chunks_a_read = 5;

  /// Owns `ssl`, which is fresh; null stands for no memory and makes every call fail.
  /// `address` is the peer's, for reason().
  TlsStream(ssl_st* ssl, std::string address);
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;
  ~TlsStream();

  /// Which socket it speaks over from now on.
  void attach(Net& net, SocketId socket);

  /// Plain bytes. `end` when the peer has said close_notify, or hung up before the handshake was
  /// done; `error` when a record is bad or the connection was cut without close_notify.
  [[nodiscard]] IoResult read(std::span<char> into);
  /// Needs bytes. After `again` the next call begins with the same bytes, and has no fewer.
  [[nodiscard]] IoResult write(std::string_view bytes);
  /// Says close_notify, then that nothing follows. What is read afterwards may be thrown away.
  void shutdown();
  /// Answers the peer's close_notify, if there was one. The socket is closed next.
  void close();
  /// Goes on with a shutdown() that the socket would not take; when it is writable.
  void resume_shutdown();

  /// Whether the next read() has something to say without another byte from the network.
  [[nodiscard]] bool has_more() const { return has_more_; }
  [[nodiscard]] bool is_established() const { return is_established_; }
  /// Why the handshake failed, "10.0.0.1: http request"; empty when it has not.
  [[nodiscard]] const std::string& reason() const { return reason_; }

  /// What the socket is to be watched for, so that the owner gets what it wants.
  [[nodiscard]] Interest needs(Interest wanted) const;
  /// What a ready socket means to the owner.
  [[nodiscard]] Ready told(const Ready& socket, Interest wanted) const;

 private:
  struct Free {
    void operator()(ssl_st* ssl) const;
  };
  struct Bio;  // how OpenSSL reaches the socket
  enum class Call : std::uint8_t { read, write };

  /// What a read of the socket returns to OpenSSL.
  [[nodiscard]] int counted(std::size_t bytes);
  [[nodiscard]] IoResult discard(std::span<char> into);
  void stopped(Call call, int returned);
  void fail();
  void settle();
  void say_close_notify();
  void finish_writing();

  std::unique_ptr<ssl_st, Free> ssl_;
  Net* net_{};
  std::string address_;  // until the handshake is done
  std::string reason_;
  SocketId socket_{SocketId::none};
  std::uint32_t handshake_bytes_{};
  std::uint32_t pending_write_{};  // plain bytes in the record that waits for the socket
  std::optional<IoStatus> end_;    // what every read says from now on
  std::int8_t chunks_left_{};
  bool is_established_ : 1 {};
  bool has_more_ : 1 {};
  bool has_failed_ : 1 {};
  bool is_at_eof_ : 1 {};
  bool is_cut_ : 1 {};         // the network failed, not TLS
  bool is_discarding_ : 1 {};  // shut down before the handshake was done
  bool is_closing_ : 1 {};     // close_notify waits for the socket
  bool is_write_closed_ : 1 {};
  bool read_wants_write_ : 1 {};
  bool write_wants_read_ : 1 {};
};

}  // namespace veche::loop
