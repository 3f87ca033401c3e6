#pragma once

/// @file
/// Events on who takes part in groups and channels (CONTRACT section 3, `group:*`).

#include "veche/domain/groups.hpp"
#include "veche/gateway/call.hpp"
#include "veche/gateway/requests.hpp"

namespace veche::gateway {

/// Adds and removes members and sets their roles; each answers `{chat}`.
///
///     // 421["group:add-members",{"chatId":"team","userIds":["bob"]}]
///     // 431[{"success":true,"chat":{...}}]
///
/// Whoever is removed or leaves is out of the room `chat-<id>` on every loop before the answer.
///
/// Threads   The Node's loop. Errors  Told to the client. Lifetime  As Requests.
class GroupEvents {
 public:
  explicit GroupEvents(Requests& requests) : requests_{requests} {}

  /// `group:add-members {chatId, userIds}`.
  void add_members(Call& call);
  /// `group:remove-member {chatId, userId}`.
  void remove_member(Call& call);
  /// `group:set-role {chatId, userId, role}`.
  void set_role(Call& call);
  /// `group:leave {chatId}`: no `chat` in the answer when nobody is left.
  void leave(Call& call);

 private:
  /// `act` is Result<Regrouped>(Groups&, UserRef).
  template <typename Act>
  void submit(Call& call, Act act);

  Requests& requests_;
};

}  // namespace veche::gateway
