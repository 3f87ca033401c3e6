#include "veche/loop/tls_net.hpp"

#include <utility>

#include "veche/base/contract.hpp"

namespace veche::loop {
namespace {

/// Below, a socket's token is its number: an event leads to the socket with one look-up.
constexpr std::uint64_t token_below(SocketId socket) { return static_cast<std::uint64_t>(socket); }

}  // namespace

std::optional<Accepted> TlsNet::accept(SocketId listener) {
  std::optional<Accepted> accepted = below_.accept(listener);
  if (accepted.has_value()) context_.accepted(accepted->socket, accepted->address);
  return accepted;
}

TlsNet::Map::value_type& TlsNet::find(SocketId socket) {
  const auto found = watched_.find(socket);
  VECHE_EXPECTS(found != watched_.end());
  return *found;
}

bool TlsNet::watch(SocketId socket, Interest interest, std::uint64_t token) {
  const auto [entry, is_new] = watched_.try_emplace(socket);
  entry->second.token = token;
  entry->second.wanted = interest;
  if (!is_new) {
    refresh(*entry);
    return true;
  }
  if (start(*entry)) return true;
  watched_.erase(entry);
  return false;
}

bool TlsNet::start(Map::value_type& entry) {
  auto& [socket, watched] = entry;
  watched.stream = context_.take(socket);
  watched.below = watched.wanted;
  if (watched.stream != nullptr) {
    watched.stream->attach(below_, socket);
    watched.below = watched.stream->needs(watched.wanted);
  }
  if (!below_.watch(socket, watched.below, token_below(socket))) return false;
  refresh(entry);
  return true;
}

/// Makes the net below watch for what is needed now.
void TlsNet::refresh(Map::value_type& entry) {
  auto& [socket, watched] = entry;
  Interest needed = watched.wanted;
  if (watched.stream != nullptr) {
    needed = watched.stream->needs(watched.wanted);
    if (watched.stream->has_more() && watched.wanted.read) {
      unread_.insert(socket);
    } else if (!unread_.empty()) {
      unread_.erase(socket);
    }
  }
  if (needed == watched.below) return;
  watched.below = needed;
  VECHE_EXPECTS(below_.watch(socket, needed, token_below(socket)));
}

void TlsNet::unwatch(SocketId socket) {
  auto node = watched_.extract(socket);
  VECHE_EXPECTS(!node.empty());
  below_.unwatch(socket);
  unread_.erase(socket);
  std::unique_ptr<TlsStream>& stream = node.mapped().stream;
  if (stream != nullptr) context_.park(socket, std::move(stream));
}

IoResult TlsNet::read(SocketId socket, std::span<char> into) {
  auto& entry = find(socket);
  TlsStream* stream = entry.second.stream.get();
  if (stream == nullptr) return below_.read(socket, into);
  const IoResult result = stream->read(into);
  if (result.status == IoStatus::error && !stream->reason().empty()) {
    log_.event("tls", "no handshake with " + stream->reason());
  }
  refresh(entry);
  return result;
}

IoResult TlsNet::write(SocketId socket, std::string_view bytes) {
  auto& entry = find(socket);
  TlsStream* stream = entry.second.stream.get();
  if (stream == nullptr) return below_.write(socket, bytes);
  const IoResult result = stream->write(bytes);
  refresh(entry);
  return result;
}

void TlsNet::shutdown(SocketId socket) {
  auto& entry = find(socket);
  TlsStream* stream = entry.second.stream.get();
  if (stream == nullptr) return below_.shutdown(socket);
  stream->shutdown();
  refresh(entry);
}

void TlsNet::close(SocketId socket) {
  auto node = watched_.extract(socket);
  if (node.empty()) {
    context_.forget(socket);
  } else if (node.mapped().stream != nullptr) {
    node.mapped().stream->close();
    unread_.erase(socket);
  }
  below_.close(socket);
}

bool TlsNet::is_secure(SocketId socket) const {
  const auto found = watched_.find(socket);
  return found != watched_.end() && found->second.stream != nullptr;
}

std::span<const Ready> TlsNet::wait(Milliseconds at_most) {
  const auto ready_below = below_.wait(unread_.empty() ? at_most : Milliseconds{0});
  ready_.clear();
  handshakes_ = 0;
  for (const Ready& ready : ready_below) tell(find(static_cast<SocketId>(ready.token)), ready);
  tell_rest();
  return ready_;
}

void TlsNet::tell(Map::value_type& entry, const Ready& ready) {
  Watched& watched = entry.second;
  Ready told = ready;
  if (TlsStream* stream = watched.stream.get(); stream != nullptr) {
    const bool shakes_hands = !stream->is_established() && !ready.broken;
    // The net below tells again of those that are left out.
    if (shakes_hands && ++handshakes_ > handshakes_a_turn) return;
    if (ready.writable) {
      stream->resume_shutdown();
      refresh(entry);
    }
    told = stream->told(ready, watched.wanted);
  }
  if (!told.readable && !told.writable) return;
  told.token = watched.token;
  ready_.push_back(told);
  watched.is_told = told.readable && unread_.contains(entry.first);
}

void TlsNet::tell_rest() {
  for (const SocketId socket : unread_) {
    Watched& watched = find(socket).second;
    if (!std::exchange(watched.is_told, false)) {
      ready_.push_back({.token = watched.token, .readable = true});
    }
  }
}

}  // namespace veche::loop
