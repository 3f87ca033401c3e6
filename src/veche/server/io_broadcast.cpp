#include "veche/server/io_broadcast.hpp"

#include <utility>

#include "veche/server/worker.hpp"

namespace veche::server {

IoBroadcast& IoBroadcast::to(std::string_view room) {
  rooms_.emplace_back(room);
  return *this;
}

IoBroadcast& IoBroadcast::except(std::string_view room) {
  except_.emplace_back(room);
  return *this;
}

IoBroadcast& IoBroadcast::volatile_() {
  flags_.is_volatile = true;
  return *this;
}

IoBroadcast& IoBroadcast::local() {
  flags_.is_local = true;
  return *this;
}

void IoBroadcast::emit(std::string_view event, socketio::Raw raw) {
  post([event = std::string{event}, args = std::string{raw.args},
        attachments = raw.attachments != nullptr ? *raw.attachments : socketio::Attachments{}](
           socketio::BroadcastOperator& operation) {
    operation.emit(event, {args, attachments.empty() ? nullptr : &attachments});
  });
}

void IoBroadcast::sockets_join(std::string_view room) {
  post([room = std::string{room}](auto& operation) { operation.sockets_join(room); });
}

void IoBroadcast::sockets_leave(std::string_view room) {
  post([room = std::string{room}](auto& operation) { operation.sockets_leave(room); });
}

void IoBroadcast::disconnect_sockets(socketio::Scope scope) {
  post([scope](auto& operation) { operation.disconnect_sockets(scope); });
}

void IoBroadcast::fetch_sockets(socketio::Adapter::FetchCallback callback) {
  post([callback = std::move(callback)](auto& operation) mutable {
    operation.fetch_sockets(std::move(callback));
  });
}

void IoBroadcast::post(Call call) {
  first_->loop().post([worker = first_, nsp = nsp_, rooms = rooms_, except = except_,
                       flags = flags_, call = std::move(call)]() mutable {
    socketio::BroadcastOperator operation{worker->node().of(nsp)};
    operation.to(rooms).except(except);
    if (flags.is_volatile) operation.volatile_();
    if (flags.is_local) operation.local();
    call(operation);
  });
}

}  // namespace veche::server
