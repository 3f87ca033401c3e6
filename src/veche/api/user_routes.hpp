#pragma once

/// @file
/// REST for users (CONTRACT section 5, "users").

#include "veche/api/call.hpp"

namespace veche::api {

/// Finds users, shows one, changes the caller's own profile, or ends it.
///
///     UserRoutes users{services};
///     users.add_to(routes);
///
/// Threads   The loop of its services. Errors  Answered as REST errors.
/// Lifetime  Outlives the routes' last call.
class UserRoutes {
 public:
  explicit UserRoutes(Services services) : services_{services} {}
  UserRoutes(const UserRoutes&) = delete;
  UserRoutes& operator=(const UserRoutes&) = delete;

  void add_to(Routes& routes);

 private:
  void search(Call& call);
  void show(Call& call);
  void me(Call& call);
  void change_me(Call& call);
  void erase_me(Call& call);

  Services services_;
};

}  // namespace veche::api
