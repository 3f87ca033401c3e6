#pragma once

/// @file
/// For tests: a chat server in memory that knows the world by its numbers, and that can be made
/// to do wrong.

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "veche/base/encoding.hpp"
#include "veche/client/bench/options.hpp"
#include "veche/client/bench/world.hpp"
#include "veche/client/fake_peer_test.hpp"

namespace veche::testing {

/// What a server may do wrong with the message or the ack of its choice.
enum class Wrong : std::uint8_t {
  nothing,
  loses,
  doubles,
  reorders,
  misroutes,
  damages,
  loses_ack,
  doubles_ack,
  refuses,  ///< answers every message:send with success:false
  is_busy,  ///< refuses every other message:send as rate_limited
  hangs_up,
};

/// Answers as a server of the contract would: CONNECT, session:ready, chat:join, chat:leave, ping,
/// message:send, messages:list. The wrong is done once, to message, or page, number `wrong_at`.
class FakeChatServer {
 public:
  FakeChatServer(FakeNetwork& network, std::uint32_t members)
      : network_{network}, members_{members} {}

  Wrong wrong{Wrong::nothing};
  std::uint64_t wrong_at{20};
  bool is_mute{};  ///< answers nothing after the upgrade
  /// From this user on chats have two members each; before it there is one chat.
  std::optional<std::uint32_t> pairs_from;
  bool gives_pids{};             ///< and knows them again
  bool refuses_tokens{};         ///< as the seed does: connected, then disconnected
  std::uint32_t most_at_once{};  ///< how many were connecting at a time
  std::uint32_t connects{};
  std::uint64_t turns_an_answer{1};
  std::uint32_t stored{};  ///< messages of each chat, for messages:list

  /// Ends the connection of that user, who may have bytes to read before.
  void hang_up(std::uint32_t user) {
    for (const auto& peer : peers_) {
      if (peer->user == user) peer->socket->finish();
    }
  }

  /// How many message:send it has heard.
  [[nodiscard]] std::uint64_t posted() const { return posted_; }

  /// Hears everybody and answers, in one turn out of `turns_an_answer`.
  void turn() {
    if (++turns_ % turns_an_answer != 0) return;
    while (auto end = network_.take_connect()) {
      peers_.push_back(std::make_unique<Peer>(Peer{std::make_unique<FakePeer>(*end)}));
    }
    std::uint32_t connecting = 0;
    for (std::size_t i = 0; i < peers_.size(); ++i) {
      hear(*peers_[i]);
      if (!peers_[i]->is_ready && !peers_[i]->socket->has_finished()) ++connecting;
    }
    most_at_once = std::max(most_at_once, connecting);
  }

 private:
  struct Peer {
    std::unique_ptr<FakePeer> socket;
    std::uint32_t user{};
    bool is_ready{};
  };

  void hear(Peer& peer) {
    FakePeer& socket = *peer.socket;
    if (!socket.is_upgraded()) {
      socket.read();
      if (!socket.has_request()) return;
      socket.upgrade();
      socket.say(R"(0{"sid":"e","upgrades":[],"pingInterval":25000,"pingTimeout":20000})");
      return;
    }
    std::string heard = socket.take();
    while (!heard.empty() && !is_mute) {
      const auto end = heard.find("; ");
      answer(peer, heard.substr(0, end));
      heard.erase(0, end == std::string::npos ? end : end + 2);
    }
  }

  void answer(Peer& peer, const std::string& text) {
    if (text.starts_with("40")) return accept(peer, text);
    if (!text.starts_with("42")) return;
    const auto bracket = text.find('[');
    const std::string id = text.substr(2, bracket - 2);
    if (text.find("messages:list") != std::string::npos) return list(peer, id, text);
    if (text.find("message:send") == std::string::npos) {
      return ack(peer, id, R"({"success":true,"message":"Joined or left"})");
    }
    post(peer, id, text);
  }

