#include "veche/gateway/call.hpp"

#include <utility>

#include "veche/dto/errors.hpp"
#include "veche/json/writer.hpp"
#include "veche/socketio/node.hpp"

namespace veche::gateway {

Answer::Answer(Call& call)
    : node_{&call.socket.node()},
      socket_{call.socket.handle()},
      ack_{std::move(call.event.ack)},
      route_{&call.route} {
  if (ack_ || call.event.args().size() > payload_bytes_max) return;
  payload_ = std::make_unique<std::string>();
  json::Writer{*payload_}.value(call.payload());
}

void Answer::succeed(std::string_view json) { ack_(socketio::Raw{json}); }

void Answer::fail(const Error& error, Log& log) {
  if (!route_->failure_line.empty()) {
    std::string line{route_->failure_line};
    log.event(route_->failure_line, line.append(dto::text_of(error)));
  }
  std::string out;
  json::Writer json{out};
  if (ack_) {
    dto::write_failure(json, error);
    return ack_(socketio::Raw{out});
  }
  socketio::Socket* socket = node_->find(socket_);
  if (socket == nullptr) return;
  const std::string_view payload = payload_ == nullptr ? std::string_view{} : *payload_;
  dto::write_exception(json, error, route_->event, payload);
  socket->emit("exception", socketio::Raw{out});
}

}  // namespace veche::gateway
