// Goal: a client that was cut off gets exactly what it missed, or a new session and nothing.
// Method: clients over doubles, the store in memory; what a client gets is compared as one line.

#include "veche/gateway/chat_recovery.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "veche/domain/groups.hpp"
#include "veche/domain/messages.hpp"
#include "veche/domain/sessions.hpp"

#include "support/chat_sockets.hpp"

namespace veche::gateway {
namespace {

using testing::ChatClient;
using testing::SocketWorld;
using namespace std::chrono_literals;

/// A signature that one can read, and nobody should trust.
class PlainSeal final : public Seal {
 public:
  std::string sign(std::string_view text) const override {
    std::uint32_t sum = 7;
    for (const char c : text) sum = sum * 31 + static_cast<unsigned char>(c);
    return "sum" + std::to_string(sum);
  }
  bool is_signature(std::string_view text, std::string_view signature) const override {
    return sign(text) == signature;
  }
};

struct World : SocketWorld {
  explicit World(ChatRecovery::Options options = {})
      : SocketWorld{{}, {}, "epoch-1"},
        recovery{{node, commands, tokens, clock, plain_seal,
                  [this](const std::string& sid) { ended_elsewhere += sid; }},
                 {"epoch-1", 1},
                 options} {
    commands.on_fact = [this](const domain::FactPtr& fact) {
      if (is_deaf) return late.push_back(fact);
      hear(fact);
    };
  }

  void hear(const domain::FactPtr& fact) {
    broadcaster.tell(fact);
    recovery.hear(fact);
    events.hear(*fact);
  }
  /// What the loop was not told yet.
  void hear_late() {
    is_deaf = false;
    for (const auto& fact : std::exchange(late, {})) hear(fact);
  }

  /// What the client got, in short: "[message:new hi @3] [CONNECT] [session:ready]".
  static std::string heard(ChatClient& client) { return in_short(client.take()); }

  static std::string in_short(const std::string& line) {
    std::string text;
    for (std::size_t at = 0; at < line.size();) {
      const auto end = std::min(line.find(" | ", at), line.size());
      text += (text.empty() ? "" : " ") + word_of(line.substr(at, end - at));
      at = end + 3;
    }
    return text;
  }

  static std::string word_of(const std::string& packet) {
    if (packet.starts_with("40")) {
      return packet.find("\"pid\"") == std::string::npos ? "[no pid]" : "[CONNECT]";
    }
    if (!packet.starts_with("42[")) return "[" + packet + "]";
    std::string word = packet.substr(4, packet.find('"', 4) - 4);
    const std::string text = "\"text\":\"";
    if (const auto at = packet.find(text); at != std::string::npos) {
      const auto begin = at + text.size();
      word += " " + packet.substr(begin, packet.find('"', begin) - begin);
    }
    if (const auto at = packet.find("\"epoch-1."); at != std::string::npos)
      word += " @" + packet.substr(at + 9, packet.size() - at - 11);
    return "[" + word + "]";
  }

  static std::string field(const std::string& line, const std::string& name) {
    const auto at = line.find("\"" + name + "\":\"");
    if (at == std::string::npos) return {};
    const auto begin = at + name.size() + 4;
    return line.substr(begin, line.find('"', begin) - begin);
  }

  /// Connects, and keeps the pid.
  ChatClient& enter(const std::string& user) {
    ChatClient& client = connect(R"({"token":"token-)" + user + "\"}");
    commands.run();
    pid = field(client.take(), "pid");
    return client;
  }
  /// Comes back with the pid and what else the client says.
  ChatClient& come_back(const std::string& user, const std::string& more = "") {
    return connect(R"({"token":"token-)" + user + R"(","pid":")" + pid + "\"" + more + "}");
  }
  std::string back(const std::string& user, const std::string& more = "") {
    ChatClient& client = come_back(user, more);
    commands.run();
    return heard(client);
  }
  static std::string at(const std::string& offset) {
    return R"(,"offset":"epoch-1.)" + offset + "\"";
  }

  void post(const std::string& from, const std::string& text, const std::string& chat = "c1") {
    const auto sent = commands.now([&](domain::Transaction& t) {
      return domain::Messages{t}.send(
          {.sender = t.user_by_id(from)->ref, .chat_id = chat, .text = text});
    });
    CHECK(sent.has_value());
  }

  PlainSeal plain_seal;
  ChatRecovery recovery;
  std::string pid;
  std::string ended_elsewhere;
  bool is_deaf{};
  std::vector<domain::FactPtr> late;
};

