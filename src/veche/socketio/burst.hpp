#pragma once

/// @file
/// Several emissions to one audience, which most receivers get in one piece.

#include <cstddef>
#include <optional>
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
/// Time      add() encodes; emit() costs one send() a receiver. One who reads msgpack, or whose
///           outgoing events are heard, gets them one by one.
/// Memory    At most bytes_max and one emission; names and offsets twice. Threads  The Node's loop.
/// Errors    None.
/// Lifetime  Nothing may happen to the audience or its sockets between add() and emit(), or they
///           get what is kept too late.
class Burst {
 public:
  /// Of the frames together: two bursts leave in one write.
  static constexpr std::size_t bytes_max = std::size_t{30} * 1024;
  static constexpr std::size_t count_max = 256;

  explicit Burst(Namespace& nsp) : nsp_{nsp} {}

  /// Copies the emission; it has no attachments. False, and nothing is kept, when there is no more
  /// room; the first always has room.
  [[nodiscard]] bool add(const Emission& emission);

  [[nodiscard]] std::size_t size() const { return kept_.size(); }
  [[nodiscard]] bool is_empty() const { return kept_.empty(); }

  void emit(Audience& audience);

 private:
  /// Where an emission is found again.
  struct Kept {
    std::size_t args_at;  // in its message
    std::size_t args_size;
    std::size_t event_end;  // in `names_`; the next one's begins at the end of this one's offset
    std::size_t offset_end;
  };

  /// To those who want them so; `packets` is what the others got.
  void emit_one_by_one(const std::vector<SocketHandle>& to, const engineio::Outgoing& packets);

  Namespace& nsp_;
  std::optional<engineio::TextRun> run_;
  std::size_t run_bytes_{};  // of the run before
  std::string names_;        // of events, each with its offset
  std::vector<Kept> kept_;
};

}  // namespace veche::socketio
