// Goal: a fact's events come in one order, for the right people, and never end in a string.
// Method: facts by hand; each event is written down as "name/step>who".

#include "veche/gateway/fact_events.hpp"

#include <memory>

#include <doctest/doctest.h>

namespace veche::gateway {
namespace {

using domain::User;
using domain::UserPtr;

class Line final : public FactHearer {
 public:
  void to_chat(const FactEvent& event, const std::string& chat_id,
               const domain::AudiencePtr& participants) override {
    note(event, "chat-" + chat_id);
    for (const auto& user : participants->users) text += "," + user->id;
  }
  void to_users(const FactEvent& event, std::span<const UserPtr> users) override {
    note(event, "");
    for (const auto& user : users) text += "," + user->id;
  }

  std::string text;

 private:
  void note(const FactEvent& event, const std::string& whom) {
    std::string args;
    json::Writer json{args};
    event.write(json);
    CHECK(args.front() == '{');
    CHECK(args.back() == '}');
    text.append(text.empty() ? "" : " ").append(event.name).append("/");
    text.append(std::to_string(event.step)).append(">").append(whom);
  }
};

UserPtr user(std::int64_t ref, const std::string& id) {
  return std::make_shared<const User>(User{.ref = domain::UserRef{ref}, .id = id});
}

const UserPtr ann = user(1, "ann");
const UserPtr bob = user(2, "bob");
const auto both = std::make_shared<const domain::Audience>(domain::Audience{{ann, bob}});
const auto only_ann = std::make_shared<const domain::Audience>(domain::Audience{{ann}});

std::string told(domain::Happening what) {
  Line line;
  tell_events(domain::Fact{.pos = 1, .what = std::move(what)}, line);
  return line.text;
}

domain::Message message() { return {.pos = 1, .chat_id = "c", .sender = ann, .text = "x"}; }

std::shared_ptr<const domain::ChatView> view(domain::ChatType type) {
  domain::ChatView view;
  view.chat.id = "c";
  view.chat.type = type;
  view.participants = both;
  return std::make_shared<const domain::ChatView>(std::move(view));
}

TEST_SUITE("gateway/fact_events: CONTRACT section 4") {
  TEST_CASE("messages") {
    CHECK(told(domain::MessagePosted{both, message()}) == "message:new/0>chat-c,ann,bob");
    CHECK(told(domain::MessageEdited{both, message()}) == "message:edited/0>chat-c,ann,bob");
    CHECK(told(domain::MessageDeleted{both, message(), ann, std::nullopt, {{bob, 0, 1, {}}}}) ==
          "message:deleted/0>chat-c,ann,bob chat:unread/1>,bob");
    CHECK(told(domain::ChatRead{"c", 2, both, {bob, 1, 0, {}}}) ==
          "messages:read/0>chat-c,ann,bob chat:unread/1>,bob");
  }

  TEST_CASE("chats") {
    using domain::ChatType;
    CHECK(told(domain::ChatCreated{view(ChatType::personal), ""}) == "chat:created/0>,ann,bob");
    CHECK(told(domain::ChatCreated{view(ChatType::group), ""}) ==
          "chat:created/0>,ann,bob group:created/1>,ann,bob");
    CHECK(told(domain::ChatUpdated{"c", 2, both, {}}) == "chat:updated/0>chat-c,ann,bob");
    CHECK(told(domain::ChatDeleted{"c", 2, both}) == "chat:deleted/0>,ann,bob");
  }

  TEST_CASE("members") {
    CHECK(told(domain::MembersAdded{"c", 2, view(domain::ChatType::group), {bob}, ann}) ==
          "chat:created/0>,bob group:joined/1>,bob group:member-added/2>chat-c,ann,bob");
    CHECK(told(domain::MemberRemoved{"c", 2, only_ann, bob, ann}) ==
          "group:removed/0>,bob group:member-removed/1>chat-c,ann");
    CHECK(told(domain::RoleChanged{"c", 2, both, bob, domain::Role::admin, ann}) ==
          "group:role-changed/0>chat-c,ann,bob");
  }

  TEST_CASE("what ends a session is no event, and nobody's removal tells nobody") {
    CHECK(told(domain::SessionsRevoked{ann, {"s"}}) == "");
    CHECK(told(domain::ChatRead{"c", 2, both, {}}) ==
          "messages:read/0>chat-c,ann,bob chat:unread/1>");
  }
}

}  // namespace
}  // namespace veche::gateway