const std::string fresh = "[CONNECT] [session:ready]";

TEST_SUITE("gateway/recovery: the pid") {
  TEST_CASE("whoever shows a valid token gets one, nobody else does") {
    World world;
    ChatClient& ada = world.enter("ada");
    CHECK(world.pid.find(".ada.epoch-1.1.1800003600.sum") == socketio::Socket::id_size);
    CHECK(ada.take() == "");
    CHECK(World::heard(world.connect("{}")) == "[no pid] [41] [closed]");
    CHECK(World::heard(world.connect(R"({"token":"bad"})")) ==
          "[no pid] [auth:error] [41] [closed]");
    CHECK(World::heard(world.connect("")) == "[no pid] [41] [closed]");
  }
}

TEST_SUITE("gateway/recovery: what was missed") {
  TEST_CASE("comes once, in order, before the answer to CONNECT, one's own too") {
    World world;
    ChatClient& ada = world.enter("ada");
    world.post("bob", "one");
    CHECK(World::heard(ada) == "[message:new one @2]");
    ada.vanish();
    world.post("bob", "two");
    world.post("ada", "three");
    ChatClient& again = world.come_back("ada", World::at("2"));
    CHECK(again.take() == "");
    world.commands.run();
    const auto line = again.take();
    CHECK(World::in_short(line) ==
          "[message:new two @3] [message:new three @4] [CONNECT] [session:ready]");
    CHECK(World::field(line, "pid") == world.pid);
    CHECK(world.recovery.counters().recovered == 1);
    world.post("bob", "four");
    CHECK(World::heard(again) == "[message:new four @5]");
  }

  TEST_CASE("without an offset, from CONNECT on; one that is older counts as none") {
    World world;
    world.post("bob", "before");
    world.enter("ada").vanish();
    CHECK(world.back("ada") == fresh);
    world.clients.back()->vanish();
    world.post("bob", "two");
    CHECK(world.back("ada") == "[message:new two @3] " + fresh);
    world.clients.back()->vanish();
    CHECK(world.back("ada", World::at("1")) == "[message:new two @3] " + fresh);
  }

  TEST_CASE("the sid is the one before, and the socket is in its user's room") {
    World world;
    ChatClient& ada = world.enter("ada");
    ada.vanish();
    world.back("ada");
    auto& nsp = world.node.of("/");
    REQUIRE(nsp.sockets().size() == 1);
    CHECK(world.pid.starts_with(nsp.sockets()[0]->id()));
    CHECK(nsp.sockets()[0]->recovered());
    CHECK(nsp.sockets()[0]->is_in("user-ada"));
  }

  TEST_CASE("the second event of a fact of which only the first had come") {
    World world;
    world.enter("ada").vanish();
    world.open_chat("bob", {"ada", "eve"}, "g1");
    CHECK(world.back("ada") == "[chat:created @2] [group:created @2.1] " + fresh);
    world.clients.back()->vanish();
    CHECK(world.back("ada", World::at("2")) == "[group:created @2.1] " + fresh);
    world.clients.back()->vanish();
    CHECK(world.back("ada", World::at("2.1")) == fresh);
  }

  TEST_CASE("the same bytes as were told live") {
    World world;
    ChatClient& bob = world.enter("bob");
    world.enter("ada").vanish();
    bob.take();
    world.open_chat("bob", {"ada", "eve"}, "g1");
    world.post("bob", "one");
    world.post("eve", "two", "g1");
    const auto live = bob.take();
    ChatClient& ada = world.come_back("ada");
    world.commands.run();
    CHECK(ada.take().starts_with(live + " | 40{"));
  }

  TEST_CASE("what ends a session has no place in the log to come back to") {
    World world;
    ChatClient& ada = world.enter("ada");
    world.hear(std::make_shared<const domain::Fact>(
        domain::Fact{.pos = 2,
                     .what = domain::SessionsRevoked{
                         world.commands.store.find_account_by_id("ada")->user, {}, true}}));
    CHECK(World::heard(ada) == "[auth:error] [41] [closed]");
  }

  TEST_CASE("of a chat that was left meanwhile, nothing but the removal") {
    World world;
    world.open_chat("bob", {"ada", "eve"}, "g1");
    world.enter("ada").vanish();
    world.post("bob", "one", "g1");
    const auto removed = world.commands.now([](domain::Transaction& t) {
      return domain::Groups{t}.remove(
          {.by = t.user_by_id("bob")->ref, .chat_id = "g1", .user_id = "ada"});
    });
    CHECK(removed.has_value());
    world.post("bob", "two", "g1");
    world.post("bob", "three");
    CHECK(world.back("ada") == "[group:removed @4] [message:new three @6] " + fresh);
  }
}

