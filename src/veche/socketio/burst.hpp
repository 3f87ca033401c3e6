#pragma once

/// @file
/// Several emissions to one audience, which most receivers get in one piece.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "veche/engineio/outgoing.hpp"
#include "veche/socketio/audience.hpp"
#include "veche/socketio/encoder.hpp"
#include "veche/socketio/socket_table.hpp"

namespace veche::socketio {

class Namespace;
class Socket;

/// Keeps what is emitted to an audience until there is no more of it: a receiver then costs one
/// send, not one for each emission.
///
///     Burst burst{nsp};
///     while (burst.add(emission)) { ... }
///     burst.emit(audience);    // the same as nsp.emit(audience, each), and empty again
///
/// An audience that would take the loop too long is served in slices, in turns of their own:
///
///     burst.begin(audience);               // whoever is in it now, and nobody else
///     while (!burst.go_on(512)) { ... }    // what the loop does meanwhile; but no add()
///
/// Time      add() encodes; emit() costs one send() a receiver, begin() a look at each. One who
///           reads msgpack, or whose outgoing events are heard, gets them one by one; in slices
///           these come last, and each slice of them encodes anew.
/// Memory    At most bytes_max and one emission. In slices 8 bytes a
///           receiver until the last one is through. Threads  The Node's loop. Errors  None.
/// Lifetime  Nothing may happen to the audience or its sockets between add() and emit() or begin(),
///           or they get what is kept too late. A socket that ends between slices gets nothing.
class Burst {
 public:
  /// Of the frames together: two bursts leave in one write.
  static constexpr std::size_t bytes_max = std::size_t{30} * 1024;
  static constexpr std::size_t count_max = 256;

  explicit Burst(Namespace& nsp) : nsp_{nsp} {}

  /// Copies the emission, but for the event's name, which must live until it is emitted. It has no
  /// attachments, and an offset of characters that JSON leaves as they are. False, and nothing is
  /// kept, when there is no more room; the first always has room.
  [[nodiscard]] bool add(const Emission& emission);

  [[nodiscard]] std::size_t size() const { return kept_.size(); }
  [[nodiscard]] bool is_empty() const { return kept_.empty(); }
  /// Whether an emission of half the bytes might find no room.
  [[nodiscard]] bool is_half_full() const;

  void emit(Audience& audience);

  /// Needs something kept. Until go_on() has said true nothing is added.
  void begin(Audience& audience);
  /// Between begin() and the last go_on().
  [[nodiscard]] bool is_under_way() const { return together_.has_value(); }
  /// Serves the next `count` receivers, at least one, and says whether that was all: it is empty
  /// again then.
  [[nodiscard]] bool go_on(std::size_t count);

 private:
  /// Where an emission is found again.
  struct Kept {
    std::string_view event;
    std::size_t args_at;  // in its message
    std::size_t args_size;
    std::size_t offset_size;  // at the end of its message, but for what closes it
  };

  /// Receivers, the first of which have been served.
  struct Queue {
    std::vector<SocketHandle> sockets;
    std::size_t served{};

    [[nodiscard]] bool is_served() const { return served == sockets.size(); }
    /// The next ones, at most `count`; they count as served.
    [[nodiscard]] std::span<const SocketHandle> take(std::size_t count);
  };

  /// What is kept, as most receivers get it.
  [[nodiscard]] engineio::Outgoing build();
  /// Sends it to a socket, or puts that on the list of those who want each emission for itself.
  static void send(Socket& socket, const engineio::Outgoing& packets,
                   std::vector<SocketHandle>& one_by_one);
  void emit_one_by_one(std::span<const SocketHandle> to, const engineio::Outgoing& packets);

  Namespace& nsp_;
  std::optional<engineio::TextRun> run_;
  std::size_t run_bytes_{};  // of the run before
  std::vector<Kept> kept_;
  // In slices.
  std::optional<engineio::Outgoing> together_;
  Queue receivers_;
  Queue one_by_one_;
};

}  // namespace veche::socketio
