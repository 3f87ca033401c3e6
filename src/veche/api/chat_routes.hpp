#pragma once

/// @file
/// REST for chats and their messages (CONTRACT section 5, "chats" and "messages").

#include "veche/api/call.hpp"

namespace veche::api {

/// Lists, opens and deletes chats, reads and posts messages: the same commands as the sockets'.
///
///     ChatRoutes chats{services};
///     chats.add_to(routes);
///
/// Threads   The loop of its services. Errors  Answered as REST errors; a stranger gets
/// not_found for a chat, as for one that is not there, but forbidden for a post.
/// Lifetime  Outlives the routes' last call.
class ChatRoutes {
 public:
  explicit ChatRoutes(Services services) : services_{services} {}
  ChatRoutes(const ChatRoutes&) = delete;
  ChatRoutes& operator=(const ChatRoutes&) = delete;

  void add_to(Routes& routes);

 private:
  void list(Call& call);
  void show(Call& call);
  void create(Call& call);
  void messages(Call& call);
  void post_message(Call& call);
  void read(Call& call);
  void update(Call& call);
  void erase(Call& call);

  Services services_;
};

}  // namespace veche::api
