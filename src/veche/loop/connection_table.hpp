#pragma once

/// @file
/// Where the connections of a loop live, and the tokens by which the network names them.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "veche/loop/connection.hpp"

namespace veche::loop {

/// Owns connections under tokens that are not used twice: an event about one that has gone finds
/// nothing, never the connection that took its place.
///
///     const std::uint64_t token = table.insert(std::make_unique<Connection>(...));
///     if (Connection* connection = table.find(token)) ...
///
/// Time      Every operation is O(1). Memory  16 bytes a connection at the peak beside the
///           connection. Threads  One loop.
class ConnectionTable {
 public:
  /// Tokens are below this.
  static constexpr std::uint64_t token_end = std::uint64_t{1} << 63;

  [[nodiscard]] std::uint64_t insert(std::unique_ptr<Connection> connection);
  /// The connection of that token, or null when it has gone.
  [[nodiscard]] Connection* find(std::uint64_t token) const;
  /// Frees a connection. Needs a token that finds one.
  void erase(std::uint64_t token);

  [[nodiscard]] std::size_t size() const { return slots_.size() - free_.size(); }

  /// Calls `visit(Connection&)` for each.
  template <typename Visit>
  void for_each(Visit visit) const {
    for (const Slot& slot : slots_) {
      if (slot.connection != nullptr) visit(*slot.connection);
    }
  }

 private:
  struct Slot {
    std::unique_ptr<Connection> connection;
    std::uint32_t generation{};  // how often the slot has been emptied; 31 bits of it count
  };

  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace veche::loop
