// Goal: one message over REST, as the contract has it, for its author, members and strangers.
// Method: the whole API over the real rules and a store in memory.

#include "veche/api/message_routes.hpp"

#include <string>

#include <doctest/doctest.h>

#include "support/rest_world.hpp"

namespace veche::api {
namespace {

using testing::RestWorld;

const std::string message_not_there = R"(404 {"statusCode":404,"error":"Not Found",)"
                                      R"("message":"Message not found","code":"not_found"})";
const std::string message_path = "/messages/6b49d2000000000000000002";

struct MessageFixture : RestWorld {
  std::string told;
  MessageFixture() {
    enrol("eve", "");
    post("/messages", R"({"chat":"c1","text":"hi"})", "ada");
    commands.on_fact = [this](const domain::FactPtr& fact) {
      told += support::word_of(*fact) + " ";
    };
  }
  std::string edit(std::string body, std::string_view user, std::string_view path = message_path) {
    auto asked = request(http::Method::patch, path, user);
    asked.body = std::move(body);
    return ask(asked);
  }
  std::string erase(std::string_view user, std::string_view path = message_path) {
    return ask(request(http::Method::del, path, user));
  }
  [[nodiscard]] bool says(std::string_view text) const {
    return last->body.find(text) != std::string::npos;
  }
};

TEST_SUITE("api/messages: PATCH /messages/:id") {
  TEST_CASE("the author edits, and it is told like any other edit") {
    MessageFixture f;
    CHECK(f.edit(R"({"text":"ho","ifRev":2})", "ada")
              .starts_with(R"(200 {"success":true,"message":{"_id":"6b49d2)"));
    CHECK(f.says(R"("text":"ho")"));
    CHECK(f.says(R"("rev":3,"editedAt":")"));
    CHECK(f.told == "edited#3:ho ");
    CHECK(f.edit(R"({"text":"hm","ifRev":2})", "ada").starts_with("409 "));
  }

  TEST_CASE("refusals") {
    MessageFixture f;
    CHECK(f.edit(R"({"text":"ho"})", "bob").starts_with("403 "));
    CHECK(f.edit(R"({"text":"ho"})", "eve") == message_not_there);
    CHECK(f.edit(R"({"text":"ho"})", "ada", "/messages/a%20b") == message_not_there);
    CHECK(f.edit(R"({"text":"ho"})", "ada", "/messages/6b49d2000000000000000001") ==
          message_not_there);
    for (const auto* body : {"", "{}", R"({"text":""})", R"({"text":"x","ifRev":"2"})"})
      CHECK(f.edit(body, "ada").starts_with("400 "));
    CHECK(f.told == "");
  }
}

TEST_SUITE("api/messages: DELETE /messages/:id") {
  TEST_CASE("once, for all; the lists keep its place without its text") {
    MessageFixture f;
    CHECK(f.erase("bob").starts_with("403 "));
    CHECK(f.erase("eve") == message_not_there);
    CHECK(f.erase("ada", message_path + "?scope=me").starts_with("400 "));
    CHECK(f.told == "");
    CHECK(f.erase("ada", message_path + "?scope=all") ==
          R"(200 {"success":true,"message":"Message deleted"})");
    CHECK(f.told == "unsaid#3 ");
    CHECK(f.erase("ada").starts_with("404 "));
    f.get("/chats/c1/messages", "bob");
    CHECK(f.says(R"("text":"","type":"text")"));
    CHECK(f.says(R"("isDeleted":true,"seq":1,"rev":3)"));
    f.get("/chats/c1", "bob");
    CHECK(f.says(R"("lastMessage":null,"unreadCount":0)"));
  }
}

TEST_SUITE("api/messages: GET /messages/:id") {
  TEST_CASE("members see it, to others it is not there") {
    MessageFixture f;
    CHECK(f.get(message_path, "bob")
              .starts_with(R"(200 {"_id":"6b49d2000000000000000002","chat":"c1",)"));
    CHECK(f.get(message_path, "eve") == message_not_there);
    for (const auto* path : {"/messages/6b49d2000000000000000001", "/messages/none",
                             "/messages/6b49d2000000000000000009", "/messages/$"})
      CHECK(f.get(path, "ada") == message_not_there);
    f.erase("ada");
    CHECK(f.get(message_path, "ada").find(R"("isDeleted":true)") != std::string::npos);
  }
}

}  // namespace
}  // namespace veche::api
