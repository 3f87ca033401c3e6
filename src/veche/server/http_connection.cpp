#include "veche/server/http_connection.hpp"

#include <utility>

#include "veche/base/contract.hpp"
#include "veche/http/serialize.hpp"
#include "veche/websocket/upgrade.hpp"

namespace veche::server {
namespace {

/// Bytes that a WebSocket or a JSON parser may read behind what it was given.
constexpr std::size_t readable_after = 64;

http::Response forbidden_origin() {
  http::Response response{.status = 403, .body = R"({"code":4,"message":"Forbidden"})"};
  response.headers.set("Content-Type", "application/json");
  return response;
}

bool is_preflight(const http::Request& request) {
  return request.method == http::Method::options &&
         request.headers.find("Access-Control-Request-Method").has_value();
}

std::optional<std::string> owned(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  return std::string{*text};
}

}  // namespace

HttpConnection::HttpConnection(loop::Connection& connection, HttpHost& host, Instant now)
    : connection_{connection}, host_{host}, parser_{host.options().http}, now_{now} {
  connection.set_events(*this);
  host.timers().arm(*this, now + host.options().idle_timeout);
}

HttpConnection::~HttpConnection() {
  if (const http::Request* head = parser_.head()) end_body(*head);
  if (exchange_ != nullptr) exchange_->abandon();
}

void HttpConnection::received(loop::Connection&, std::span<char> bytes, Instant now) {
  now_ = now;
  if (state_ == State::reading) {
    consume(bytes);
  } else {
    keep(bytes);
  }
}

void HttpConnection::consume(std::span<char> bytes) {
  is_consuming_ = true;
  while (state_ == State::reading && !bytes.empty()) {
    auto outcome = parser_.feed({bytes.data(), bytes.size()});
    bytes = bytes.subspan(outcome.consumed);
    if (std::holds_alternative<http::RequestParser::ContinueExpected>(outcome.event)) {
      connection_.send(Frame::copy(http::continue_answer), Priority::hi);
    } else if (auto* request = std::get_if<http::Request>(&outcome.event)) {
      take(std::move(*request), bytes);
      if (state_ == State::moved) return move_on();
    } else if (const auto* refused = std::get_if<http::Refused>(&outcome.event)) {
      take(*refused);
    }
  }
  is_consuming_ = false;
  keep(bytes);
  if (state_ == State::reading) watch_phase();
}

void HttpConnection::keep(std::span<const char> bytes) {
  if (state_ == State::closing || state_ == State::moved || bytes.empty()) return;
  kept_.append(bytes.data(), bytes.size());
  if (kept_.size() > host_.options().pipelined_bytes_max) connection_.pause_reading();
}

void HttpConnection::consume_kept() {
  if (state_ != State::reading || is_consuming_) return;
  connection_.resume_reading();
  if (kept_.empty()) return watch_phase();
  std::string bytes = std::exchange(kept_, {});
  const std::size_t size = bytes.size();
  bytes.append(readable_after, '\0');
  consume({bytes.data(), size});  // may free this object
}

void HttpConnection::take(const http::Refused& refused) {
  auto response = http::to_response(refused);
  // A page may read why it was refused, as far as its origin is known by then.
  const http::Request* head = parser_.head();
  const auto origin = head != nullptr ? head->headers.find("Origin") : std::nullopt;
  host_.options().cors.add_headers(origin, response.headers);
  write(response, http::Method::get, false);
}

void HttpConnection::end_body(const http::Request& head) {
  if (std::exchange(is_body_told_, false)) host_.body_ended(head);
}

void HttpConnection::take(http::Request request, std::span<char>& rest) {
  end_body(request);
  request.address = connection_.address();
  request.is_secure = connection_.is_secure();
  request.arrived = host_.wall();
  method_ = request.method;
  keep_alive_ = request.keep_alive;
  origin_ = owned(request.headers.find("Origin"));
  coding_ = http::preferred_coding(request.headers);
  disarm();
  watched_ = http::RequestParser::Phase::idle;

  const auto& cors = host_.options().cors;
  const auto host = request.headers.find("Host").value_or("");
  if (cors.verdict(request.headers.find("Origin"), host) == http::Cors::Verdict::refused) {
    host_.origin_refused(request);
    return answer(forbidden_origin());
  }
  if (is_preflight(request)) return write(cors.preflight(request.headers), method_, keep_alive_);
  if (host_.is_elsewhere(request)) {
    leaving_ = std::make_unique<http::Request>(std::move(request));
    state_ = State::flushing;
    keep(std::exchange(rest, {}));
    return drained(connection_);
  }
  if (websocket::wants_upgrade(request)) {
    if (!host_.asks_about(request)) return upgrade(request, rest);
    keep(std::exchange(rest, {}));
    return ask_about(std::move(request));
  }
  dispatch(std::move(request));
}

void HttpConnection::dispatch(http::Request request) {
  await_answer([this](http::Response response) {
    exchange_.reset();
    answer(std::move(response));
    consume_kept();
  });
  host_.handle(std::move(request), http::Responder{exchange_}, now_);
}

void HttpConnection::await_answer(http::Exchange::Deliver deliver) {
  state_ = State::answering;
  exchange_ = std::make_shared<http::Exchange>(std::move(deliver));
}

void HttpConnection::upgrade(http::Request& request, std::span<char> rest) {
  if (auto refusal = host_.upgrade(connection_, request, rest)) {
    return answer(std::move(*refusal));
  }
  state_ = State::moved;
}

void HttpConnection::ask_about(http::Request request) {
  asking_ = std::make_unique<http::Request>(std::move(request));
  await_answer([this](http::Response verdict) { upgrade_if_allowed(std::move(verdict)); });
  host_.ask_about(*asking_, http::Responder{exchange_}, now_);
}

void HttpConnection::upgrade_if_allowed(http::Response verdict) {
  exchange_.reset();
  const auto request = std::exchange(asking_, nullptr);
  if (verdict.status != 101) {
    answer(std::move(verdict));
    return consume_kept();
  }
  connection_.resume_reading();
  std::string bytes = std::exchange(kept_, {});
  const std::size_t size = bytes.size();
  bytes.append(readable_after, '\0');
  upgrade(*request, {bytes.data(), size});
  if (state_ == State::moved) {
    if (!is_consuming_) move_on();  // frees this object
    return;
  }
  keep({bytes.data(), size});
  consume_kept();
}

void HttpConnection::answer(http::Response response) {
  const auto origin = origin_ ? std::optional<std::string_view>{*origin_} : std::nullopt;
  host_.options().cors.add_headers(origin, response.headers);
  host_.compression().apply(response, method_, coding_);
  write(response, method_, keep_alive_);
}

void HttpConnection::write(const http::Response& response, http::Method method, bool keep_alive) {
  auto answer = http::serialize(response, {method, keep_alive, host_.date()});
  connection_.send(std::move(answer.frame), Priority::hi);
  if (answer.close) {
    state_ = State::closing;
    disarm();
    connection_.close_after_flush();
  } else if (connection_.queued_bytes() > host_.options().unsent_answer_bytes_max) {
    state_ = State::flushing;
    connection_.notify_drained();
  } else {
    state_ = State::reading;
  }
}

void HttpConnection::drained(loop::Connection&) {
  if (state_ != State::flushing) return;
  if (!leaving_) {
    state_ = State::reading;
    return consume_kept();
  }
  if (!connection_.is_flushed()) return connection_.notify_drained();
  state_ = State::moved;
  host_.hand_over(connection_, std::move(*std::exchange(leaving_, nullptr)),
                  std::exchange(kept_, {}));
  if (!is_consuming_) move_on();
}

void HttpConnection::take_over(http::Request request, std::string rest, Instant now) {
  now_ = now;
  const std::size_t size = rest.size();
  rest.append(readable_after, '\0');
  std::span<char> bytes{rest.data(), size};
  is_consuming_ = true;
  take(std::move(request), bytes);
  if (state_ == State::moved) return move_on();
  is_consuming_ = false;
  keep(bytes);
  consume_kept();
}

void HttpConnection::move_on() { host_.owners().remove(*this); }

void HttpConnection::watch_phase() {
  const auto phase = parser_.phase();
  if (phase == watched_ && is_armed()) return;
  watched_ = phase;
  const Options& options = host_.options();
  switch (phase) {
    case http::RequestParser::Phase::idle:
      return host_.timers().arm(*this, now_ + options.idle_timeout);
    case http::RequestParser::Phase::head:
      return host_.timers().arm(*this, now_ + options.head_timeout);
    case http::RequestParser::Phase::body:
      if (!std::exchange(is_body_told_, true)) host_.body_began(*parser_.head());
      return host_.timers().arm(*this, now_ + options.body_timeout);
  }
}

void HttpConnection::expired(Instant now) {
  now_ = now;
  if (watched_ == http::RequestParser::Phase::body) return take(http::request_timeout);
  state_ = State::closing;
  connection_.close_after_flush();
}

void HttpConnection::ended(loop::Connection&, loop::EndReason, Instant) { move_on(); }

}  // namespace veche::server
