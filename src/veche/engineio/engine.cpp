#include "veche/engineio/engine.hpp"

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
  VECHE_EXPECTS(!context_.options.transports.empty());
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

void Engine::tell_refused(const http::Request& request, const Refused& why) {
  if (!on_connection_error_) return;
  on_connection_error_({request, why.code, to_string(why.code), why.context});
}

void Engine::admit_polling(http::Request request, http::Responder responder, Instant now) {
  if (!admissions_.has_hook() || is_full())
    return open_polling(std::move(request), std::move(responder), now);
  auto kept = std::make_unique<http::Request>(std::move(request));
  const http::Request& asked = *kept;
  admissions_.ask(
      asked, std::move(responder),
      [this, &asked](http::Responder declined, std::string_view message) {
        tell_refused(asked, {Refusal::forbidden, message});
        declined.respond(refuse(Refusal::forbidden, message));
      },
      [this, kept = std::move(kept)](http::Responder admitted) {
        open_polling(std::move(*kept), std::move(admitted), context_.now);
      },
      now);
}

void Engine::open_polling(http::Request request, http::Responder responder, Instant now) {
  if (is_full()) {
    tell_refused(request, {Refusal::forbidden, too_many_sessions});
    return responder.respond(refuse_for_now());
  }
  auto answer = hooks_.pass(request, std::move(responder));
  create(std::move(request)).open_polling(std::move(answer), first_ping(), now);
}

std::optional<Refused> Engine::judge(const http::Request& request, const Query& query,
                                     Wants wants) const {
  if (const auto refused = verify(request, query, wants, context_.options)) return refused;
  if (query.sid.empty()) return std::nullopt;
  const Session* session = find(query.sid);
  if (session == nullptr) return Refused{Refusal::unknown_sid, query.sid};
  const bool is_polling = query.transport == to_string(Transport::polling) &&
                          session->transport() == Transport::polling;
  const bool fits = wants == Wants::websocket ? context_.options.offers_upgrade() : is_polling;
  if (!fits) return Refused{Refusal::bad_request, transport_mismatch};
  return std::nullopt;
}

void Engine::handle(http::Request request, http::Responder responder, Instant now) {
  context_.now = now;
  const auto refused = [&](const Refused& why) {
    tell_refused(request, why);
    responder.respond(refuse(why.code));
  };
  const Query query = read_query(request);
  if (const auto why = judge(request, query, Wants::answer)) return refused(*why);
  if (query.sid.empty()) return admit_polling(std::move(request), std::move(responder), now);
  Session* session = find(query.sid);
  const bool is_get = request.method == http::Method::get;
  // Requests of a turn are read before its timers are told; one that comes with the deadline is
  // late.
  if (is_get && session->end_if_overdue(now)) return refused({Refusal::unknown_sid, query.sid});
  auto answer = hooks_.pass(request, std::move(responder));
  switch (request.method) {
    case http::Method::get: return session->get(std::move(answer), now);
    case http::Method::post: return session->post(std::move(request), std::move(answer), now);
    default: return answer.respond(refuse_method());
  }
}

void Engine::post_began(const http::Request& head) {
  if (Session* session = find(read_query(head).sid)) session->post_began();
}

void Engine::post_ended(const http::Request& head) {
  if (Session* session = find(read_query(head).sid)) session->post_ended();
}

std::optional<http::Response> Engine::refuse_websocket(const http::Request& request) {
  const Query query = read_query(request);
  if (const auto refused = judge(request, query, Wants::websocket)) {
    tell_refused(request, *refused);
    return refuse_upgrade(refused->code);
  }
  if (!query.sid.empty() || !is_full()) return std::nullopt;
  tell_refused(request, {Refusal::forbidden, too_many_sessions});
  return refuse_for_now();
}

bool Engine::asks_about(const http::Request& request) const {
  if (!admissions_.has_hook()) return false;
  const Query query = read_query(request);
  return query.sid.empty() && !is_full() && !judge(request, query, Wants::websocket);
}

void Engine::ask_about(const http::Request& request, http::Responder responder, Instant now) {
  context_.now = now;
  admissions_.ask(
      request, std::move(responder),
      [this, &request](http::Responder declined, std::string_view message) {
        tell_refused(request, {Refusal::forbidden, message});
        declined.respond(refuse_upgrade(Refusal::forbidden, message));
      },
      [](http::Responder admitted) { admitted.respond({.status = 101}); }, now);
}

void Engine::add_handshake_fields(const http::Request& request, http::Headers& accepted) {
  hooks_.add_to(accepted, request);
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

bool Engine::has_to_settle() const {
  return context_.own_run.session != nullptr || !context_.unanswered.empty() ||
         !context_.ended.empty();
}

void Engine::end_turn(Instant now) {
  context_.now = now;
  // All of this may grow while it is worked through: an answer may bring the next request, and
  // whoever hears of an end may send on, and close, other sessions.
  while (has_to_settle()) {
    if (Session* session = context_.own_run.session) session->send_own_run();
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
