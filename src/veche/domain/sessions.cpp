#include "veche/domain/sessions.hpp"

#include <algorithm>
#include <utility>

namespace veche::domain {
namespace {

/// Takes the same time wherever the two differ; an empty digest is nobody's.
bool is_same_digest(std::string_view one, std::string_view other) {
  if (one.empty() || one.size() != other.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < one.size(); ++i)
    difference |= static_cast<unsigned>(one[i]) ^ static_cast<unsigned>(other[i]);
  return difference == 0;
}

/// Of the last access token issued for a refresh token that is new now: in the grace there may be
/// some more.
WallTime access_end(WallTime now, const SessionRules& rules) {
  return now + rules.access_ttl + refresh_grace;
}

Refreshed refused(Errc code) { return {nullptr, {code, {}}}; }

}  // namespace

std::string Sessions::open(UserRef user, std::string_view digest, const SessionRules& rules) {
  const auto now = transaction_.now();
  transaction_.delete_dead_sessions(user);
  auto live = transaction_.store().live_sessions_of(user, now);
  const auto surplus = live.size() < rules.devices_max ? 0 : live.size() + 1 - rules.devices_max;
  live.resize(std::min(surplus, live.size()));
  revoke(user, std::move(live));
  SessionRow session{
      .id = make_id(now, transaction_.rng()),
      .user = user,
      .digest = std::string{digest},
      .previous_digest = {},
      .rotated = now,
      .created = now,
      .expires = now + rules.ttl,
      .access_ends = access_end(now, rules),
      .is_revoked = false,
  };
  transaction_.put_session(session);
  return std::move(session.id);
}

Refreshed Sessions::refresh(const PresentedToken& presented, const SessionRules& rules) {
  auto session = transaction_.store().find_session(presented.session_id);
  if (!session) return refused(Errc::unauthorized);
  const auto now = transaction_.now();
  const bool is_current = is_same_digest(session->digest, presented.digest);
  const bool is_previous = is_same_digest(session->previous_digest, presented.digest);
  if (!is_current && !is_previous) return refused(Errc::unauthorized);
  if (session->is_revoked) return refused(Errc::token_revoked);
  if (session->expires <= now) return refused(Errc::token_expired);
  auto user = transaction_.user(session->user);
  if (!user) return refused(Errc::unauthorized);
  if (is_current) {
    session->previous_digest = std::exchange(session->digest, presented.next_digest);
    session->rotated = now;
    session->expires = now + rules.ttl;
    session->access_ends = std::max(session->access_ends, access_end(now, rules));
    transaction_.put_session(*session);
    return {std::move(user), {}};
  }
  if (now > session->rotated + refresh_grace) {
    revoke(session->user, {*session});
    return refused(Errc::token_revoked);
  }
  // It leads to the current token, unless our key has changed since.
  if (!is_same_digest(session->digest, presented.next_digest)) return refused(Errc::unauthorized);
  return {std::move(user), {}};
}

Result<void> Sessions::close(const PresentedToken& presented, Devices devices) {
  const auto session = transaction_.store().find_session(presented.session_id);
  const bool is_known = session && (is_same_digest(session->digest, presented.digest) ||
                                    is_same_digest(session->previous_digest, presented.digest));
  if (!is_known) return fail(Errc::unauthorized);
  if (!session->is_live(transaction_.now())) return {};
  if (devices == Devices::all) {
    revoke_others(session->user, {});
  } else {
    revoke(session->user, {*session});
  }
  return {};
}

Result<void> Sessions::revoke(UserRef user, std::string_view session_id) {
  const auto session =
      is_id(session_id) ? transaction_.store().find_session(session_id) : std::nullopt;
  if (!session || session->user != user || !session->is_live(transaction_.now()))
    return fail(Errc::not_found, "Session not found");
  revoke(user, {*session});
  return {};
}

void Sessions::revoke_others(UserRef user, std::string_view spared) {
  auto sessions = transaction_.store().live_sessions_of(user, transaction_.now());
  std::erase_if(sessions, [spared](const SessionRow& session) { return session.id == spared; });
  revoke(user, std::move(sessions));
}

void Sessions::revoke(UserRef user, std::vector<SessionRow> sessions) {
  if (sessions.empty()) return;
  SessionsRevoked revoked{.user = transaction_.user(user), .session_ids = {}};
  std::string body;
  for (auto& session : sessions) {
    session.is_revoked = true;
    transaction_.put_session(session);
    body.append(body.empty() ? "" : " ").append(session.id);
    revoked.session_ids.push_back(std::move(session.id));
  }
  const auto entry = transaction_.append(
      {.kind = EntryKind::sessions_revoked, .actor = user, .body = std::move(body)});
  transaction_.tell(entry.pos, std::move(revoked));
}

}  // namespace veche::domain