TEST_SUITE("gateway/recovery: between the log and the room") {
  TEST_CASE("what is told while the log is read comes once, in its place") {
    World world;
    world.enter("ada").vanish();
    world.post("bob", "two");
    ChatClient& ada = world.come_back("ada");
    world.post("bob", "three");
    world.commands.on_read = [&] {
      world.commands.on_read = nullptr;
      world.post("bob", "four");
      world.post("bob", "five");
    };
    world.commands.run();
    CHECK(World::heard(ada) ==
          "[message:new two @2] [message:new three @3] [message:new four @4] "
          "[message:new five @5] " +
              fresh);
  }

  TEST_CASE("what the loop is still to hear comes when it does") {
    World world;
    world.enter("ada").vanish();
    world.post("bob", "two");
    world.is_deaf = true;
    world.post("bob", "three");
    CHECK(world.back("ada") == "[message:new two @2] " + fresh);
    ChatClient& ada = *world.clients.back();
    world.hear_late();
    CHECK(World::heard(ada) == "[message:new three @3]");
  }

  TEST_CASE("a loop that is behind the client starts anew") {
    World world;
    world.enter("ada").vanish();
    world.is_deaf = true;
    world.post("bob", "two");
    CHECK(world.back("ada", World::at("2")) == fresh);
    CHECK_FALSE(world.node.of("/").sockets()[0]->recovered());
  }

  TEST_CASE("more than is kept meanwhile, or a chat taken away, starts anew") {
    World world{{.facts_max = 2}};
    world.enter("ada").vanish();
    ChatClient& ada = world.come_back("ada");
    world.commands.on_read = [&] {
      world.commands.on_read = nullptr;
      for (const auto* text : {"a", "b", "c"}) world.post("bob", text);
    };
    world.commands.run();
    CHECK(World::heard(ada) == fresh);

    world.open_chat("bob", {"ada", "eve"}, "g1");
    world.enter("ada").vanish();
    ChatClient& again = world.come_back("ada");
    world.commands.on_read = [&] {
      world.commands.on_read = nullptr;
      world.erase_chat("bob", "g1");
    };
    world.commands.run();
    CHECK(World::heard(again) == fresh);
  }

  TEST_CASE("a reader that fails, or a client that goes meanwhile, harms nobody") {
    World world;
    world.enter("ada").vanish();
    world.come_back("ada").vanish();
    world.commands.run();
    CHECK(world.node.of("/").sockets().empty());
    world.commands.fails = true;
    ChatClient& ada = world.come_back("ada");
    world.commands.run();
    CHECK(World::heard(ada) == fresh);
  }

  TEST_CASE("one socket lives for a sid: the newer") {
    World world;
    ChatClient& ada = world.enter("ada");
    CHECK(world.back("ada") == fresh);
    CHECK(ada.take() == "closed");
    CHECK(world.node.of("/").sockets().size() == 1);
    CHECK(world.ended_elsewhere == world.pid.substr(0, socketio::Socket::id_size));
  }
}

