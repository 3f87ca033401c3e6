#include "veche/socketio/typed.hpp"

#include "veche/socketio/namespace.hpp"
#include "veche/socketio/socket.hpp"

namespace veche::socketio {

ArgumentReader::ArgumentReader(json::Value array, std::size_t skipped,
                               const Attachments& attachments)
    : reading_{attachments}, at_{array.items().begin()}, end_{array.items().end()} {
  for (; skipped > 0 && at_ != end_; --skipped) ++at_;
}

json::Value ArgumentReader::next() {
  ++number_;
  if (at_ == end_) return {};
  const json::Value value = *at_;
  ++at_;
  return value;
}

void refuse_arguments(Socket& socket, Event& event, const std::string& problem) {
  if (!event.ack) return socket.nsp().receive_invalid(socket, event, problem);
  std::string answer;
  json::Writer{answer}.begin_object().member("error", problem).end_object();
  event.ack(Raw{answer});
}

}  // namespace veche::socketio
