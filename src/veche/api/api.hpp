#pragma once

/// @file
/// The REST API: a request in, the answer out (CONTRACT section 5).

#include <cstddef>

#include "veche/api/auth_routes.hpp"
#include "veche/api/call.hpp"
#include "veche/api/chat_routes.hpp"
#include "veche/api/group_routes.hpp"
#include "veche/api/message_routes.hpp"
#include "veche/api/password_routes.hpp"
#include "veche/api/session_routes.hpp"
#include "veche/api/site_routes.hpp"
#include "veche/api/user_routes.hpp"
#include "veche/http/message.hpp"
#include "veche/http/responder.hpp"
#include "veche/json/parser.hpp"

namespace veche::api {

/// Finds who answers, reads the body, checks the token.
///
///     Api api{services, {.site = {.version = "0.1.0"}}};
///     api.handle(request, std::move(responder));
///
/// Every path is served with and without `/api`. CORS is the server's.
///
/// Time      Linear in the body. Memory  A parser's, for bodies of up to `body_bytes_max`.
/// Threads   The loop of its services. Errors  Answered: 404, 405 with Allow, 415, 400 for what
///           is no JSON, 401, and what the routes say. Lifetime  As AuthRoutes.
class Api {
 public:
  struct Options {
    SignInRules auth{};
    PeerLimits* changes{};  ///< of users, by id; none: no limit
    SiteRoutes::Options site{};
    std::size_t body_bytes_max{1'000'000};
  };

  Api(Services services, Options options);
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  void handle(const http::Request& request, http::Responder responder);

 private:
  void run(const Route& route, Call& call);
  /// False when it has answered 415 or 400.
  [[nodiscard]] bool read_body(Call& call);
  /// False when it has answered 401.
  [[nodiscard]] bool authenticate(Call& call);
  /// False when it has answered 429.
  [[nodiscard]] bool within_rate(const Route& route, Call& call);

  Services services_;
  PeerLimits* changes_;
  json::Parser parser_;
  AuthRoutes auth_;
  SessionRoutes sessions_;
  PasswordRoutes passwords_;
  ChatRoutes chats_;
  UserRoutes users_;
  MessageRoutes messages_;
  GroupRoutes groups_;
  SiteRoutes site_;
  Routes routes_;
};

}  // namespace veche::api
