#include "veche/client/bench/send_window.hpp"

#include "veche/base/contract.hpp"

namespace veche::client::bench {

std::uint32_t SendWindow::begin(std::uint32_t arrivals, Instant at) {
  VECHE_EXPECTS(has_room());
  place(next_) = {.at = at, .sequence = next_, .arrivals_due = arrivals, .is_ack_due = true};
  ++under_way_;
  ++acks_due_;
  return next_++;
}

std::optional<Instant> SendWindow::arrived(std::uint32_t sequence) {
  Place& awaited = place(sequence);
  if (awaited.sequence != sequence || awaited.arrivals_due == 0) return std::nullopt;
  --awaited.arrivals_due;
  if (!awaited.is_under_way()) --under_way_;
  return awaited.at;
}

std::optional<SendWindow::Refused> SendWindow::refused(std::uint32_t sequence) {
  Place& awaited = place(sequence);
  if (awaited.sequence != sequence || !awaited.is_ack_due) return std::nullopt;
  const Refused refused{.at = awaited.at, .arrivals_due = awaited.arrivals_due};
  awaited.is_ack_due = false;
  awaited.arrivals_due = 0;
  --acks_due_;
  --under_way_;
  return refused;
}

std::optional<Instant> SendWindow::acked(std::uint32_t sequence) {
  Place& awaited = place(sequence);
  if (awaited.sequence != sequence || !awaited.is_ack_due) return std::nullopt;
  awaited.is_ack_due = false;
  --acks_due_;
  if (!awaited.is_under_way()) --under_way_;
  return awaited.at;
}

}  // namespace veche::client::bench
