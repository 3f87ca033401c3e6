#pragma once

/// @file
/// REST for one message (CONTRACT section 5, "messages").

#include "veche/api/call.hpp"

namespace veche::api {

/// Shows, edits and deletes a message: the same commands as the sockets'.
///
///     MessageRoutes messages{services};
///     messages.add_to(routes);
///
/// Threads   The loop of its services. Errors  Answered as REST errors; a stranger gets
/// not_found for a message, as for one that is not there.
/// Lifetime  Outlives the routes' last call.
class MessageRoutes {
 public:
  explicit MessageRoutes(Services services) : services_{services} {}
  MessageRoutes(const MessageRoutes&) = delete;
  MessageRoutes& operator=(const MessageRoutes&) = delete;

  void add_to(Routes& routes);

 private:
  void show(Call& call);
  void edit(Call& call);
  void erase(Call& call);

  Services services_;
};

}  // namespace veche::api
