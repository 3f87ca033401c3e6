#include "veche/loop/connection.hpp"

#include <utility>

#include "veche/base/contract.hpp"
#include "veche/loop/connection_set.hpp"

namespace veche::loop {

std::string_view to_string(EndReason reason) {
  switch (reason) {
    case EndReason::peer_closed: return "peer closed";
    case EndReason::broken: return "broken";
    case EndReason::overloaded: return "overloaded";
    case EndReason::stalled: return "stalled";
    case EndReason::closed: return "closed";
  }
  return "unknown";
}

Connection::Connection(ConnectionSet& set, SocketId socket, std::string address,
                       ConnectionEvents& events)
    : set_{set}, socket_{socket}, events_{&events}, address_{std::move(address)} {}

void Connection::send(Frame frame, Priority priority) {
  if (phase_ != Phase::open || frame.empty()) return;
  queue_.push(std::move(frame), set_.pool_);
  set_.queued(*this, priority);
}

void Connection::close_after_flush() {
  if (phase_ == Phase::open) set_.begin_close(*this);
}

void Connection::end_after_flush() {
  if (phase_ != Phase::open) return;
  peer_ended_ = !is_secure();
  set_.begin_close(*this);
}

void Connection::abort() { set_.finish(*this, EndReason::closed); }

void Connection::pause_reading() { is_paused_ = true; }

void Connection::resume_reading() {
  is_paused_ = false;
  if (phase_ == Phase::open) set_.watch(*this, {.read = true, .write = watched_write_});
}

void Connection::notify_drained() {
  if (phase_ != Phase::open) return;
  wants_drained_ = true;
  if (queue_.is_empty()) set_.drained(*this);
}

SocketId Connection::release() {
  VECHE_EXPECTS(is_open());
  VECHE_EXPECTS(is_flushed());
  return set_.release(*this);
}

bool Connection::is_secure() const { return set_.net_.is_secure(socket_); }

}  // namespace veche::loop
