#include "veche/socketio/burst.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/json/writer.hpp"
#include "veche/socketio/ahead.hpp"
#include "veche/socketio/delivery.hpp"
#include "veche/socketio/namespace.hpp"
#include "veche/socketio/node.hpp"
#include "veche/socketio/socket.hpp"

namespace veche::socketio {
namespace {

/// What follows an offset in an event's packet.
constexpr std::string_view offset_end = R"("])";

}  // namespace

bool Burst::add(const Emission& emission) {
  VECHE_EXPECTS(!is_under_way());
  VECHE_EXPECTS(json::is_plain(emission.offset));
  const std::size_t size = emission.event.size() + emission.args.size() + emission.offset.size();
  if (!run_) {
    run_.emplace(std::max(size, run_bytes_));
  } else if (run_->bytes() + size > bytes_max || kept_.size() == count_max) {
    return false;
  }
  const std::size_t args_at = Encoder::add_event(*run_, nsp_.name(), emission);
  kept_.push_back({emission.event, args_at, emission.args.size(), emission.offset.size()});
  return true;
}

bool Burst::is_half_full() const {
  return (run_ && run_->bytes() > bytes_max / 2) || kept_.size() > count_max / 2;
}

void Burst::emit(Audience& audience) {
  VECHE_EXPECTS(!is_under_way());
  if (!run_) return;
  const auto together = build();
  std::vector<SocketHandle> one_by_one;
  visit_ahead(
      audience.members(), [](Member* member) { return member; },
      [&](Socket& socket) { send(socket, together, one_by_one); });
  if (!one_by_one.empty()) emit_one_by_one(one_by_one, together);
  kept_.clear();
}

void Burst::begin(Audience& audience) {
  VECHE_EXPECTS(run_.has_value());
  together_ = build();
  const auto members = audience.members();
  receivers_.sockets.reserve(members.size());
  for (const Member* member : members) {
    receivers_.sockets.push_back(static_cast<const Socket*>(member)->handle());
  }
}

bool Burst::go_on(std::size_t count) {
  VECHE_EXPECTS(is_under_way());
  VECHE_EXPECTS(count > 0);
  const auto next = receivers_.take(count);
  std::vector<Socket*> there;
  there.reserve(next.size());
  for (const SocketHandle handle : next) {
    if (Socket* socket = nsp_.node().find(handle)) there.push_back(socket);
  }
  visit_ahead(
      there, [](Socket* socket) { return socket; },
      [this](Socket& socket) { send(socket, *together_, one_by_one_.sockets); });
  if (!receivers_.is_served()) return false;
  const auto last = one_by_one_.take(count - next.size());
  if (!last.empty()) emit_one_by_one(last, *together_);
  if (!one_by_one_.is_served()) return false;
  together_.reset();
  receivers_ = {};
  one_by_one_ = {};
  kept_.clear();
  return true;
}

std::span<const SocketHandle> Burst::Queue::take(std::size_t count) {
  const auto rest = std::span<const SocketHandle>{sockets}.subspan(served);
  const auto taken = rest.first(std::min(count, rest.size()));
  served += taken.size();
  return taken;
}

engineio::Outgoing Burst::build() {
  run_bytes_ = std::min(run_->bytes(), bytes_max);
  auto together = std::move(*run_).build();
  run_.reset();
  return together;
}

void Burst::send(Socket& socket, const engineio::Outgoing& packets,
                 std::vector<SocketHandle>& one_by_one) {
  if (socket.reads_msgpack_ || socket.is_outgoing_heard_) {
    one_by_one.push_back(socket.handle());
  } else {
    socket.send(packets, Priority::bulk);
  }
}

void Burst::emit_one_by_one(std::span<const SocketHandle> to, const engineio::Outgoing& packets) {
  const auto messages = packets.messages();
  auto message = messages.begin();
  for (const Kept& kept : kept_) {
    const std::string_view packet = *message++;
    const std::size_t before_offset = packet.size() - offset_end.size() - kept.offset_size;
    const Emission each{.event = kept.event,
                        .args = packet.substr(kept.args_at, kept.args_size),
                        .offset = kept.offset_size == 0
                                      ? std::string_view{}
                                      : packet.substr(before_offset, kept.offset_size)};
    Delivery delivery{nsp_.node(), nsp_.name(), each, {}};
    for (const SocketHandle handle : to) {
      if (Socket* socket = nsp_.node().find(handle)) delivery.to(*socket);
    }
  }
}

}  // namespace veche::socketio
