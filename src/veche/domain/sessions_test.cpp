// Goal: a device goes on by its newest token alone, a stolen one ends it, and nobody can end
// another's. Method: a world in memory; each test runs commands at given times and reads what
// became of the rows and what was told.

#include "veche/domain/sessions.hpp"

#include <doctest/doctest.h>

#include "veche/storage/memory_store.hpp"

#include "support/chat_world.hpp"

namespace veche::domain {
namespace {

using support::ChatWorld;
using namespace std::chrono_literals;

/// The digests of a chain of tokens: d0, d1, d2.
PresentedToken token(const std::string& session_id, int n) {
  return {session_id, "d" + std::to_string(n), "d" + std::to_string(n + 1)};
}

struct SessionsFixture {
  storage::MemoryStore store{"epoch"};
  ChatWorld world{store};
  UserRef ann{world.user("ann")};
  UserRef bob{world.user("bob")};

  template <typename Work>
  auto run(Work work) {
    using R = decltype(work(std::declval<Sessions&>()));
    return world
        .run(Writes::many,
             [&](Transaction& transaction) -> Result<R> {
               Sessions sessions{transaction};
               return work(sessions);
             })
        .value();
  }
  std::string open(UserRef user, const SessionRules& rules = {}) {
    world.now += 1ms;
    return run([&](Sessions& sessions) { return sessions.open(user, "d0", rules); });
  }
  std::string refresh(const PresentedToken& presented) {
    const auto refreshed = run([&](Sessions& s) { return s.refresh(presented, {.ttl = 1h}); });
    if (refreshed.user) return refreshed.user->id;
    return refreshed.refusal.code == Errc::unauthorized    ? "unauthorized"
           : refreshed.refusal.code == Errc::token_expired ? "expired"
           : refreshed.refusal.code == Errc::token_revoked ? "revoked"
                                                           : "?";
  }
  SessionRow row(const std::string& id) { return store.find_session(id).value(); }
  std::string told() { return std::exchange(world.told, {}); }
};

TEST_SUITE("domain/sessions: refresh") {
  TEST_CASE("a session keeps the digest of its token") {
    SessionsFixture f;
    const auto id = f.open(f.ann, {.ttl = 9s});
    const auto row = f.row(id);
    CHECK(is_id(id));
    CHECK(row.user == f.ann);
    CHECK(row.digest == "d0");
    CHECK(row.expires == f.world.now + 9s);
    CHECK(row.is_live(f.world.now));
  }

  TEST_CASE("each token gives the next one, and the session lives longer") {
    SessionsFixture f;
    const auto id = f.open(f.ann);
    for (int i = 0; i < 3; ++i) {
      f.world.now += 30min;
      CHECK(f.refresh(token(id, i)) == "ann");
      CHECK(f.row(id).digest == "d" + std::to_string(i + 1));
      CHECK(f.row(id).previous_digest == "d" + std::to_string(i));
      CHECK(f.row(id).expires == f.world.now + 1h);
    }
    CHECK(f.told() == "");
  }

  TEST_CASE("two tabs with one token get the same next one, within the grace") {
    SessionsFixture f;
    const auto id = f.open(f.ann);
    CHECK(f.refresh(token(id, 0)) == "ann");
    const auto before = f.row(id);
    f.world.now += refresh_grace;
    CHECK(f.refresh(token(id, 0)) == "ann");
    CHECK(f.row(id) == before);
    CHECK(f.refresh(token(id, 1)) == "ann");
  }

  TEST_CASE("after the grace it is a theft: the session is revoked, its newest token too") {
    SessionsFixture f;
    const auto id = f.open(f.ann);
    const auto other = f.open(f.ann);
    CHECK(f.refresh(token(id, 0)) == "ann");
    f.world.now += refresh_grace + 1ms;
    CHECK(f.refresh(token(id, 0)) == "revoked");
    CHECK(f.told() == "revoked#1");
    CHECK(f.refresh(token(id, 1)) == "revoked");
    CHECK(f.refresh(token(other, 0)) == "ann");
    CHECK(f.told() == "");
  }

  TEST_CASE("a secret that never was the session's changes nothing") {
    SessionsFixture f;
    const auto id = f.open(f.ann);
    const auto before = f.row(id);
    for (const auto* digest : {"", "d", "d00", "dx"})
      CHECK(f.refresh({id, digest, "d1"}) == "unauthorized");
    CHECK(f.refresh(token("nobody", 0)) == "unauthorized");
    CHECK(f.row(id) == before);
    CHECK(f.told() == "");
  }

  TEST_CASE(
      "within the grace, a token that leads elsewhere, by another key, is refused and harms "
      "nobody") {
    SessionsFixture f;
    const auto id = f.open(f.ann);
    CHECK(f.refresh(token(id, 0)) == "ann");
    CHECK(f.refresh({id, "d0", "by another key"}) == "unauthorized");
    CHECK(f.refresh(token(id, 1)) == "ann");
  }

  TEST_CASE("a token nobody used in time has expired") {
    SessionsFixture f;
    const auto id = f.open(f.ann, {.ttl = 1h});
    f.world.now += 1h;
    CHECK(f.refresh(token(id, 0)) == "expired");
    CHECK(f.refresh(token(id, 7)) == "unauthorized");
    CHECK(f.told() == "");
  }
}

TEST_SUITE("domain/sessions: 20 devices a user (CONTRACT section 6)") {
  TEST_CASE("one more revokes the oldest, and only of that user") {
    SessionsFixture f;
    const auto bobs = f.open(f.bob);
    std::vector<std::string> ids;
    for (int i = 0; i < 20; ++i) ids.push_back(f.open(f.ann));
    CHECK(f.told() == "");
    ids.push_back(f.open(f.ann));
    CHECK(f.told() == "revoked#1");
    CHECK(f.row(ids[0]).is_revoked);
    CHECK_FALSE(f.row(ids[1]).is_revoked);
    CHECK_FALSE(f.row(bobs).is_revoked);
    CHECK(f.store.live_sessions_of(f.ann, f.world.now).size() == 20);
  }

  TEST_CASE("what is over is deleted at a sign-in, once no access token of it can be alive") {
    SessionsFixture f;
    const SessionRules rules{.ttl = 1h, .access_ttl = 2h};
    const auto over = f.open(f.ann, rules);
    const auto revoked = f.open(f.ann, rules);
    f.run([&](Sessions& sessions) { return sessions.revoke(f.ann, revoked).has_value(); });
    f.world.now += 2h;
    f.open(f.ann, rules);
    CHECK(f.store.find_session(over).has_value());
    CHECK(f.store.find_session(revoked).has_value());
    f.world.now += refresh_grace;
    f.open(f.ann, rules);
    CHECK_FALSE(f.store.find_session(over).has_value());
    CHECK_FALSE(f.store.find_session(revoked).has_value());
  }
}

TEST_SUITE("domain/sessions: revoke") {
  TEST_CASE("one of one's own, once") {
    SessionsFixture f;
    const auto id = f.open(f.ann);
    const auto revoke = [&](UserRef user, const std::string& session) {
      return f.run([&](Sessions& s) { return s.revoke(user, session).has_value(); });
    };
    CHECK_FALSE(revoke(f.bob, id));
    CHECK_FALSE(revoke(f.ann, "nobody"));
    CHECK_FALSE(revoke(f.ann, ""));
    CHECK(revoke(f.ann, id));
    CHECK_FALSE(revoke(f.ann, id));
    CHECK(f.told() == "revoked#1");
  }

  TEST_CASE("it takes something away, so that its answer waits for every loop, but no chat") {
    CHECK(takes_away(SessionsRevoked{}));
    CHECK_FALSE(takes_chat_away(SessionsRevoked{}));
    CHECK(takes_away(MemberRemoved{}));
    CHECK(takes_chat_away(ChatDeleted{}));
    CHECK_FALSE(takes_away(MessagePosted{}));
  }

  TEST_CASE("all but one, in one fact; none when there is no other") {
    SessionsFixture f;
    const auto one = f.open(f.ann);
    const auto two = f.open(f.ann);
    const auto three = f.open(f.ann);
    const auto spare = [&](const std::string& id) {
      f.run([&](Sessions& s) { return s.revoke_others(f.ann, id), true; });
    };
    spare(two);
    spare(two);
    CHECK(f.told() == "revoked#1");
    CHECK(f.store.find_entry(1)->body == one + " " + three);
    CHECK(f.store.find_entry(1)->actor == f.ann);
    spare("");
    CHECK(f.told() == "revoked#2");
  }

  TEST_CASE("by a refresh token, the current one or the one before") {
    SessionsFixture f;
    const auto close = [&](const PresentedToken& presented, Devices devices) {
      return f.run([&](Sessions& s) { return s.close(presented, devices).has_value(); });
    };
    const auto one = f.open(f.ann);
    const auto two = f.open(f.ann);
    const auto three = f.open(f.ann);
    CHECK_FALSE(close(token(one, 5), Devices::all));
    CHECK_FALSE(close(token("nobody", 0), Devices::all));
    CHECK(f.told() == "");
    CHECK(close(token(one, 0), Devices::this_one));
    CHECK(f.row(one).is_revoked);
    CHECK_FALSE(f.row(two).is_revoked);
    CHECK(close(token(one, 0), Devices::all));
    CHECK(f.told() == "revoked#1");
    f.refresh(token(two, 0));
    CHECK(close(token(two, 0), Devices::all));
    CHECK(f.row(three).is_revoked);
    CHECK(f.told() == "revoked#2");
  }

  TEST_CASE("a revoked session is no way in, one of another issuer is") {
    SessionsFixture f;
    const auto id = f.open(f.ann);
    const auto admit = [&](const std::string& session_id) {
      return f.world
          .run(Writes::many,
               [&](Transaction& transaction) {
                 return Accounts{transaction}.admit({.user_id = "ann", .session_id = session_id});
               })
          .has_value();
    };
    CHECK(admit(id));
    f.run([&](Sessions& s) { return s.revoke_others(f.ann, {}), true; });
    CHECK_FALSE(admit(id));
    for (const auto* foreign : {"", "theirs", "a b", "я"}) CHECK(admit(foreign));
    CHECK_FALSE(is_revoked(*f.store.open_reader(), "theirs"));
    CHECK(is_revoked(*f.store.open_reader(), id));
  }
}

}  // namespace
}  // namespace veche::domain