TEST_SUITE("gateway/recovery: hostile input 50, and limits") {
  TEST_CASE("a pid that is another's, changed, or no pid at all") {
    World world;
    world.enter("ada").vanish();
    world.post("bob", "secret");
    const auto pid = world.pid;
    CHECK(world.back("eve") == fresh);
    CHECK(world.back("bob") == fresh);
    auto changed = pid;
    changed.replace(changed.find(".ada."), 5, ".eve.");
    const std::string huge(65'536, 'x');
    for (const auto& bad : {changed, pid + "1", pid.substr(1), std::string{"."}, std::string{"x"},
                            std::string{}, huge, pid + huge}) {
      world.pid = bad;
      CHECK(world.back("ada") == fresh);
      CHECK(world.back("eve") == fresh);
    }
    CHECK(world.recovery.counters().recovered == 0);
    CHECK(world.recovery.counters().refused == 18);
    CHECK(world.log.lines.find("pid") == std::string::npos);
  }

  TEST_CASE("an offset that is garbage, of another epoch, or beyond the end") {
    World world;
    world.enter("ada").vanish();
    world.post("bob", "two");
    const std::string huge(65'536, '1');
    for (const auto& offset : {std::string{"x"}, std::string{"epoch-2.2"}, std::string{"epoch-1.3"},
                               "epoch-1." + huge, huge}) {
      CHECK(world.back("ada", R"(,"offset":")" + offset + "\"") == fresh);
    }
    CHECK(world.back("ada", R"(,"offset":7)") == fresh);
    CHECK(world.recovery.counters().recovered == 0);
    CHECK(world.back("ada") == "[message:new two @2] " + fresh);
  }

  TEST_CASE("a bad token beside a good pid is a bad token") {
    World world;
    world.enter("ada").vanish();
    ChatClient& ada = world.connect(R"({"token":"bad","pid":")" + world.pid + "\"}");
    world.commands.run();
    CHECK(World::heard(ada) == "[no pid] [auth:error] [41] [closed]");
  }

  TEST_CASE("a session that was revoked meanwhile is refused as ever") {
    World world;
    const auto session = world.commands.now([](domain::Transaction& t) -> Result<std::string> {
      return domain::Sessions{t}.open(t.user_by_id("ada")->ref, "digest", {});
    });
    world.tokens.identities["device"] = {
        .user_id = "ada", .name = "ada", .email = {}, .session_id = *session, .expires = {}};
    ChatClient& ada = world.connect(R"({"token":"device"})");
    world.commands.run();
    world.pid = World::field(ada.take(), "pid");
    ada.vanish();
    world.post("bob", "secret");
    static_cast<void>(world.commands.now([](domain::Transaction& t) -> Result<bool> {
      domain::Sessions{t}.revoke_others(t.user_by_id("ada")->ref, {});
      return true;
    }));
    ChatClient& again = world.connect(R"({"token":"device","pid":")" + world.pid + "\"}");
    world.commands.run();
    CHECK(World::heard(again) == "[CONNECT] [auth:error] [41] [closed]");
  }

  TEST_CASE("24 hours, and not a second more") {
    World world;
    world.enter("ada").vanish();
    world.post("bob", "two");
    world.clock.elapsed += 24h;
    CHECK(world.back("ada") == "[message:new two @2] " + fresh);
    world.clients.back()->vanish();
    world.clock.elapsed += 1s;
    CHECK(world.back("ada") == fresh);
  }

  TEST_CASE("so many facts and so many bytes, and not one more") {
    World world{{.facts_max = 3, .bytes_max = 2'000}};
    world.enter("ada").vanish();
    for (int i = 0; i < 3; ++i) world.post("bob", "x");
    CHECK(world.back("ada") == "[message:new x @2] [message:new x @3] [message:new x @4] " + fresh);
    world.clients.back()->vanish();
    world.post("bob", "x");
    CHECK(world.back("ada") == fresh);
    world.clients.back()->vanish();
    CHECK(world.back("ada", World::at("4")) == "[message:new x @5] " + fresh);
    world.clients.back()->vanish();
    world.enter("ada").vanish();
    world.post("bob", std::string(1'600, 'x'));
    CHECK(world.back("ada").size() > 1'600);
    world.clients.back()->vanish();
    world.post("bob", "x");
    CHECK(world.back("ada") == fresh);
  }
}

}  // namespace
}  // namespace veche::gateway
