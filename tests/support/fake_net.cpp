#include "support/fake_net.hpp"

#include <algorithm>
#include <utility>

#include "veche/base/contract.hpp"

namespace veche::testing {

using loop::Accepted;
using loop::Interest;
using loop::IoResult;
using loop::IoStatus;
using loop::Ready;
using loop::SocketId;

/// Both directions of one connection, shared by its ends.
struct FakeSocket {
  std::string address;
  std::string to_server;
  std::string to_client;
  std::size_t window{1UL << 20};
  std::size_t read_size{std::numeric_limits<std::size_t>::max()};
  std::deque<std::size_t> write_sizes;
  bool client_finished{};
  bool client_vanished{};
  bool server_finished{};
  bool server_closed{};
  bool was_reset{};
  SocketId id{SocketId::none};
  FakeNet* watcher{};

  [[nodiscard]] std::size_t room() const {
    return window > to_client.size() ? window - to_client.size() : 0;
  }
  void changed() {
    if (watcher != nullptr) watcher->look_at(id);
  }
};

// FakeNetwork

FakeClient FakeNetwork::connect(std::uint16_t port, std::string address) {
  VECHE_EXPECTS(is_listening(port));
  const SocketId id = listeners_[port];
  auto socket = std::make_shared<FakeSocket>();
  socket->address = std::move(address);
  listener(id).waiting.push_back(socket);
  listener(id).net->look_at(id);
  return FakeClient{std::move(socket)};
}

std::optional<FakeClient> FakeNetwork::take_connect() {
  if (connecting_.empty()) return std::nullopt;
  FakeClient end{std::move(connecting_.front())};
  connecting_.pop_front();
  return end;
}

SocketId FakeNetwork::take_id() {
  if (free_ids_.empty()) return SocketId{ids_end_++};
  return free_ids_.extract(free_ids_.begin()).value();
}

FakeNetwork::Listener& FakeNetwork::listener(SocketId socket) {
  const auto found = listening_.find(socket);
  VECHE_EXPECTS(found != listening_.end());
  return found->second;
}

// FakeClient

void FakeClient::send(std::string_view bytes) {
  VECHE_EXPECTS(!socket_->client_finished);
  if (socket_->server_closed || socket_->client_vanished) return;
  socket_->to_server += bytes;
  socket_->changed();
}

std::string FakeClient::receive() {
  std::string bytes = std::exchange(socket_->to_client, {});
  socket_->changed();
  return bytes;
}

void FakeClient::finish() {
  socket_->client_finished = true;
  socket_->changed();
}

void FakeClient::vanish() {
  socket_->client_vanished = true;
  socket_->to_server.clear();
  socket_->changed();
}

void FakeClient::set_window(std::size_t bytes) {
  socket_->window = bytes;
  socket_->changed();
}

void FakeClient::set_read_size(std::size_t bytes) {
  VECHE_EXPECTS(bytes > 0);
  socket_->read_size = bytes;
}

void FakeClient::set_write_sizes(std::deque<std::size_t> sizes) {
  socket_->write_sizes = std::move(sizes);
}

bool FakeClient::is_at_end() const { return socket_->server_finished || socket_->server_closed; }
bool FakeClient::is_closed() const { return socket_->server_closed; }
bool FakeClient::is_reset() const { return socket_->was_reset; }

// FakeNet

FakeNet::~FakeNet() {
  while (!watched_.empty()) close(watched_.begin()->first);
  std::vector<SocketId> listeners;
  for (const auto& [id, listener] : network_.listening_) {
    if (listener.net == this) listeners.push_back(id);
  }
  for (const SocketId id : listeners) close(id);
}

Result<SocketId> FakeNet::listen(const loop::Endpoint& endpoint) {
  std::uint16_t port = endpoint.port;
  if (port == 0) {
    for (port = 40'000; network_.listeners_.contains(port);) ++port;
  }
  if (network_.listeners_.contains(port)) return fail(Errc::io, "Address already in use");
  const SocketId id = network_.take_id();
  network_.listeners_[port] = id;
  network_.listening_[id] = {.net = this, .port = port, .waiting = {}};
  return id;
}

std::uint16_t FakeNet::port(SocketId listener) const { return network_.listener(listener).port; }

std::optional<Accepted> FakeNet::accept(SocketId listener) {
  auto& waiting = network_.listener(listener).waiting;
  if (waiting.empty()) return std::nullopt;
  std::shared_ptr<FakeSocket> socket = std::move(waiting.front());
  waiting.pop_front();
  socket->id = network_.take_id();
  Accepted accepted{socket->id, socket->address};
  network_.sockets_[accepted.socket] = std::move(socket);
  return accepted;
}

Result<SocketId> FakeNet::connect(const loop::Endpoint& remote, const std::string& local) {
  if (network_.refuses_to_connect_) {
    return fail(Errc::io, "cannot connect to " + remote.host + ": Connection refused");
  }
  auto socket = std::make_shared<FakeSocket>();
  socket->address = local;
  socket->id = network_.take_id();
  network_.sockets_[socket->id] = socket;
  network_.connecting_.push_back(socket);
  return socket->id;
}

bool FakeNet::watch(SocketId socket, Interest interest, std::uint64_t token) {
  const bool is_new = !watched_.contains(socket);
  if (is_new && refuses_to_watch_) return false;
  if (is_new && !network_.listening_.contains(socket)) {
    VECHE_EXPECTS(this->socket(socket).watcher == nullptr);
    this->socket(socket).watcher = this;
  }
  watched_[socket] = {interest, token};
  look_at(socket);
  return true;
}

void FakeNet::unwatch(SocketId socket) {
  VECHE_EXPECTS(watched_.erase(socket) == 1);
  maybe_ready_.erase(socket);
  if (!network_.listening_.contains(socket)) this->socket(socket).watcher = nullptr;
}

IoResult FakeNet::read(SocketId socket, std::span<char> into) {
  FakeSocket& from = this->socket(socket);
  if (from.client_vanished) return {IoStatus::error, 0};
  if (from.to_server.empty()) {
    return {from.client_finished ? IoStatus::end : IoStatus::again, 0};
  }
  const std::size_t size = std::min({into.size(), from.read_size, from.to_server.size()});
  std::copy_n(from.to_server.begin(), size, into.begin());
  from.to_server.erase(0, size);
  return {IoStatus::done, size};
}

IoResult FakeNet::write(SocketId socket, std::string_view bytes) {
  FakeSocket& to = this->socket(socket);
  VECHE_EXPECTS(!bytes.empty());
  VECHE_EXPECTS(!to.server_finished);
  if (to.client_vanished) return {IoStatus::error, 0};
  std::size_t size = std::min(bytes.size(), to.room());
  if (!to.write_sizes.empty()) {
    size = std::min(size, to.write_sizes.front());
    to.write_sizes.pop_front();
  }
  const std::string_view taken = bytes.substr(0, size);
  if (network_.observer_) network_.observer_({.address = to.address, .bytes = taken});
  if (size == 0) return {IoStatus::again, 0};
  to.to_client += taken;
  return {IoStatus::done, size};
}

void FakeNet::shutdown(SocketId socket) {
  this->socket(socket).server_finished = true;
  look_at(socket);
}

void FakeNet::close(SocketId socket) {
  if (watched_.contains(socket)) unwatch(socket);
  if (const auto found = network_.listening_.find(socket); found != network_.listening_.end()) {
    for (const auto& waiting : found->second.waiting) {
      waiting->server_closed = true;
      waiting->was_reset = true;
    }
    network_.listeners_.erase(found->second.port);
    network_.listening_.erase(found);
    network_.give_back(socket);
    return;
  }
  FakeSocket& closed = this->socket(socket);
  closed.server_closed = true;
  // A kernel answers unread bytes with a reset, which may overtake what was written.
  closed.was_reset = !closed.to_server.empty();
  if (closed.was_reset) closed.to_client.clear();
  network_.sockets_.erase(socket);
  network_.give_back(socket);
}

std::span<const Ready> FakeNet::wait(Milliseconds at_most) {
  asked_to_wait_ = at_most;
  is_woken_.store(false, std::memory_order_release);
  ready_.clear();
  // From the one after the last told, around, so that a crowd does not hide the others.
  auto at = maybe_ready_.upper_bound(last_told_);
  for (std::size_t left = maybe_ready_.size(); left > 0 && ready_.size() < events_max; --left) {
    if (at == maybe_ready_.end()) at = maybe_ready_.begin();
    const SocketId socket = *at;
    const std::optional<Ready> ready = readiness(socket);
    if (ready.has_value()) {
      ready_.push_back(*ready);
      last_told_ = socket;
      ++at;
    } else {
      at = maybe_ready_.erase(at);
    }
  }
  return ready_;
}

std::optional<Interest> FakeNet::interest(SocketId socket) const {
  const auto found = watched_.find(socket);
  if (found == watched_.end()) return std::nullopt;
  return found->second.interest;
}

void FakeNet::look_at(SocketId socket) {
  if (watched_.contains(socket)) maybe_ready_.insert(socket);
}

std::optional<Ready> FakeNet::readiness(SocketId socket) const {
  const Watch& watch = watched_.at(socket);
  Ready ready{.token = watch.token};
  if (const auto found = network_.listening_.find(socket); found != network_.listening_.end()) {
    ready.readable = watch.interest.read && !found->second.waiting.empty();
  } else {
    const FakeSocket& watched = this->socket(socket);
    ready.broken = watched.client_vanished || (watched.client_finished && watched.server_finished);
    ready.readable = ready.broken || (watch.interest.read &&
                                      (!watched.to_server.empty() || watched.client_finished));
    ready.writable = ready.broken || (watch.interest.write && watched.room() > 0);
  }
  if (!ready.readable && !ready.writable) return std::nullopt;
  return ready;
}

FakeSocket& FakeNet::socket(SocketId socket) const {
  const auto found = network_.sockets_.find(socket);
  VECHE_EXPECTS(found != network_.sockets_.end());
  return *found->second;
}

}  // namespace veche::testing
