#include "veche/api/sign_in.hpp"

#include <utility>

#include "veche/dto/shapes.hpp"

namespace veche::api {

bool within_limit(PeerLimits* limits, std::string_view peer, Reply& reply, const Clock& clock) {
  if (limits == nullptr) return true;
  const auto wait = limits->take(peer, clock.now());
  if (wait == Milliseconds{0}) return true;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait);
  reply.refuse_rate({.retry_after = seconds, .limit = limits->rate().burst});
  return false;
}

void answer_signed_in(Reply& reply, int status, Services& services, const Opened& opened,
                      std::string_view refresh_secret) {
  auto& tokens = services.tokens;
  const auto access = tokens.issue(*opened.user, opened.session_id, services.clock.wall());
  std::string refresh_token = opened.session_id;
  refresh_token.append(".").append(refresh_secret);
  std::string body;
  json::Writer json{body};
  dto::write_signed_in(json, {.user = *opened.user,
                              .access_token = access,
                              .refresh_token = refresh_token,
                              .expires_in = tokens.lifetime_seconds()});
  reply.json(status, std::move(body));
}

std::optional<domain::PresentedToken> presented_token(const domain::Tokens& tokens,
                                                      std::string_view token) {
  const auto dot = token.find('.');
  if (dot == std::string_view::npos || !domain::is_id(token.substr(0, dot))) return std::nullopt;
  return domain::PresentedToken{
      .session_id = std::string{token.substr(0, dot)},
      .digest = tokens.digest(token.substr(dot + 1)),
      .next_digest = tokens.digest(tokens.next_refresh_secret(token)),
  };
}

}  // namespace veche::api
