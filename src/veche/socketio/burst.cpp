#include "veche/socketio/burst.hpp"

#include <string_view>

#include "veche/base/contract.hpp"
#include "veche/socketio/ahead.hpp"
#include "veche/socketio/delivery.hpp"
#include "veche/socketio/namespace.hpp"
#include "veche/socketio/node.hpp"
#include "veche/socketio/socket.hpp"

namespace veche::socketio {

bool Burst::add(const Emission& emission) {
  VECHE_EXPECTS(emission.attachments == nullptr);
  const std::size_t size = emission.event.size() + emission.args.size() + emission.offset.size();
  if (!kept_.empty() && (text_.size() + size > bytes_max || kept_.size() == count_max))
    return false;
  Kept kept{};
  kept.event = text_.append(emission.event).size();
  kept.args = text_.append(emission.args).size();
  kept.offset = text_.append(emission.offset).size();
  kept_.push_back(kept);
  return true;
}

Emission Burst::emission(std::size_t index) const {
  const std::string_view text{text_};
  const std::size_t begin = index == 0 ? 0 : kept_[index - 1].offset;
  const Kept& end = kept_[index];
  return {.event = text.substr(begin, end.event - begin),
          .args = text.substr(end.event, end.args - end.event),
          .offset = text.substr(end.args, end.offset - end.args)};
}

void Burst::emit(Namespace& nsp, Audience& audience) {
  const auto members = audience.members();
  if (kept_.size() == 1) {
    nsp.emit(audience, emission(0));
  } else if (!kept_.empty() && !members.empty()) {
    emit_together(nsp, members);
  }
  kept_.clear();
  if (text_.capacity() > 2 * bytes_max) text_ = {};
  text_.clear();
}

void Burst::emit_together(Namespace& nsp, std::span<Member* const> members) {
  Node& node = nsp.node();
  const engineio::Outgoing together = encode(nsp);
  std::vector<SocketHandle> one_by_one;
  const auto send = [&](Socket& socket) {
    if (socket.reads_msgpack_ || socket.is_outgoing_heard_) {
      one_by_one.push_back(socket.handle());
    } else {
      socket.send(together, Priority::bulk);
    }
  };
  visit_ahead(
      members, [](Member* member) { return member; }, send);
  for (std::size_t i = 0; i < kept_.size() && !one_by_one.empty(); ++i) {
    const Emission each = emission(i);
    Delivery delivery{node, nsp.name(), each, {}};
    for (const SocketHandle handle : one_by_one) {
      if (Socket* socket = node.find(handle)) delivery.to(*socket);
    }
  }
}

engineio::Outgoing Burst::encode(Namespace& nsp) const {
  std::vector<engineio::Outgoing> parts;
  parts.reserve(kept_.size());
  for (std::size_t i = 0; i < kept_.size(); ++i) {
    parts.push_back(nsp.node().encoder().event(nsp.name(), std::nullopt, emission(i)));
  }
  return engineio::Outgoing::joined(parts);
}

}  // namespace veche::socketio
