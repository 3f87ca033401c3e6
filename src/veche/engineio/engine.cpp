#include "veche/engineio/engine.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/engineio/answers.hpp"

namespace veche::engineio {
namespace {

/// Pings of sessions that open together are spread, unless the interval is so short that a test
/// counts on it.
constexpr Milliseconds jitter_above{5'000};

/// What a request says about itself in its query.
struct Query {
  std::optional<Transport> transport;
  std::string sid;  ///< empty when there is none: the reference server takes both alike
  bool is_revision_4{};
};

Query read_query(const http::Request& request) {
  Query query;
  const auto transport = http::query_parameter(request.query, "transport");
  if (transport == "polling") query.transport = Transport::polling;
  if (transport == "websocket") query.transport = Transport::websocket;
  query.sid = http::query_parameter(request.query, "sid").value_or("");
  query.is_revision_4 = http::query_parameter(request.query, "EIO") == "4";
  return query;
}

bool has_bad_origin(const http::Request& request) {
  const auto origin = request.headers.find("Origin").value_or("");
  return std::any_of(origin.begin(), origin.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7F;
  });
}

}  // namespace

std::string_view sid_suffix(std::string_view sid) {
  return sid.size() <= sid_random_size ? std::string_view{} : sid.substr(sid_random_size);
}

Engine::Engine(Options options, SocketEvents& events, TimerWheel& wheel, Rng& rng,
               std::string_view sid_suffix)
    : context_{.options = std::move(options), .events = events, .wheel = wheel},
      rng_{rng},
      sid_suffix_{sid_suffix},
      admissions_{wheel, context_.options.admission_timeout} {
  VECHE_EXPECTS(sid_random_size + sid_suffix.size() <= Session::id_size_max);
  VECHE_EXPECTS(context_.options.ping_interval > Milliseconds::zero());
  VECHE_EXPECTS(context_.options.ping_timeout > Milliseconds::zero());
}

Session* Engine::find(std::string_view sid) const {
  Session* found = sessions_.find(sid);
  return found != nullptr && found->is_known() ? found : nullptr;
}

bool Engine::is_full() const {
  const std::size_t count = sessions_.size() + admissions_.waiting();
  return is_shut_down_ || count >= context_.options.sessions_max;
}

std::string Engine::make_sid() {
  std::string sid = random_id(rng_, sid_random_size);
  sid += sid_suffix_;
  return sid;
}

Session& Engine::create(http::Request request) {
  const std::string sid = promised_sid_.empty() ? make_sid() : std::exchange(promised_sid_, {});
  return sessions_.insert(std::make_unique<Session>(context_, sid, std::move(request)));
}

Milliseconds Engine::first_ping() {
  const Milliseconds interval = context_.options.ping_interval;
  if (interval <= jitter_above) return interval;
  std::array<std::byte, 2> random{};
  rng_.fill(random);
  const int fraction = std::to_integer<int>(random[0]) * 256 + std::to_integer<int>(random[1]);
  return interval - interval / 2 * fraction / 65'536;
}

void Engine::admit_polling(http::Request request, http::Responder responder, Instant now) {
  if (is_full()) return responder.respond(refuse_for_now());
  if (!admissions_.has_hook()) return open_polling(std::move(request), std::move(responder), now);
  auto kept = std::make_unique<http::Request>(std::move(request));
  const http::Request& asked = *kept;
  admissions_.ask(
      asked, std::move(responder), &refuse,
      [this, kept = std::move(kept)](http::Responder admitted) {
        open_polling(std::move(*kept), std::move(admitted), context_.now);
      },
      now);
}

void Engine::open_polling(http::Request request, http::Responder responder, Instant now) {
  if (is_full()) return responder.respond(refuse_for_now());
  create(std::move(request)).open_polling(std::move(responder), first_ping(), now);
}

void Engine::handle(http::Request request, http::Responder responder, Instant now) {
  context_.now = now;
  const auto refused = [&](Refusal refusal) { responder.respond(refuse(refusal)); };
  const Query query = read_query(request);
  if (!query.transport) return refused(Refusal::unknown_transport);
  if (has_bad_origin(request)) return refused(Refusal::bad_request);
  if (query.sid.empty()) {
    if (request.method != http::Method::get) return refused(Refusal::bad_handshake_method);
    if (query.transport != Transport::polling) return refused(Refusal::bad_request);
    if (!query.is_revision_4) return refused(Refusal::unsupported_protocol_version);
    return admit_polling(std::move(request), std::move(responder), now);
  }
  Session* session = find(query.sid);
  if (session == nullptr) return refused(Refusal::unknown_sid);
  if (query.transport != Transport::polling || session->transport() != Transport::polling) {
    return refused(Refusal::bad_request);
  }
  const bool is_get = request.method == http::Method::get;
  // Requests of a turn are read before its timers are told; one that comes with the deadline is
  // late.
  if (is_get && session->end_if_overdue(now)) return refused(Refusal::unknown_sid);
  switch (request.method) {
    case http::Method::get: return session->get(std::move(responder), now);
    case http::Method::post: return session->post(std::move(request), std::move(responder), now);
    default: return responder.respond(refuse_method());
  }
}

void Engine::post_began(const http::Request& head) {
  if (Session* session = find(read_query(head).sid)) session->post_began();
}

void Engine::post_ended(const http::Request& head) {
  if (Session* session = find(read_query(head).sid)) session->post_ended();
}

std::optional<http::Response> Engine::refuse_websocket(const http::Request& request) const {
  const Query query = read_query(request);
  if (!query.transport) return refuse_upgrade(Refusal::unknown_transport);
  if (has_bad_origin(request) || query.transport != Transport::websocket) {
    return refuse_upgrade(Refusal::bad_request);
  }
  if (!query.sid.empty()) {
    if (find(query.sid) == nullptr) return refuse_upgrade(Refusal::unknown_sid);
    return std::nullopt;
  }
  if (!query.is_revision_4) return refuse_upgrade(Refusal::unsupported_protocol_version);
  if (is_full()) return refuse_for_now();
  return std::nullopt;
}

bool Engine::asks_about(const http::Request& request) const {
  return admissions_.has_hook() && read_query(request).sid.empty();
}

void Engine::ask_about(const http::Request& request, http::Responder responder, Instant now) {
  context_.now = now;
  admissions_.ask(
      request, std::move(responder), &refuse_upgrade,
      [](http::Responder admitted) { admitted.respond({.status = 101}); }, now);
}

void Engine::add_handshake_fields(const http::Request& request, http::Headers& accepted) {
  if (!context_.options.cookie || !read_query(request).sid.empty()) return;
  promised_sid_ = make_sid();
  accepted.add("Set-Cookie", set_cookie(*context_.options.cookie, promised_sid_));
}

void Engine::open_websocket(http::Request request, WebSocketPort& port, Instant now) {
  context_.now = now;
  const std::string sid = read_query(request).sid;
  if (sid.empty()) {
    create(std::move(request)).open_websocket(port, first_ping(), now);
  } else if (Session* session = find(sid)) {
    session->probe(port, now);
  } else {
    port.close(std::nullopt, {}, Unsent::flush);
  }
}

void Engine::end_turn(Instant now) {
  context_.now = now;
  // Both lists may grow while they are worked through: an answer may bring the next request, and
  // whoever hears of an end may send on, and close, other sessions.
  while (!context_.unanswered.empty() || !context_.ended.empty()) {
    for (Session* session : std::exchange(context_.unanswered, {})) session->answer();
    if (!context_.unanswered.empty()) continue;
    for (Session* session : std::exchange(context_.ended, {})) {
      if (session->settle(now)) sessions_.take(session->id());
    }
  }
}

void Engine::shutdown(Closing how) {
  is_shut_down_ = true;
  sessions_.for_each([how](Session& session) { session.close(how); });
}

}  // namespace veche::engineio
