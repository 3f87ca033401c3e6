#include "veche/api/api.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "veche/http/syntax.hpp"

namespace veche::api {

namespace {

// "application/json", in any case and with any parameters.
bool is_json(std::string_view content_type) {
  return http::equals_ignoring_case(http::trim(http::cut(content_type, ';')), "application/json");
}

// What stands after "Bearer " in Authorization; empty when there is none.
std::string_view bearer_token(const http::Request& request) {
  auto value = request.headers.find("Authorization").value_or(std::string_view{});
  const auto scheme = http::cut(value, ' ');
  return http::equals_ignoring_case(scheme, "Bearer") ? http::trim(value) : std::string_view{};
}

bool shows_refresh_token(json::Value body) {
  const auto token = body.is_object() ? body.find("refreshToken") : std::nullopt;
  return token && !token->as_string().value_or("").empty();
}

}  // namespace

Api::Api(Services services, Options options)
    : services_{services},
      changes_{options.changes},
      parser_{options.body_bytes_max},
      auth_{services, options.auth},
      sessions_{services, options.auth},
      passwords_{services, options.auth},
      chats_{services},
      users_{services},
      messages_{services},
      groups_{services},
      site_{services.commands, std::move(options.site)},
      routes_{"/api"} {
  auth_.add_to(routes_);
  sessions_.add_to(routes_);
  passwords_.add_to(routes_);
  chats_.add_to(routes_);
  users_.add_to(routes_);
  messages_.add_to(routes_);
  groups_.add_to(routes_);
  site_.add_to(routes_);
}

void Api::handle(const http::Request& request, http::Responder responder) {
  auto match = routes_.match(request.method, request.path);
  Call call{request, match.parameters, {}, {}, Reply{std::move(responder)}};
  if (match.handler != nullptr) return run(*match.handler, call);
  if (!match.allow.empty()) return call.reply.refuse_method(std::move(match.allow));
  call.reply.refuse({Errc::not_found, {}});
}

void Api::run(const Route& route, Call& call) {
  if (route.access == Access::signed_in && !authenticate(call)) return;
  if (!within_rate(route, call)) return;
  const auto method = call.request.method;
  // A change may say all it has to say by its path; what is posted has a body, unless the route
  // does without.
  const bool is_change = method == http::Method::patch && !call.request.body.empty();
  const bool is_bare = route.body == Body::optional && call.request.body.empty();
  const bool is_posted = method == http::Method::post && !is_bare;
  if ((is_change || is_posted) && !read_body(call)) return;
  const bool takes_refresh = route.access == Access::signed_in_or_refresh;
  if (takes_refresh && !shows_refresh_token(call.body) && !authenticate(call)) return;
  route.handle(call);
}

bool Api::within_rate(const Route& route, Call& call) {
  const bool is_change = route.access == Access::signed_in && route.pace == Pace::limited &&
                         call.request.method != http::Method::get;
  return !is_change || within_limit(changes_, call.who.user_id, call.reply, services_.clock);
}

bool Api::read_body(Call& call) {
  const auto type = call.request.headers.find("Content-Type");
  if (type && !is_json(*type)) {
    call.reply.refuse_media_type();
    return false;
  }
  const auto body = parser_.parse_copy(call.request.body);
  if (!body) {
    call.reply.refuse(body.error());
    return false;
  }
  call.body = *body;
  return true;
}

bool Api::authenticate(Call& call) {
  const auto token = bearer_token(call.request);
  if (token.empty()) {
    call.reply.refuse({Errc::unauthorized, {}});
    return false;
  }
  auto identity = services_.tokens.verify(token, services_.clock.wall());
  if (!identity) {
    services_.log.event("auth error", "Auth error: " + identity.error().text);
    call.reply.refuse({identity.error().code, {}});
    return false;
  }
  call.who = std::move(*identity);
  return true;
}

}  // namespace veche::api
