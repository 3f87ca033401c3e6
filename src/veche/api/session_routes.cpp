#include "veche/api/session_routes.hpp"

#include <string>
#include <utility>

#include "veche/api/reading.hpp"
#include "veche/domain/accounts.hpp"
#include "veche/dto/inputs.hpp"
#include "veche/dto/shapes.hpp"

namespace veche::api {

namespace {

using domain::Devices;
using domain::Sessions;

Result<std::string> write_sessions(const domain::Queries& queries, WallTime now,
                                   std::string_view current) {
  const auto sessions = queries.sessions(now);
  if (!sessions) return tl::unexpected<Error>{sessions.error()};
  std::string out;
  json::Writer json{out};
  json.begin_array();
  for (const auto& session : *sessions) dto::write_session(json, session, current);
  json.end_array();
  return out;
}

bool asks_for_all(const Call& call) {
  const auto all = http::query_parameter(call.request.query, "all");
  return all && *all != "false" && *all != "0";
}

// Answers a command that has nothing to tell.
auto answer_success(Call& call) {
  return [reply = std::move(call.reply)](const Result<bool>& done) mutable {
    done ? reply.json(200, success()) : reply.refuse(done.error());
  };
}

}  // namespace

void SessionRoutes::add_to(Routes& routes) {
  using http::Method;
  const auto add = [&](Method method, const char* path, Access access,
                       void (SessionRoutes::*handler)(Call&)) {
    // Only a logout is a POST that may have nothing to say.
    const auto body = access == Access::signed_in_or_refresh ? Body::optional : Body::wanted;
    routes.add(method, path,
               {access, [this, handler](Call& call) { (this->*handler)(call); }, body, Pace::free});
  };
  add(Method::post, "/auth/refresh", Access::open, &SessionRoutes::refresh);
  add(Method::post, "/auth/logout", Access::signed_in_or_refresh, &SessionRoutes::logout);
  add(Method::get, "/auth/sessions", Access::signed_in, &SessionRoutes::list);
  add(Method::del, "/auth/sessions", Access::signed_in, &SessionRoutes::erase_others);
  add(Method::del, "/auth/sessions/:id", Access::signed_in, &SessionRoutes::erase);
}

void SessionRoutes::refresh(Call& call) {
  const auto token = dto::parse_refresh_token(call.body);
  if (!token) return call.reply.refuse(token.error());
  if (!within_limit(rules_.refreshes, call.request.address, call.reply, services_.clock)) return;
  const auto presented = presented_token(services_.tokens, *token);
  if (!presented) return call.reply.refuse({Errc::unauthorized, {}});
  services_.commands.write<domain::Refreshed>(
      domain::Writes::many,
      [presented = *presented, rules = rules_.sessions](domain::Transaction& t)
          -> Result<domain::Refreshed> { return Sessions{t}.refresh(presented, rules); },
      [this, session_id = presented->session_id,
       secret = services_.tokens.next_refresh_secret(*token),
       reply = std::move(call.reply)](Result<domain::Refreshed> refreshed) mutable {
        if (!refreshed) return reply.refuse(refreshed.error());
        if (!refreshed->user) {
          services_.log.event("auth error", "Auth error: refresh token refused");
          return reply.refuse(refreshed->refusal);
        }
        answer_signed_in(reply, 200, services_, {refreshed->user, session_id}, secret);
      });
}

void SessionRoutes::logout(Call& call) {
  const auto input = dto::parse_logout(call.body);
  if (!input) return call.reply.refuse(input.error());
  const auto devices = input->all || asks_for_all(call) ? Devices::all : Devices::this_one;
  if (!input->refresh_token.empty()) return close(call, input->refresh_token, devices);
  services_.commands.write<bool>(
      domain::Writes::many,
      [who = std::move(call.who), devices](domain::Transaction& t) -> Result<bool> {
        if (domain::is_revoked(t.store(), who.session_id)) return fail(Errc::token_revoked);
        const auto user = t.user_by_id(who.user_id);
        if (!user) return true;
        if (devices == Devices::all) {
          Sessions{t}.revoke_others(user->ref, {});
          return true;
        }
        // Another issuer's token has no session here, and nothing is to be done.
        static_cast<void>(Sessions{t}.revoke(user->ref, who.session_id));
        return true;
      },
      answer_success(call));
}

void SessionRoutes::close(Call& call, std::string_view refresh_token, Devices devices) {
  if (!within_limit(rules_.refreshes, call.request.address, call.reply, services_.clock)) return;
  const auto presented = presented_token(services_.tokens, refresh_token);
  if (!presented) return call.reply.refuse({Errc::unauthorized, {}});
  services_.commands.write<bool>(
      domain::Writes::many,
      [presented = *presented, devices](domain::Transaction& t) -> Result<bool> {
        const auto closed = Sessions{t}.close(presented, devices);
        if (!closed) return tl::unexpected<Error>{closed.error()};
        return true;
      },
      answer_success(call));
}

void SessionRoutes::list(Call& call) {
  answer_by_reading(
      services_.commands, call,
      [now = services_.clock.wall(), current = call.who.session_id](
          const domain::Queries& queries) { return write_sessions(queries, now, current); });
}

void SessionRoutes::erase(Call& call) {
  services_.commands.write<bool>(
      domain::Writes::many,
      [who = std::move(call.who),
       id = std::string{call.parameters["id"]}](domain::Transaction& t) -> Result<bool> {
        const auto user = domain::Accounts{t}.admit(who);
        if (!user) return tl::unexpected<Error>{user.error()};
        const auto revoked = Sessions{t}.revoke((*user)->ref, id);
        if (!revoked) return tl::unexpected<Error>{revoked.error()};
        return true;
      },
      answer_success(call));
}

void SessionRoutes::erase_others(Call& call) {
  services_.commands.write<bool>(
      domain::Writes::many,
      [who = std::move(call.who)](domain::Transaction& t) -> Result<bool> {
        const auto user = domain::Accounts{t}.admit(who);
        if (!user) return tl::unexpected<Error>{user.error()};
        Sessions{t}.revoke_others((*user)->ref, who.session_id);
        return true;
      },
      answer_success(call));
}

}  // namespace veche::api