  void accept(Peer& peer, const std::string& text) {
    const auto dot = text.find('.') + 1;
    const auto claims = base64_decode(text.substr(dot, text.find('.', dot) - dot), Base64::url);
    peer.user = static_cast<std::uint32_t>(
        std::stoul(claims.value().substr(claims->find(R"("sub":"u)") + 8)));
    const bool is_known = gives_pids && text.find(R"("pid":")") != std::string::npos;
    if (!is_known) sids_[peer.user] = "s" + std::to_string(++sid_count_);
    peer.socket->say(R"(40{"sid":")" + sids_[peer.user] +
                     (gives_pids ? R"(","pid":"p"})" : R"("})"));
    if (refuses_tokens) return peer.socket->say("41");
    peer.socket->say(R"(42["session:ready",{"contract":1}])");
    peer.is_ready = true;
    ++connects;
  }

  static std::string field(const std::string& json, const std::string& name) {
    const auto at = json.find("\"" + name + "\":\"") + name.size() + 4;
    return json.substr(at, json.find('"', at) - at);
  }

  static std::uint32_t number_field(const std::string& json, const std::string& name,
                                    std::uint32_t otherwise) {
    const auto at = json.find("\"" + name + "\":");
    if (at == std::string::npos) return otherwise;
    return static_cast<std::uint32_t>(std::stoul(json.substr(at + name.size() + 3)));
  }

  [[nodiscard]] std::uint32_t chat_of(const Peer& peer) const {
    if (!pairs_from) return peer.user / members_;
    return peer.user < *pairs_from ? 0 : 1 + (peer.user - *pairs_from) / 2;
  }

  void ack(Peer& peer, const std::string& id, const std::string& json) {
    peer.socket->say("43" + id + "[" + json + "]");
  }

  void list(Peer& peer, const std::string& id, const std::string& asked) {
    const Wrong how = listed_++ == wrong_at ? wrong : Wrong::nothing;
    const std::uint32_t end =
        number_field(asked, "beforeSeq", stored + 1) - (how == Wrong::misroutes ? 1 : 0);
    std::uint32_t count = std::min(number_field(asked, "limit", 50), end - 1);
    if (how == Wrong::loses) --count;
    std::string page;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t seq = how == Wrong::reorders ? end - 1 - i : end - count + i;
      page += std::string{i == 0 ? "" : ","} + R"({"_id":"m","seq":)" + std::to_string(seq) + "}";
    }
    ack(peer, id, R"({"success":true,"messages":[)" + page + "]}");
  }

  void post(Peer& peer, const std::string& id, const std::string& sent) {
    const bool is_chosen = posted_++ == wrong_at;
    if (wrong == Wrong::refuses) {
      return ack(peer, id, R"({"success":false,"error":"Access denied","code":"forbidden"})");
    }
    if (wrong == Wrong::is_busy && posted_ % 2 == 0) {
      return ack(peer, id, R"({"success":false,"error":"Too many","code":"rate_limited"})");
    }
    if (is_chosen && wrong == Wrong::hangs_up) return peer.socket->finish();
    const std::string text = field(sent, "text");
    const std::string chat = field(sent, "chatId");
    deliver(chat, text, is_chosen ? wrong : Wrong::nothing);
    if (is_chosen && wrong == Wrong::misroutes) misroute(chat, text);
    if (is_chosen && wrong == Wrong::loses_ack) return;
    ack(peer, id, R"({"success":true,"message":{}})");
    if (is_chosen && wrong == Wrong::doubles_ack) ack(peer, id, R"({"success":true})");
  }

  static std::string news_of(const std::string& chat, const std::string& text) {
    return R"(42["message:new",{"_id":"m","chat":")" + chat + R"(","sender":{"_id":"u"},"text":")" +
           text + "\"}]";
  }

  /// To everybody in the chat; the first of them is the one who is wronged.
  void deliver(const std::string& chat, const std::string& text, Wrong how) {
    const std::string news = news_of(chat, text);
    for (const auto& peer : peers_) {
      if (client::bench::chat_id(chat_of(*peer)) != chat) continue;
      if (!peer->is_ready || peer->socket->has_finished()) continue;
      say(*peer, news, std::exchange(how, Wrong::nothing));
    }
  }

  void say(Peer& peer, std::string news, Wrong how) {
    if (held_ && held_peer_ == &peer) {
      peer.socket->say(news);
      peer.socket->say(*held_);
      held_.reset();
      return;
    }
    if (how == Wrong::loses) return;
    if (how == Wrong::reorders) {
      held_ = news;
      held_peer_ = &peer;
      return;
    }
    if (how == Wrong::damages) news[news.size() - 20] ^= 1;
    peer.socket->say(news);
    if (how == Wrong::doubles) peer.socket->say(news);
  }

  void misroute(const std::string& chat, const std::string& text) {
    for (const auto& peer : peers_) {
      if (client::bench::chat_id(chat_of(*peer)) == chat) continue;
      return peer->socket->say(news_of(chat, text));
    }
  }

  FakeNetwork& network_;
  std::uint32_t members_;
  std::vector<std::unique_ptr<Peer>> peers_;
  std::map<std::uint32_t, std::string> sids_;  // by user
  std::uint64_t sid_count_{};
  std::uint64_t posted_{};
  std::uint64_t listed_{};
  std::uint64_t turns_{};
  std::optional<std::string> held_;
  Peer* held_peer_{};
};

/// Clients and such a server, with a clock that each turn moves by a millisecond.
struct BenchWorld : ClientWorld {
  explicit BenchWorld(client::bench::Shape shape) : chat{network, shape.members} {
    options.server = server;
    options.jwt_secret = "a secret of the tests";
    options.shape = shape;
    options.warm_up = Milliseconds{20};
    options.window = Milliseconds{100};
    options.patience = Milliseconds{500};
  }

  void step() {
    clock.advance(Milliseconds{1});
    turn();
    chat.turn();
  }
  void steps(int count) {
    for (int i = 0; i < count; ++i) step();
  }

  FakeChatServer chat;
  client::bench::Options options;
};

}  // namespace veche::testing
