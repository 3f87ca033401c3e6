#include "veche/loop/connection_set.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "veche/base/contract.hpp"

namespace veche::loop {

void ConnectionSet::Waiting::push_back(Connection& connection) {
  connection.since_ = set_.now_;
  list_.push_back(connection);
  if (!is_armed()) wheel_.arm(*this, connection.since_ + patience_);
}

void ConnectionSet::Waiting::expired(Instant now) {
  while (!list_.is_empty() && list_.front().since_ + patience_ <= now)
    set_.finish(list_.front(), reason_);
  if (!list_.is_empty()) wheel_.arm(*this, list_.front().since_ + patience_);
}

void ConnectionSet::Gathering::push_back(Connection& connection) {
  list_.push_back(connection);
  if (!is_armed()) wheel_.arm(*this, set_.now_ + tick_);
}

// All at once, so that what is said while the sliding flush is at them gathers anew.
void ConnectionSet::Gathering::expired(Instant /*now*/) {
  while (!list_.is_empty()) set_.bulk_.push_back(list_.pop_front());
}

ConnectionSet::ConnectionSet(Net& net, TimerWheel& timers, const LoopOptions& options)
    : net_{net},
      options_{options},
      receive_buffer_{std::make_unique<char[]>(receive_bytes + spare_bytes)},
      gathering_{*this, timers, options.delivery_tick},
      blocked_{*this, timers, options.stall_timeout, EndReason::stalled},
      lingering_{*this, timers, options.linger, EndReason::closed} {
  VECHE_EXPECTS(options.queue_bytes_max > 0 && options.queue_bytes_max <= (1UL << 30));
  VECHE_EXPECTS(options.queue_frames_max > 0);
  VECHE_EXPECTS(options.bulk_connections_a_turn > 0);
  VECHE_EXPECTS(options.delivery_tick >= Milliseconds{0} &&
                options.delivery_tick <= Milliseconds{100});
}

ConnectionSet::~ConnectionSet() {
  table_.for_each([this](Connection& connection) {
    connection.queue_.clear(pool_);
    if (connection.socket_ != SocketId::none) net_.close(connection.socket_);
  });
}

Connection& ConnectionSet::adopt(SocketId socket, std::string address, ConnectionEvents& events) {
  auto owned = std::make_unique<Connection>(*this, socket, std::move(address), events);
  Connection& connection = *owned;
  connection.token_ = table_.insert(std::move(owned));
  count(size() + 1);
  if (!watch(connection, {.read = true})) finish(connection, EndReason::broken);
  return connection;
}

bool ConnectionSet::has_work() const {
  return !hi_.is_empty() || !bulk_.is_empty() || !drained_.is_empty() || !ended_.is_empty();
}

// Events.

void ConnectionSet::handle(const Ready& event) {
  Connection* connection = table_.find(event.token);
  if (connection == nullptr || connection->phase_ == Connection::Phase::ended) return;
  if (event.readable) read(*connection, event.broken);
  // What the bytes have led to may already be in the queue: it leaves in the same write.
  if (event.writable && blocked_.holds(*connection)) flush(*connection);
}

void ConnectionSet::read(Connection& connection, bool is_broken) {
  const bool is_open = connection.is_open();
  const bool has_heard_enough =
      connection.peer_ended_ || connection.thrown_away_ == thrown_away_max;
  if (is_open ? connection.is_paused_ : has_heard_enough) {
    if (is_broken) return finish(connection, EndReason::broken);
    // Interest is given up only when the peer does send: most pauses cost no system call.
    watch(connection, {.read = false, .write = connection.watched_write_});
    return;
  }
  const std::span<char> buffer{receive_buffer_.get(), receive_bytes};
  const IoResult result = net_.read(connection.socket_, buffer);
  switch (result.status) {
    case IoStatus::done:
      if (is_open) {
        connection.events_->received(connection, buffer.first(result.bytes), now_);
      } else {
        ++connection.thrown_away_;
      }
      return;
    case IoStatus::again: return;
    case IoStatus::end: return peer_ended(connection);
    case IoStatus::error:
      return finish(connection,
                    lingering_.holds(connection) ? EndReason::closed : EndReason::broken);
  }
}

void ConnectionSet::peer_ended(Connection& connection) {
  switch (connection.phase_) {
    case Connection::Phase::open: return finish(connection, EndReason::peer_closed);
    case Connection::Phase::closing:
      connection.peer_ended_ = true;
      watch(connection, {.read = false, .write = connection.watched_write_});
      return;
    case Connection::Phase::lingering: return finish(connection, EndReason::closed);
    case Connection::Phase::ended: return;
  }
}

bool ConnectionSet::watch(Connection& connection, Interest interest) {
  const Interest current{connection.watched_read_, connection.watched_write_};
  if (interest == current) return true;
  connection.watched_read_ = interest.read;
  connection.watched_write_ = interest.write;
  return net_.watch(connection.socket_, interest, connection.token_);
}

// Sending.

void ConnectionSet::queued(Connection& connection, Priority priority) {
  if (is_over_limit(connection)) return relieve(connection);
  const ConnectionList* list = connection.list_;
  if (list == &hi_ || blocked_.holds(connection)) return;
  const bool is_bulk = priority == Priority::bulk;
  if (is_bulk && (list == &bulk_ || gathering_.holds(connection))) return;
  ConnectionList::unlink(connection);
  if (is_bulk && gathering_.is_wanted()) return gathering_.push_back(connection);
  (is_bulk ? bulk_ : hi_).push_back(connection);
}

bool ConnectionSet::is_over_limit(const Connection& connection) const {
  return connection.queue_.bytes_behind_first() > options_.queue_bytes_max ||
         connection.queue_.frame_count() > options_.queue_frames_max;
}

void ConnectionSet::relieve(Connection& connection) {
  // Much may be said in one turn; only a peer that does not take it is overloaded.
  if (!blocked_.holds(connection)) flush(connection);
  if (is_over_limit(connection)) finish(connection, EndReason::overloaded);
}

void ConnectionSet::flush_hi() {
  while (!hi_.is_empty()) flush(hi_.front());
}

void ConnectionSet::flush_bulk(const Clock& clock) {
  // Seldom enough that a look costs nothing beside the sends.
  constexpr std::size_t between_looks = 8;
  if (bulk_.is_empty()) return;
  const Instant end = clock.now() + options_.bulk_time_a_turn;
  for (std::size_t i = 0; i < options_.bulk_connections_a_turn && !bulk_.is_empty(); ++i) {
    if (i > 0 && i % between_looks == 0 && clock.now() >= end) return;
    flush(bulk_.front());
  }
}

// While one connection is written, the one behind it comes from memory with its frames.
void ConnectionSet::expect_flush(const Connection& next) {
  next.queue_.expect_flush();
  if (next.next_ != nullptr) next.next_->expect_send();
}

void ConnectionSet::flush(Connection& connection) {
  if (connection.list_ != nullptr && connection.next_ != nullptr) expect_flush(*connection.next_);
  const auto [outcome, progressed] = connection.queue_.flush(net_, connection.socket_, pool_);
  switch (outcome) {
    case SendQueue::Outcome::empty: return flushed(connection);
    case SendQueue::Outcome::blocked: return block(connection, progressed);
    case SendQueue::Outcome::broken: return finish(connection, EndReason::broken);
  }
}

void ConnectionSet::flushed(Connection& connection) {
  ConnectionList::unlink(connection);
  watch(connection, {.read = connection.watched_read_, .write = false});
  if (connection.phase_ == Connection::Phase::closing) return linger(connection);
  if (connection.wants_drained_) drained_.push_back(connection);
}

void ConnectionSet::block(Connection& connection, bool progressed) {
  if (progressed || !blocked_.holds(connection)) {
    ConnectionList::unlink(connection);
    blocked_.push_back(connection);
  }
  watch(connection, {.read = connection.watched_read_, .write = true});
}

void ConnectionSet::drained(Connection& connection) {
  if (connection.list_ == nullptr) drained_.push_back(connection);
}

// Ending.

void ConnectionSet::begin_close(Connection& connection) {
  connection.phase_ = Connection::Phase::closing;
  watch(connection, {.read = true, .write = connection.watched_write_});
  if (connection.queue_.is_empty()) {
    ConnectionList::unlink(connection);
    return linger(connection);
  }
  if (!gathering_.holds(connection)) return;
  ConnectionList::unlink(connection);  // nothing will come that could leave with it
  hi_.push_back(connection);
}

void ConnectionSet::linger(Connection& connection) {
  if (connection.peer_ended_) return finish(connection, EndReason::closed);
  connection.phase_ = Connection::Phase::lingering;
  net_.shutdown(connection.socket_);
  lingering_.push_back(connection);
}

void ConnectionSet::finish(Connection& connection, EndReason reason) {
  if (connection.phase_ == Connection::Phase::ended) return;
  connection.reason_ = reason;
  net_.close(std::exchange(connection.socket_, SocketId::none));
  leave(connection);
  ended_.push_back(connection);
}

SocketId ConnectionSet::release(Connection& connection) {
  const SocketId socket = std::exchange(connection.socket_, SocketId::none);
  net_.unwatch(socket);
  leave(connection);
  dead_.push_back(connection);
  return socket;
}

void ConnectionSet::leave(Connection& connection) {
  connection.phase_ = Connection::Phase::ended;
  connection.queue_.clear(pool_);
  ConnectionList::unlink(connection);
  count(size() - 1);
}

void ConnectionSet::count(std::size_t connections) {
  size_.store(connections, std::memory_order_relaxed);
  pool_.keep_at_most(std::max(spare_chunks_min, spare_chunks_a_connection * connections));
}

void ConnectionSet::tell() {
  // Set apart first: whoever asks again while being told is told in the next turn.
  while (!drained_.is_empty()) telling_.push_back(drained_.pop_front());
  while (!telling_.is_empty()) {
    Connection& connection = telling_.pop_front();
    connection.wants_drained_ = false;
    connection.events_->drained(connection);
  }
  while (!ended_.is_empty()) {
    Connection& connection = ended_.pop_front();
    dead_.push_back(connection);
    connection.events_->ended(connection, connection.reason_, now_);
  }
}

void ConnectionSet::free_dead() {
  while (!dead_.is_empty()) table_.erase(dead_.pop_front().token_);
}

}  // namespace veche::loop
