#pragma once

/// @file
/// The sends of one client that are under way.

#include <cstdint>
#include <optional>
#include <vector>

#include "veche/base/time.hpp"

namespace veche::client::bench {

/// Knows what is still awaited for each of the last few sends.
///
///     SendWindow window{4};
///     if (window.has_room()) sequence = window.begin(200, now);   // 200 deliveries and an ack
///     window.arrived(sequence);                                   // when it was sent, each time
///     window.acked(sequence);
///
/// A send is over once it is acked and has arrived everywhere; sends are given their place in
/// turn, so a slow one holds back the one that follows by the window's size.
///
/// Time      Constant. Memory  24 bytes a place. Threads  One. Errors  None when not awaited.
class SendWindow {
 public:
  /// Needs size > 0.
  explicit SendWindow(std::uint32_t size) : places_(size) {}

  [[nodiscard]] bool has_room() const { return !place(next_).is_under_way(); }

  /// Begins the next send, awaited at so many places and with an ack; returns its sequence: 0, 1,
  /// 2, ... Needs has_room().
  std::uint32_t begin(std::uint32_t arrivals, Instant at);

  /// When that send began; none when no arrival, or no ack, of it is awaited any more.
  std::optional<Instant> arrived(std::uint32_t sequence);
  std::optional<Instant> acked(std::uint32_t sequence);

  struct Refused {
    Instant at{};
    std::uint32_t arrivals_due{};
  };
  /// The ack of that send was a refusal: it is over, and nothing of it is awaited. None when no
  /// ack was.
  std::optional<Refused> refused(std::uint32_t sequence);

  /// Sends that are not over.
  [[nodiscard]] std::uint32_t under_way() const { return under_way_; }
  [[nodiscard]] std::uint32_t acks_due() const { return acks_due_; }

 private:
  struct Place {
    Instant at{};
    std::uint32_t sequence{};
    std::uint32_t arrivals_due{};
    bool is_ack_due{};

    [[nodiscard]] bool is_under_way() const { return is_ack_due || arrivals_due > 0; }
  };

  [[nodiscard]] const Place& place(std::uint32_t sequence) const {
    return places_[sequence % places_.size()];
  }
  [[nodiscard]] Place& place(std::uint32_t sequence) { return places_[sequence % places_.size()]; }

  std::vector<Place> places_;
  std::uint32_t next_{};
  std::uint32_t under_way_{};
  std::uint32_t acks_due_{};
};

}  // namespace veche::client::bench
