#include "veche/server/io_broadcast.hpp"

#include <utility>

#include "veche/base/contract.hpp"
#include "veche/server/worker.hpp"

namespace veche::server {
namespace {

/// What is emitted, in memory of its own.
struct Said {
  Said(std::string_view name, socketio::Raw raw)
      : event{name},
        args{raw.args},
        attachments{raw.attachments != nullptr ? *raw.attachments : socketio::Attachments{}} {}

  [[nodiscard]] socketio::Raw raw() const {
    return {args, attachments.empty() ? nullptr : &attachments};
  }

  std::string event;
  std::string args;
  socketio::Attachments attachments;
};

}  // namespace

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

IoBroadcast& IoBroadcast::compress(bool is_wanted) {
  flags_.compress = is_wanted;
  return *this;
}

IoBroadcast& IoBroadcast::timeout(Milliseconds timeout) {
  VECHE_EXPECTS(timeout > Milliseconds{0});
  timeout_ = timeout;
  return *this;
}

void IoBroadcast::emit(std::string_view event, socketio::Raw raw) {
  post([said = Said{event, raw}](auto& operation) { operation.emit(said.event, said.raw()); });
}

void IoBroadcast::emit_with_ack(std::string_view event, socketio::Raw raw,
                                socketio::Adapter::AnswersCallback callback) {
  post([said = Said{event, raw}, timeout = timeout_,
        callback = std::move(callback)](auto& operation) mutable {
    const socketio::Raw args = said.raw();
    operation.timeout(timeout).emit_with_ack({said.event, args.args, args.attachments},
                                             std::move(callback));
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
    operation.compress(flags.compress);
    call(operation);
  });
}

}  // namespace veche::server
