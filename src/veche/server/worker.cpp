#include "veche/server/worker.hpp"

#include <charconv>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/http/serialize.hpp"
#include "veche/server/websocket_connection.hpp"
#include "veche/websocket/upgrade.hpp"

namespace veche::server {
namespace {

socketio::Options node_options(const Options& options) {
  socketio::Options node = options.socketio;
  node.connect_timeout = options.connect_timeout;
  node.text_bytes_max = options.engineio.max_payload;
  return node;
}

/// The application has as long to allow a handshake as a client to join a namespace.
engineio::Options engine_options(const Options& options) {
  engineio::Options engine = options.engineio;
  engine.admission_timeout = options.connect_timeout;
  return engine;
}

http::Response not_found() {
  http::Response response{.status = 404, .body = "Not Found\n"};
  response.headers.set("Content-Type", "text/plain; charset=UTF-8");
  return response;
}

}  // namespace

std::string loop_suffix(std::size_t index) {
  static constexpr char digits[] = "0123456789abcdef";
  return {digits[index / 16 % 16], digits[index % 16]};
}

std::optional<std::size_t> loop_of_suffix(std::string_view suffix) {
  std::size_t index = 0;
  const char* end = suffix.data() + suffix.size();
  const auto [stop, error] = std::from_chars(suffix.data(), end, index, 16);
  if (error != std::errc{} || stop != end || suffix.size() != 2) return std::nullopt;
  return index;
}

Worker::Worker(const Options& options, const WorkerSeams& seams, std::size_t index)
    : options_{options},
      seams_{seams},
      index_{index},
      loop_{seams.net, seams.clock, options.loop},
      node_{node_options(options), loop_.timers(), rng_, seams.log},
      compression_{options.http_compression},
      deflate_{options.per_message_deflate},
      deflate_receiver_{options.websocket} {
  deflate_receiver_.rsv1 = websocket::Rsv1::marks_compressed;
  VECHE_EXPECTS(index < 256);
  mount(engine_options(options), node_);
  loop_.add_hook(loop::TurnPoint::start, [this] {
    node_.advance_to(loop_.now());
    for (const auto& engine : engines_) engine->begin_turn(loop_.now());
  });
  // Answers to polls leave with this turn; sessions whose connection has ended go with it too.
  loop_.add_hook(loop::TurnPoint::before_flush, [this] { end_turn(); });
  loop_.add_hook(loop::TurnPoint::end, [this] { end_turn(); });
}

// The engine lets go of its ports before their connections are freed.
Worker::~Worker() { end_sessions(); }

void Worker::on_move(std::size_t workers, Mover mover) {
  workers_ = workers;
  on_move_ = std::move(mover);
}

void Worker::adopt(HandOver hand_over) {
  // The connection needs someone to tell before its owner stands; the owner takes over at once.
  struct Nobody final : loop::ConnectionEvents {
    void received(loop::Connection&, std::span<char>, Instant) override {}
    void ended(loop::Connection&, loop::EndReason, Instant) override {}
  };
  static Nobody nobody;
  HttpHost& host = *this;
  auto& connection =
      loop_.adopt(hand_over.accepted.socket, std::move(hand_over.accepted.address), nobody);
  auto& http = owners_.add(std::make_unique<HttpConnection>(connection, host, loop_.now()));
  if (hand_over.request) {
    http.take_over(*std::move(hand_over.request), std::move(hand_over.rest), loop_.now());
  }
}

engineio::Engine& Worker::mount(engineio::Options options, engineio::SocketEvents& events) {
  VECHE_EXPECTS(engine_for(options.path) == nullptr);
  engines_.push_back(std::make_unique<engineio::Engine>(std::move(options), events, loop_.timers(),
                                                        rng_, loop_suffix(index_)));
  engines_.back()->log_to(seams_.log);
  return *engines_.back();
}

engineio::Engine* Worker::engine_for(std::string_view path) const {
  for (const auto& engine : engines_) {
    if (engine->serves(path)) return engine.get();
  }
  return nullptr;
}

void Worker::end_turn() {
  for (const auto& engine : engines_) engine->end_turn(loop_.now());
}

void Worker::drain() {
  for (const auto& engine : engines_) engine->shutdown(engineio::Closing::draining);
}

void Worker::end_sessions() {
  for (const auto& engine : engines_) engine->shutdown(engineio::Closing::discard);
  end_turn();
}

std::string_view Worker::date() {
  if (loop_.now() >= date_until_) {
    date_ = http::http_date(seams_.clock.wall());
    date_until_ = loop_.now() + std::chrono::seconds{1};
  }
  return date_;
}

void Worker::handle(http::Request request, http::Responder responder, Instant now) {
  if (engineio::Engine* engine = engine_for(request.path)) {
    if (options_.client != nullptr) {
      auto file = options_.client->answer(request, options_.engineio.path);
      if (file) return responder.respond(std::move(*file));
    }
    engine->handle(std::move(request), std::move(responder), now);
  } else if (on_request_) {
    on_request_(std::move(request), std::move(responder));
  } else {
    responder.respond(not_found());
  }
}

void Worker::origin_refused(const http::Request& request) {
  if (engineio::Engine* engine = engine_for(request.path))
    engine->tell_refused(request, {engineio::Refusal::forbidden, engineio::origin_not_allowed});
}

void Worker::body_began(const http::Request& head) {
  if (engineio::Engine* engine = engine_for(head.path)) engine->post_began(head);
}

void Worker::body_ended(const http::Request& head) {
  if (engineio::Engine* engine = engine_for(head.path)) engine->post_ended(head);
}

bool Worker::asks_about(const http::Request& request) const {
  const engineio::Engine* engine = engine_for(request.path);
  return engine != nullptr && engine->asks_about(request) && !websocket::check_upgrade(request);
}

std::optional<http::Response> Worker::upgrade(loop::Connection& connection, http::Request& request,
                                              std::span<char> rest) {
  engineio::Engine* engine = engine_for(request.path);
  if (engine == nullptr && !on_websocket_) return not_found();
  if (auto refusal = websocket::check_upgrade(request)) {
    if (engine != nullptr)
      engine->tell_refused(request,
                           {engineio::Refusal::bad_request, engineio::transport_handshake_error});
    return refusal;
  }
  if (engine != nullptr) {
    if (auto refusal = engine->refuse_websocket(request)) return refusal;
  }
  auto& websocket = accept(connection, request);
  if (engine != nullptr) {
    engine->open_websocket(std::move(request), websocket, loop_.now());
  } else {
    on_websocket_(std::move(request), websocket);
  }
  if (!rest.empty()) websocket.received(connection, rest, loop_.now());
  return std::nullopt;
}

WebSocketConnection& Worker::accept(loop::Connection& connection, const http::Request& request) {
  auto accepted = websocket::accept_upgrade(request);
  const auto terms = deflate_.agree(request.headers);
  if (terms) accepted.headers.add("Sec-WebSocket-Extensions", to_string(*terms));
  if (engineio::Engine* engine = engine_for(request.path))
    engine->add_handshake_fields(request, accepted.headers);
  options_.cors.add_headers(request.headers.find("Origin"), accepted.headers);
  connection.send(http::serialize(accepted, {request.method, true, date()}).frame, Priority::hi);
  auto& websocket = owners_.add(std::make_unique<WebSocketConnection>(
      connection, terms ? deflate_receiver_ : options_.websocket, owners_));
  if (terms) websocket.set_deflate(&deflate_.of(*terms));
  return websocket;
}

std::optional<std::size_t> Worker::home_of(const http::Request& request) const {
  if (workers_ == 1 || engine_for(request.path) == nullptr) return std::nullopt;
  const auto sid = http::query_parameter(request.query, "sid");
  if (!sid) return std::nullopt;
  const auto home = loop_of_suffix(engineio::sid_suffix(*sid));
  return home && *home < workers_ ? home : std::nullopt;
}

bool Worker::is_elsewhere(const http::Request& request) const {
  const auto home = home_of(request);
  return home && *home != index_;
}

void Worker::hand_over(loop::Connection& connection, http::Request request, std::string rest) {
  const auto home = home_of(request);
  VECHE_EXPECTS(home && on_move_);
  std::string address = connection.address();
  on_move_(*home,
           {{connection.release(), std::move(address)}, std::move(request), std::move(rest)});
}

}  // namespace veche::server
