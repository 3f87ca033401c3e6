#pragma once

/// @file
/// REST for who takes part in a chat (CONTRACT section 5, "chats": members, roles, leaving).

#include "veche/api/call.hpp"

namespace veche::api {

/// Lists, adds and removes members, sets their roles, makes groups, and finds personal chats:
/// the same commands as the sockets'.
///
///     GroupRoutes groups{services};
///     groups.add_to(routes);
///
/// Threads   The loop of its services. Errors  Answered as REST errors; a stranger gets
/// not_found for a chat, as for one that is not there. Lifetime  Outlives the routes' last call.
class GroupRoutes {
 public:
  explicit GroupRoutes(Services services) : services_{services} {}
  GroupRoutes(const GroupRoutes&) = delete;
  GroupRoutes& operator=(const GroupRoutes&) = delete;

  void add_to(Routes& routes);

 private:
  void create(Call& call);
  void find(Call& call);
  void list(Call& call);
  void add(Call& call);
  void remove(Call& call);
  void set_role(Call& call);
  void leave(Call& call);

  /// `act` is Result<Regrouped>(Transaction&, UserRef); `answer` is void(Reply&, const Seen&).
  template <typename Act, typename Answer>
  void submit(Call& call, Act act, Answer answer);

  Services services_;
};

}  // namespace veche::api
