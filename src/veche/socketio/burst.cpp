#include "veche/socketio/burst.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/socketio/ahead.hpp"
#include "veche/socketio/delivery.hpp"
#include "veche/socketio/namespace.hpp"
#include "veche/socketio/node.hpp"
#include "veche/socketio/socket.hpp"

namespace veche::socketio {

bool Burst::add(const Emission& emission) {
  const std::size_t size = emission.event.size() + emission.args.size() + emission.offset.size();
  if (!run_) {
    run_.emplace(std::max(size, run_bytes_));
  } else if (run_->bytes() + size > bytes_max || kept_.size() == count_max) {
    return false;
  }
  Kept kept{};
  kept.args_at = Encoder::add_event(*run_, nsp_.name(), emission);
  kept.args_size = emission.args.size();
  kept.event_end = names_.append(emission.event).size();
  kept.offset_end = names_.append(emission.offset).size();
  kept_.push_back(kept);
  return true;
}

void Burst::emit(Audience& audience) {
  if (!run_) return;
  run_bytes_ = std::min(run_->bytes(), bytes_max);
  const engineio::Outgoing together = std::move(*run_).build();
  run_.reset();
  std::vector<SocketHandle> one_by_one;
  const auto send = [&](Socket& socket) {
    if (socket.reads_msgpack_ || socket.is_outgoing_heard_) {
      one_by_one.push_back(socket.handle());
    } else {
      socket.send(together, Priority::bulk);
    }
  };
  visit_ahead(
      audience.members(), [](Member* member) { return member; }, send);
  if (!one_by_one.empty()) emit_one_by_one(one_by_one, together);
  kept_.clear();
  if (names_.capacity() > bytes_max) names_ = {};
  names_.clear();
}

void Burst::emit_one_by_one(const std::vector<SocketHandle>& to,
                            const engineio::Outgoing& packets) {
  const std::string_view names{names_};
  const auto messages = packets.messages();
  auto message = messages.begin();
  std::size_t begin = 0;
  for (const Kept& kept : kept_) {
    const Emission each{.event = names.substr(begin, kept.event_end - begin),
                        .args = (message++)->substr(kept.args_at, kept.args_size),
                        .offset = names.substr(kept.event_end, kept.offset_end - kept.event_end)};
    begin = kept.offset_end;
    Delivery delivery{nsp_.node(), nsp_.name(), each, {}};
    for (const SocketHandle handle : to) {
      if (Socket* socket = nsp_.node().find(handle)) delivery.to(*socket);
    }
  }
}

}  // namespace veche::socketio
