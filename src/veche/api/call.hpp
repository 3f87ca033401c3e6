#pragma once

/// @file
/// What every REST handler works with.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "veche/api/reply.hpp"
#include "veche/base/executor.hpp"
#include "veche/base/log.hpp"
#include "veche/base/time.hpp"
#include "veche/domain/commands.hpp"
#include "veche/domain/credentials.hpp"
#include "veche/domain/model.hpp"
#include "veche/http/message.hpp"
#include "veche/http/router.hpp"
#include "veche/json/value.hpp"

namespace veche::api {

/// What the API stands on; all of it outlives the API.
struct Services {
  domain::Commands& commands;  ///< of this loop
  domain::Tokens& tokens;      ///< of this loop
  const domain::Passwords& passwords;
  Offload& offload;
  Executor& home;  ///< this loop
  const Clock& clock;
  Log& log;
};

/// One request under way. A handler answers, or moves the reply to where the answer will be.
///
/// Lifetime  The handler's call, but for the reply.
struct Call {
  const http::Request& request;
  const http::PathParameters& parameters;
  json::Value body;      ///< of a POST or PATCH: JSON of any type; null when there is none
  domain::Identity who;  ///< where the route wants a token
  Reply reply;
};

/// The chat that the path names; Errc::not_found for what is no id.
[[nodiscard]] inline Result<std::string> chat_id_of(const Call& call) {
  const std::string_view id = call.parameters["id"];
  if (!domain::is_id(id)) return fail(Errc::not_found, "Chat not found");
  return std::string{id};
}

enum class Access : std::uint8_t {
  open,
  signed_in,  ///< answers 401 by itself when there is no valid token
  /// The same, but a `refreshToken` in the body stands for a token.
  signed_in_or_refresh,
};

/// Of a POST.
enum class Body : bool {
  wanted,
  optional,  ///< the path may say it all
};

/// Whether a signed-in user's change counts among those that have a rate.
enum class Pace : bool { limited, free };

struct Route {
  Access access{Access::open};
  std::function<void(Call&)> handle;
  Body body{Body::wanted};
  Pace pace{Pace::limited};
};

using Routes = http::Router<Route>;

}  // namespace veche::api
