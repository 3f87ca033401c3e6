#include "veche/client/http_connection.hpp"

#include <utility>

#include "veche/base/contract.hpp"
#include "veche/client/nobody.hpp"

namespace veche::client {

HttpConnection::HttpConnection(const Context& context, HttpEvents& events)
    : context_{context}, events_{events} {}

HttpConnection::~HttpConnection() { abandon(); }

void HttpConnection::abandon() {
  is_waiting_ = false;
  if (connection_ != nullptr) client::abandon(*std::exchange(connection_, nullptr));
}

Result<void> HttpConnection::open(const ServerAddress& server, const std::string& local) {
  if (connection_ != nullptr) return {};
  const auto socket = context_.net.connect(server.endpoint, local);
  if (!socket) return tl::unexpected<Error>{socket.error()};
  reader_ = ResponseReader{};
  connection_ = &context_.loop.adopt(*socket, {}, *this);
  return {};
}

Result<void> HttpConnection::ask(const ServerAddress& server, const std::string& local,
                                 std::string_view request) {
  VECHE_EXPECTS(!is_waiting_);
  if (auto opened = open(server, local); !opened) return opened;
  connection_->send(Frame::copy(request), Priority::hi);
  is_waiting_ = true;
  return {};
}

Result<void> HttpConnection::ask_last(const ServerAddress& server, const std::string& local,
                                      std::string_view request) {
  if (auto opened = open(server, local); !opened) return opened;
  connection_->send(Frame::copy(request), Priority::hi);
  connection_->close_after_flush();
  is_waiting_ = true;
  return {};
}

void HttpConnection::pause_reading() {
  if (connection_ != nullptr) connection_->pause_reading();
}

void HttpConnection::resume_reading() {
  if (connection_ != nullptr) connection_->resume_reading();
}

void HttpConnection::received(loop::Connection& /*connection*/, std::span<char> bytes,
                              Instant /*now*/) {
  const Instant read_at = context_.clock.now();
  const auto outcome = reader_.receive({bytes.data(), bytes.size()});
  if (outcome == ResponseReader::Outcome::need_more) return;
  const bool was_waiting = std::exchange(is_waiting_, false);
  if (outcome == ResponseReader::Outcome::malformed || !was_waiting) {
    abandon();
    return events_.unanswered(
        *this, was_waiting ? reader_.why() : "the server answered without being asked");
  }
  if (!reader_.keeps_alive()) abandon();
  events_.answered(*this, reader_.status(), reader_.body(), read_at);
}

void HttpConnection::ended(loop::Connection& /*connection*/, loop::EndReason reason,
                           Instant /*now*/) {
  connection_ = nullptr;
  // A server may close a connection on which nothing is under way; the next request opens another.
  if (std::exchange(is_waiting_, false)) events_.unanswered(*this, loop::to_string(reason));
}

}  // namespace veche::client
