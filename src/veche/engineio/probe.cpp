#include "veche/engineio/probe.hpp"

#include <algorithm>
#include <utility>

#include "veche/engineio/session.hpp"

namespace veche::engineio {

Probe::Probe(Session& session, SessionContext& context, WebSocketPort& port, Instant now)
    : session_{session},
      context_{context},
      port_{&port},
      deadline_{now + context.options.upgrade_timeout} {
  port.bind(this);
  context_.wheel.arm(*this, deadline_);
}

Probe::~Probe() {
  if (port_ == nullptr) return;
  port_->bind(nullptr);
  port_->close(std::nullopt, {}, Unsent::drop);
}

void Probe::message(std::string_view data, bool is_binary, Instant now) {
  context_.now = now;
  if (!is_binary && !has_probed_ && data == "2probe") {
    has_probed_ = true;
    port_->write(context_.packets.probe_answer, Priority::hi);
    return release_poll(now);
  }
  if (!is_binary && has_probed_ && data == "5") {
    return session_.upgrade_to(*std::exchange(port_, nullptr));
  }
  session_.drop_probe();
}

void Probe::gone(CloseReason /*reason*/, Instant now) {
  context_.now = now;
  port_->bind(nullptr);
  port_ = nullptr;
  session_.drop_probe();
}

void Probe::expired(Instant now) {
  context_.now = now;
  if (now >= deadline_) return session_.drop_probe();
  release_poll(now);
}

void Probe::release_poll(Instant now) {
  context_.wheel.arm(*this, std::min(deadline_, now + release_interval));
  session_.release_poll();
}

}  // namespace veche::engineio
