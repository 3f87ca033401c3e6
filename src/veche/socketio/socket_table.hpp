#pragma once

/// @file
/// Names for sockets that stay harmless when the socket has gone.

#include <cstdint>
#include <vector>

namespace veche::socketio {

class Socket;

/// Names one socket of one Node for as long as the Node lives; never names another one later.
/// A value of 8 bytes: keep it where a Socket& could dangle, and ask Node::find() for the socket.
struct SocketHandle {
  std::uint32_t slot{};
  std::uint32_t generation{};  ///< 0 names no socket

  bool operator==(const SocketHandle&) const = default;
};

/// The sockets of a Node by handle.
///
/// Time      Constant. Memory  16 bytes for each socket there was at the same time.
/// Threads   One loop. Errors  None: a handle of a removed socket finds nothing. A slot comes back
///           into use for 2^32 sockets before a handle could be mistaken.
class SocketTable {
 public:
  [[nodiscard]] SocketHandle add(Socket& socket) {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(slots_.size()));
      slots_.push_back({nullptr, 1});
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    slots_[slot].socket = &socket;
    return {slot, slots_[slot].generation};
  }

  void remove(SocketHandle handle) {
    if (find(handle) == nullptr) return;
    Slot& slot = slots_[handle.slot];
    slot.socket = nullptr;
    if (++slot.generation == 0) slot.generation = 1;
    free_.push_back(handle.slot);
  }

  [[nodiscard]] Socket* find(SocketHandle handle) const {
    if (handle.slot >= slots_.size()) return nullptr;
    const Slot& slot = slots_[handle.slot];
    return slot.generation == handle.generation ? slot.socket : nullptr;
  }

 private:
  struct Slot {
    Socket* socket;
    std::uint32_t generation;
  };

  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace veche::socketio
