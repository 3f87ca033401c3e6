#pragma once

/// @file
/// Several emissions to one audience, which most receivers get in one piece.

#include <cstddef>
#include <string>
#include <vector>

#include "veche/engineio/outgoing.hpp"
#include "veche/socketio/audience.hpp"
#include "veche/socketio/encoder.hpp"

namespace veche::socketio {

class Namespace;
class Socket;

/// Keeps what is emitted to an audience until there is no more of it: a receiver then costs one
/// send, not one for each emission.
///
///     Burst burst;
///     while (burst.add(emission)) { ... }
///     burst.emit(nsp, audience);    // the same as nsp.emit(audience, each), and empty again
///
/// Time      add() copies; emit() encodes each once and costs one send() a receiver. One who reads
///           msgpack, or whose outgoing events are heard, gets them one by one.
/// Memory    At most bytes_max and one emission. Threads  The Node's loop. Errors  None.
/// Lifetime  Nothing may happen to the audience or its sockets between add() and emit(), or they
///           get what is kept too late.
class Burst {
 public:
  /// Of names, arguments and offsets together: two bursts leave in one write.
  static constexpr std::size_t bytes_max = std::size_t{30} * 1024;
  static constexpr std::size_t count_max = 256;

  /// Copies the emission; it has no attachments. False, and nothing is kept, when there is no more
  /// room; the first always has room.
  [[nodiscard]] bool add(const Emission& emission);

  [[nodiscard]] std::size_t size() const { return kept_.size(); }
  [[nodiscard]] bool is_empty() const { return kept_.empty(); }

  void emit(Namespace& nsp, Audience& audience);

 private:
  /// Where an emission's texts end in `text_`; the next one's begin there.
  struct Kept {
    std::size_t event;
    std::size_t args;
    std::size_t offset;
  };

  [[nodiscard]] Emission emission(std::size_t index) const;
  void emit_together(Namespace& nsp, std::span<Member* const> members);
  [[nodiscard]] engineio::Outgoing encode(Namespace& nsp) const;

  std::string text_;
  std::vector<Kept> kept_;
};

}  // namespace veche::socketio
