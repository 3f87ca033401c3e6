#pragma once

/// @file
/// The chat over Socket.IO with everything around it played: sessions that write down what they
/// are sent, commands that run when the test says, the real rules over a store in memory.

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "veche/gateway/broadcaster.hpp"
#include "veche/gateway/chat_events.hpp"

#include "support/chat_doubles.hpp"
#include "support/inline_commands.hpp"

namespace veche::testing {

/// A client's session. What happens to it is one line: "431[...] | paused | closed policy".
class ChatClient final : public engineio::Socket {
 public:
  explicit ChatClient(socketio::Node& node) : node_{node} {}
  ~ChatClient() override { vanish(); }

  void send(const engineio::Outgoing& message, Priority) override {
    if (!is_closed_) note(message.payload().bytes());
  }
  void close(engineio::Closing how) override {
    if (is_closed_) return;
    is_closed_ = true;
    note(how == engineio::Closing::policy ? "closed policy"
         : how == engineio::Closing::slow ? "closed slow"
                                          : "closed");
    end(engineio::CloseReason::forced_close);
  }
  [[nodiscard]] std::string_view id() const override { return "engine"; }
  [[nodiscard]] engineio::Transport transport() const override {
    return engineio::Transport::websocket;
  }
  [[nodiscard]] const http::Request& request() const override { return request_; }
  void forget_request() override { has_request = false; }
  [[nodiscard]] std::size_t queued_bytes() const override { return 0; }
  void pause_reading() override { note("paused"); }
  void resume_reading() override { note("resumed"); }

  /// The peer goes without a word.
  void vanish() {
    is_closed_ = true;
    end(engineio::CloseReason::transport_close);
  }
  [[nodiscard]] bool is_closed() const { return is_closed_; }

  /// What happened since the last call; the sid of a CONNECT answer shows as "<sid>".
  std::string take() {
    std::string line = std::exchange(line_, {});
    const std::string_view head = R"(40{"sid":")";
    const auto at = line.find(head);
    if (at != std::string::npos) line.replace(at + head.size(), socketio::Socket::id_size, "<sid>");
    return line;
  }

  bool has_request{true};

 private:
  void note(std::string_view text) { line_.append(line_.empty() ? "" : " | ").append(text); }
  void end(engineio::CloseReason reason) {
    if (attachment() == nullptr) return;
    node_.closed(*this, reason, node_.now());
    attach(nullptr);
  }

  socketio::Node& node_;
  http::Request request_;
  bool is_closed_{};
  std::string line_;
};

/// Ada ("ada") and Bob ("bob") have the personal chat "c1"; Eve ("eve") has none.
///
///     SocketWorld world;
///     ChatClient& ada = world.signed_in("ada");
///     CHECK(world.say(ada, R"(1["ping"])") == R"(431[{"success":true}])");
class SocketWorld {
 public:
  explicit SocketWorld(gateway::ChatEvents::Options options = {},
                       gateway::Broadcaster::Options broadcaster_options = {},
                       std::string epoch = {})
      : broadcaster{node, broadcaster_options, std::move(epoch)},
        events{{node, wheel, commands, tokens, clock, log, &broadcaster.texts()}, options} {
    commands.on_fact = [this](const domain::FactPtr& fact) {
      broadcaster.tell(fact);
      events.hear(*fact);
    };
    for (const auto* id : {"ada", "bob", "eve"}) admit(id);
    open_chat("ada", {"bob"}, "c1");
  }

  domain::UserPtr admit(const std::string& id) {
    auto made = commands.now([&](domain::Transaction& t) {
      domain::Identity identity;
      identity.user_id = identity.name = id;
      return domain::Accounts{t}.admit(identity);
    });
    return *made;
  }

  /// Personal with one other, else a group.
  void open_chat(const std::string& creator, std::vector<std::string> others,
                 const std::string& id) {
    auto made = commands.now([&](domain::Transaction& t) {
      domain::NewChat input;
      input.creator = t.user_by_id(creator)->ref;
      input.type = others.size() == 1 ? domain::ChatType::personal : domain::ChatType::group;
      if (others.size() != 1) input.name = id;
      input.participant_ids = std::move(others);
      input.id = id;
      return domain::Chats{t}.create(input);
    });
    VECHE_EXPECTS(made.has_value());
  }

  void erase_chat(const std::string& user, const std::string& id) {
    auto erased = commands.now([&](domain::Transaction& t) {
      return domain::Chats{t}.erase(t.user_by_id(user)->ref, id);
    });
    VECHE_EXPECTS(erased.has_value());
  }

  /// A session that has not said anything.
  ChatClient& open() {
    clients.push_back(std::make_unique<ChatClient>(node));
    node.opened(*clients.back(), clock.now());
    return *clients.back();
  }
  /// A session that has sent CONNECT with `auth`; the commands have not run.
  ChatClient& connect(std::string_view auth) {
    ChatClient& client = open();
    receive(client, "0" + std::string{auth});
    return client;
  }
  /// A session that is admitted and has been read empty.
  ChatClient& signed_in(const std::string& user) {
    ChatClient& client = connect(R"({"token":"token-)" + user + "\"}");
    commands.run();
    client.take();
    return client;
  }

  /// The client sends an event, given without the 2 in front; nothing else runs.
  void send(ChatClient& client, std::string_view event) {
    receive(client, "2" + std::string{event});
  }
  /// The same, then the commands run; answers what the client got.
  std::string say(ChatClient& client, std::string_view packet) {
    send(client, packet);
    commands.run();
    return client.take();
  }

  void advance(Milliseconds time) {
    clock.elapsed += time;
    wheel.advance_to(clock.now());
  }

  void receive(ChatClient& client, std::string packet) {
    const std::size_t size = packet.size();
    packet.append(json::Parser::padding, ' ');
    node.received(client, std::string_view{packet}.substr(0, size), false, clock.now());
  }

  HandClock clock;
  TimerWheel wheel{clock.now()};
  support::SeededRng rng;
  LineLog log;
  socketio::Node node{socketio::Options{}, wheel, rng, log};
  InlineCommands commands;
  PlainTokens tokens;
  gateway::Broadcaster broadcaster;
  gateway::ChatEvents events;
  std::vector<std::unique_ptr<ChatClient>> clients;
};

/// The answer to the request with id 1 that is not the client's to make.
inline const std::string denied =
    R"(431[{"success":false,"error":"Access denied","code":"forbidden"}])";

/// How often `what` stands in `text`.
inline int count(const std::string& text, std::string_view what) {
  int found = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

/// What every message of the tests looks like: the n-th fact of the store, `seq` in its chat.
inline std::string message_json(int pos, int seq, const std::string& sender,
                                const std::string& text, const std::string& chat = "c1") {
  char id[25];
  std::snprintf(id, sizeof id, "6b49d200%016x", static_cast<unsigned>(pos));
  return std::string{R"({"_id":")"} + id + R"(","chat":")" + chat + R"(","sender":{"_id":")" +
         sender + R"(","name":")" + sender + R"(","email":"","userId":")" + sender +
         R"(","avatar":""},"text":")" + text + R"(","type":"text","status":"sent",)" +
         R"("createdAt":"2027-01-15T08:00:00.000Z","updatedAt":"2027-01-15T08:00:00.000Z",)" +
         R"("isDeleted":false,"seq":)" + std::to_string(seq) + R"(,"rev":)" +
         std::to_string(seq + 1) + "}";
}

}  // namespace veche::testing
