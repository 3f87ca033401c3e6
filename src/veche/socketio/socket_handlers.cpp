// The handlers of a Socket: how they are put on and taken off.

#include <utility>

#include "veche/socketio/socket.hpp"

namespace veche::socketio {

HandlerId Socket::next_handler_id() { return HandlerId{++extras().last_handler_id}; }

HandlerId Socket::on(std::string_view event, EventHandler handler) {
  const HandlerId id = next_handler_id();
  extras().handlers.add(event, std::move(handler), id);
  return id;
}

HandlerId Socket::once(std::string_view event, EventHandler handler) {
  const HandlerId id = next_handler_id();
  extras().handlers.add(event, std::move(handler), id, Times::once);
  return id;
}

void Socket::off(HandlerId id) {
  if (extras_ == nullptr) return;
  Extras& more = *extras_;
  more.handlers.off(id) || more.any.off(id) || more.any_outgoing.off(id) ||
      more.middlewares.off(id) || more.error.off(id) || more.disconnecting.off(id) ||
      more.disconnect.off(id);
  note_outgoing_handlers();
}

void Socket::off(std::string_view event) {
  if (extras_ != nullptr) extras_->handlers.off(event);
}

void Socket::off_all() {
  if (extras_ == nullptr) return;
  Extras& more = *extras_;
  more.handlers.off_all();
  more.any.off_all();
  more.any_outgoing.off_all();
  more.middlewares.off_all();
  more.error.off_all();
  more.disconnecting.off_all();
  more.disconnect.off_all();
  note_outgoing_handlers();
}

std::vector<std::string> Socket::event_names() const {
  return extras_ == nullptr ? std::vector<std::string>{} : extras_->handlers.names();
}

std::size_t Socket::listener_count(std::string_view event) const {
  return extras_ == nullptr ? 0 : extras_->handlers.count(event);
}

std::size_t Socket::listener_count_any() const {
  return extras_ == nullptr ? 0 : extras_->any.count();
}

std::size_t Socket::listener_count_any_outgoing() const {
  return extras_ == nullptr ? 0 : extras_->any_outgoing.count();
}

HandlerId Socket::on_any(EventHandler handler) {
  const HandlerId id = next_handler_id();
  extras().any.add(std::move(handler), id);
  return id;
}

HandlerId Socket::prepend_any(EventHandler handler) {
  const HandlerId id = next_handler_id();
  extras().any.prepend(std::move(handler), id);
  return id;
}

void Socket::off_any() {
  if (extras_ != nullptr) extras_->any.off_all();
}

HandlerId Socket::on_any_outgoing(OutgoingHandler handler) {
  const HandlerId id = next_handler_id();
  extras().any_outgoing.add(std::move(handler), id);
  note_outgoing_handlers();
  return id;
}

HandlerId Socket::prepend_any_outgoing(OutgoingHandler handler) {
  const HandlerId id = next_handler_id();
  extras().any_outgoing.prepend(std::move(handler), id);
  note_outgoing_handlers();
  return id;
}

void Socket::off_any_outgoing() {
  if (extras_ == nullptr) return;
  extras_->any_outgoing.off_all();
  note_outgoing_handlers();
}

void Socket::note_outgoing_handlers() { is_outgoing_heard_ = !extras_->any_outgoing.is_empty(); }

HandlerId Socket::use(SocketMiddleware middleware) {
  const HandlerId id = next_handler_id();
  extras().middlewares.add(std::move(middleware), id);
  return id;
}

HandlerId Socket::on_error(ErrorHandler handler) {
  const HandlerId id = next_handler_id();
  extras().error.add(std::move(handler), id);
  return id;
}

HandlerId Socket::on_disconnecting(DisconnectHandler handler) {
  const HandlerId id = next_handler_id();
  extras().disconnecting.add(std::move(handler), id);
  return id;
}

HandlerId Socket::on_disconnect(DisconnectHandler handler) {
  const HandlerId id = next_handler_id();
  extras().disconnect.add(std::move(handler), id);
  return id;
}

}  // namespace veche::socketio
