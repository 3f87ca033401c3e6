#pragma once

/// @file
/// REST for the devices of a user: refresh, sign out, look at them (CONTRACT section 5, "auth").

#include "veche/api/call.hpp"
#include "veche/api/sign_in.hpp"

namespace veche::api {

/// Moves sessions on and ends them.
///
///     POST /auth/refresh {refreshToken}   -> 200 as a login; 401 token_expired, token_revoked
///     POST /auth/logout, ?all             -> 200, by the access token or by {refreshToken}
///     GET /auth/sessions                  -> 200 and the live ones
///     DELETE /auth/sessions[/:id]         -> 200: that one; without an id all but this one
///
/// Whoever ends a session ends its sockets too: see Broadcaster.
///
/// Threads   The loop of its services. Errors  Answered as REST errors. Lifetime  As AuthRoutes.
class SessionRoutes {
 public:
  SessionRoutes(Services services, SignInRules rules) : services_{services}, rules_{rules} {}
  SessionRoutes(const SessionRoutes&) = delete;
  SessionRoutes& operator=(const SessionRoutes&) = delete;

  void add_to(Routes& routes);

 private:
  void refresh(Call& call);
  void logout(Call& call);
  void list(Call& call);
  void erase(Call& call);
  void erase_others(Call& call);

  void close(Call& call, std::string_view refresh_token, domain::Devices devices);

  Services services_;
  SignInRules rules_;
};

}  // namespace veche::api
