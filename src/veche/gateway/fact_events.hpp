#pragma once

/// @file
/// Which events a fact makes, and for whom: one answer for what is told live and for what is told
/// again to a client that was away.

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "veche/domain/facts.hpp"
#include "veche/json/writer.hpp"

namespace veche::gateway {

/// One event of a fact.
struct FactEvent {
  std::string_view name;  ///< a literal
  int step{};             ///< which of its fact's, from 0: the same live and from the log
  std::function<void(json::Writer&)> write;  ///< appends the one argument, an object
};

/// Whoever passes events on.
class FactHearer {
 public:
  FactHearer() = default;
  FactHearer(const FactHearer&) = delete;
  FactHearer& operator=(const FactHearer&) = delete;
  virtual ~FactHearer() = default;

  /// For each socket in the chat's room, or in that of anybody who takes part.
  virtual void to_chat(const FactEvent& event, const std::string& chat_id,
                       const domain::AudiencePtr& participants) = 0;
  virtual void to_users(const FactEvent& event, std::span<const domain::UserPtr> users) = 0;
  /// What dto::write_user() writes of the user, if it is at hand; else empty.
  [[nodiscard]] virtual std::string_view text_of(const domain::UserPtr& /*user*/) { return {}; }
};

/// Tells the events of a fact, in order. SessionsRevoked has none: it is no news but an end.
///
///     MessagePosted -> message:new   to the chat
///     ChatCreated   -> chat:created  to each who takes part; group:created too for a group
///     ChatRead      -> messages:read to the chat; chat:unread to the reader
///     MessageEdited -> message:edited to the chat
///     MessageDeleted -> message:deleted to the chat; chat:unread to each to whom it was news
///     ChatUpdated   -> chat:updated  to the chat
///     ChatDeleted   -> chat:deleted  to each who took part
///     MembersAdded  -> chat:created and group:joined to each who is new, then group:member-added
///                      to the chat
///     MemberRemoved -> group:removed to whoever it is; group:member-removed to the chat
///     RoleChanged   -> group:role-changed to the chat
///
/// No event ends in a string of its own: the last argument of the last event may be an offset.
///
/// Time, Memory  Nothing is written here, and nothing allocated. Lifetime  An event may be kept for
/// the hearer's call only.
void tell_events(const domain::Fact& fact, FactHearer& hearer);

}  // namespace veche::gateway
