// Goal: chats and messages over REST, as the contract has them, for members and strangers.
// Method: the whole API over the real rules and a store in memory.

#include "veche/api/chat_routes.hpp"

#include <string>

#include <doctest/doctest.h>

#include "veche/json/parser.hpp"

#include "support/rest_world.hpp"

namespace veche::api {
namespace {

using testing::chat_not_there;
using testing::RestWorld;

std::string say(RestWorld& world, const std::string& text, std::string_view user = "ada") {
  return world.post("/messages", R"({"chat":"c1","text":")" + text + "\"}", user);
}

// The texts of a page in order, then hasMore and nextCursor.
std::string texts(const RestWorld& world) {
  json::Parser parser{1'000'000};
  const auto body = parser.parse_copy(world.last->body);
  REQUIRE(body.has_value());
  std::string line;
  for (const auto message : body->find("messages")->items()) {
    line += std::string{*message.find("text")->as_string()} + " ";
  }
  line += *body->find("hasMore")->as_bool() ? "more " : "end ";
  const auto cursor = body->find("nextCursor")->as_int();
  return line + (cursor ? std::to_string(*cursor) : "null");
}

TEST_SUITE("api/chats: POST /messages") {
  TEST_CASE("a message is stored and told like any other") {
    RestWorld world;
    std::string told;
    world.commands.on_fact = [&told](const domain::FactPtr& fact) {
      told += support::word_of(*fact) + " ";
    };
    const auto answer = say(world, "hi");
    CHECK(answer.starts_with(R"(201 {"success":true,"message":{"_id":")"));
    CHECK(answer.find(R"("chat":"c1","sender":{"_id":"ada")") != std::string::npos);
    CHECK(answer.find(R"("text":"hi","type":"text","status":"sent")") != std::string::npos);
    CHECK(told == "posted#2:hi ");
  }

  TEST_CASE("Idempotency-Key is the client's message id") {
    RestWorld world;
    auto request = RestWorld::request(http::Method::post, "/messages", "ada");
    request.headers.add("Idempotency-Key", "k1");
    request.body = R"({"chat":"c1","text":"once"})";
    CHECK(world.ask(request).find(R"("clientMessageId":"k1")") != std::string::npos);
    CHECK(world.ask(request).find(R"("duplicate":true)") != std::string::npos);
    request.body = R"({"chat":"c1","text":"twice"})";
    CHECK(world.ask(request).starts_with("409 "));
    request.headers.set("Idempotency-Key", std::string(65, 'k'));
    CHECK(world.ask(request).starts_with("400 "));
    CHECK(world.get("/chats/c1/messages", "bob").starts_with("200 "));
    CHECK(texts(world) == "once end null");
  }

  TEST_CASE("a message may answer another and be forwarded") {
    RestWorld world;
    say(world, "hi");
    const auto reply = world.post("/messages",
                                  R"({"chat":"c1","text":"ho","forwarded":true,)"
                                  R"("replyTo":"6b49d2000000000000000002"})",
                                  "bob");
    CHECK(reply.find(R"("replyTo":"6b49d2000000000000000002","forwarded":true)") !=
          std::string::npos);
    CHECK(world.post("/messages", R"({"chat":"c1","text":"x","replyTo":"64fa"})", "bob")
              .starts_with("400 "));
  }

  TEST_CASE("R12: strangers, unknown and odd chats are forbidden") {
    RestWorld world;
    world.enrol("eve", "");
    const auto* denied = R"(403 {"statusCode":403,"error":"Forbidden","message":"Access denied",)"
                         R"("code":"forbidden"})";
    CHECK(say(world, "hi", "eve") == denied);
    CHECK(world.post("/messages", R"({"chat":"c9","text":"x"})", "ada") == denied);
    CHECK(world.post("/messages", R"({"chat":"../c1","text":"x"})", "ada") == denied);
  }

  TEST_CASE("input 47: wrong shapes are refused, nothing is stored") {
    RestWorld world;
    for (const auto* body : {"null", "[]", "{}", R"({"chat":{"$gt":""},"text":"x"})",
                             R"({"chat":"c1","text":5})", R"({"chat":"c1","text":" "})"}) {
      CHECK(world.post("/messages", body, "ada").starts_with("400 "));
      CHECK(world.last->body.find(R"("code":"validation")") != std::string::npos);
    }
    CHECK(world.commands.store.head() == 1);
  }
}

TEST_SUITE("api/chats: reading messages") {
  TEST_CASE("ascending, with a cursor to go on from, under both paths") {
    RestWorld world;
    for (const auto* text : {"1", "2", "3", "4", "5"}) say(world, text);
    world.get("/chats/c1/messages", "bob");
    CHECK(texts(world) == "1 2 3 4 5 end null");
    world.get("/messages/chats/c1?limit=2", "bob");
    CHECK(texts(world) == "4 5 more 4");
    world.get("/chats/c1/messages?limit=2&beforeSeq=4", "bob");
    CHECK(texts(world) == "2 3 more 2");
    world.get("/chats/c1/messages?limit=2&afterSeq=1", "bob");
    CHECK(texts(world) == "2 3 more 3");
    world.get("/chats/c1/messages?limit=3&aroundSeq=3", "bob");
    CHECK(texts(world) == "2 3 4 more 2");
    world.get("/messages/chats/c1?limit=2&skip=1", "bob");
    CHECK(texts(world) == "3 4 more 3");
    world.get("/chats/c1/messages?skip=4", "bob");
    CHECK(texts(world) == "1 end null");
  }

  TEST_CASE("before a date: the messages that are older, and a cursor to go on from") {
    RestWorld world;
    for (const auto* text : {"1", "2", "3", "4", "5"}) {
      say(world, text);
      world.commands.wall += std::chrono::minutes{1};
    }
    const std::string path = "/chats/c1/messages?limit=2&before=2027-01-15T";
    world.get(path + "08:03:00.000Z", "bob");
    CHECK(texts(world) == "2 3 more 2");
    world.get(path + "11:03:00.001%2B03:00", "bob");
    CHECK(texts(world) == "3 4 more 3");
    world.get(path + "08:00Z", "bob");
    CHECK(texts(world) == "end null");
    world.get("/messages/chats/c1?before=2030-01-01", "bob");
    CHECK(texts(world) == "1 2 3 4 5 end null");
  }

  TEST_CASE("wrong windows are refused") {
    RestWorld world;
    for (const auto* query :
         {"?limit=0", "?limit=201", "?limit=x", "?beforeSeq=1&afterSeq=1", "?skip=-1", "?skip=x",
          "?before=", "?before=yesterday", "?before=2027-01-15&skip=1", "?skip=1&aroundSeq=1",
          "?before=2027-01-15&beforeSeq=3"}) {
      CHECK(world.get(std::string{"/chats/c1/messages"} + query, "ada").starts_with("400 "));
    }
  }

  TEST_CASE("input 49: a stranger's chat is as one that is not there") {
    RestWorld world;
    world.enrol("eve", "");
    CHECK(world.get("/chats/c1/messages", "eve") == chat_not_there);
    CHECK(world.get("/chats/c1", "eve") == chat_not_there);
    CHECK(world.get("/chats/c9", "ada") == chat_not_there);
    CHECK(world.get("/chats/c%201", "ada") == chat_not_there);
  }
}

TEST_SUITE("api/chats: chats") {
  TEST_CASE("R16, R17: the list has what is unread and the last message, newest first") {
    RestWorld world;
    world.post("/chats", R"({"name":"Team","memberIds":["bob"]})", "ada");
    world.commands.wall += std::chrono::seconds{5};
    say(world, "newest");
    const auto list = world.get("/chats", "bob");
    json::Parser parser{1'000'000};
    const auto chats = parser.parse_copy(world.last->body);
    REQUIRE(chats.has_value());
    REQUIRE(chats->size() == 2);
    CHECK(chats->at(0).find("_id")->as_string() == "c1");
    CHECK(chats->at(0).find("unreadCount")->as_int() == 1);
    CHECK(chats->at(0).find("lastMessage")->find("text")->as_string() == "newest");
    CHECK(chats->at(1).find("name")->as_string() == "Team");
    CHECK(chats->at(1).find("lastMessage")->is_null());
    CHECK(world.get("/chats?limit=1", "bob").find("Team") == std::string::npos);
    CHECK(world.get("/chats?limit=0", "bob").starts_with("400 "));
  }

  TEST_CASE("a list in pages: the array is the body, a header says where to go on") {
    RestWorld world;
    world.post("/chats", R"({"name":"Two","memberIds":["bob"]})", "ada");
    world.post("/chats", R"({"name":"Three","memberIds":["bob"]})", "ada");
    CHECK(world.get("/chats?limit=2", "ada").find("\"_id\":\"c1\"") == std::string::npos);
    const auto cursor = world.last->headers.find("X-Next-Cursor");
    REQUIRE(cursor.has_value());
    CHECK(world.last->headers.find("Access-Control-Expose-Headers") == "X-Next-Cursor");
    const auto rest = world.get("/chats?limit=2&cursor=" + std::string{*cursor}, "ada");
    CHECK(rest.starts_with(R"(200 [{"_id":"c1",)"));
    CHECK(rest.find("Two") == std::string::npos);
    CHECK_FALSE(world.last->headers.find("X-Next-Cursor").has_value());
    CHECK(world.get("/chats?cursor=nonsense", "ada").starts_with("400 "));
    // A chat that is not the caller's to see tells nothing: the list goes on by its time alone.
    CHECK(world.get("/chats?cursor=1.unknown", "ada") == "200 []");
  }

  TEST_CASE("the sender has nothing unread") {
    RestWorld world;
    say(world, "hi");
    CHECK(world.get("/chats/c1", "ada").find(R"("unreadCount":0)") != std::string::npos);
    CHECK(world.get("/chats/c1", "bob").find(R"("unreadCount":1)") != std::string::npos);
  }

  TEST_CASE("a new chat is answered bare, a personal one that exists says so") {
    RestWorld world;
    const auto group = world.post("/chats", R"({"name":"Team","participants":["bob"]})", "ada");
    CHECK(group.starts_with("201 {\"_id\":\""));
    CHECK(group.find(R"("type":"group","name":"Team")") != std::string::npos);
    CHECK(group.find("existing") == std::string::npos);

    const auto again = world.post("/chats", R"({"participantId":"bob"})", "ada");
    CHECK(again.starts_with(R"(200 {"_id":"c1",)"));
    CHECK(again.ends_with(R"(,"existing":true})"));
  }

  TEST_CASE("the domain's refusals keep their status") {
    RestWorld world;
    CHECK(world.post("/chats", R"({"participantId":"ada"})", "ada").starts_with("400 "));
    CHECK(world.post("/chats", R"({"participantId":"nobody"})", "ada").starts_with("404 "));
    CHECK(world.post("/chats", R"({"type":"group","participants":["bob"]})", "ada")
              .starts_with("400 "));
  }
}

TEST_SUITE("api/chats: read and delete") {
  TEST_CASE("PATCH /chats/:id/read reads all, with a body or without") {
    RestWorld world;
    say(world, "one");
    const auto patch = [&](const std::string& body, std::string_view user) {
      auto request = RestWorld::request(http::Method::patch, "/chats/c1/read", user);
      request.body = body;
      return world.ask(std::move(request));
    };
    CHECK(patch("", "bob") == R"(200 {"success":true,"unreadCount":0})");
    CHECK(patch("{}", "bob") == R"(200 {"success":true,"unreadCount":0})");
    CHECK(patch("{", "bob").starts_with("400 "));
    CHECK(world.get("/chats/c1", "bob").find(R"("unreadCount":0)") != std::string::npos);
    CHECK(patch("", "eve") == chat_not_there);
  }

  TEST_CASE("R19: DELETE /chats/:id, and then it is not there") {
    RestWorld world;
    const auto erase = [&](std::string_view user) {
      return world.ask(RestWorld::request(http::Method::del, "/chats/c1", user));
    };
    CHECK(erase("eve") == chat_not_there);
    CHECK(erase("bob") == R"(200 {"success":true,"message":"Chat deleted"})");
    CHECK(erase("ada") == chat_not_there);
    CHECK(world.get("/chats/c1", "ada") == chat_not_there);
    CHECK(world.get("/chats", "ada") == "200 []");
  }
}

TEST_SUITE("api/chats: PATCH /chats/:id") {
  TEST_CASE("the owner of a group changes it, by either path") {
    RestWorld world;
    CHECK(world.post("/chats", R"({"name":"Old","memberIds":["bob"],"type":"group"})", "ada")
              .starts_with("201 "));
    json::Parser parser{1'000'000};
    const auto made = parser.parse_copy(world.last->body);
    const std::string id{*made->find("_id")->as_string()};
    const auto patch = [&](const std::string& path, const std::string& body,
                           std::string_view user) {
      auto request = RestWorld::request(http::Method::patch, path, user);
      request.body = body;
      return world.ask(std::move(request));
    };
    const auto path = "/chats/" + id;
    CHECK(patch(path, R"({"name":"New"})", "ada").find(R"("name":"New")") != std::string::npos);
    CHECK(patch(path + "/info", R"({"description":"d"})", "ada").find(R"("description":"d")") !=
          std::string::npos);
    CHECK(patch(path, R"({"name":"x"})", "bob").starts_with("403 "));
    CHECK(patch(path, "", "ada").starts_with("400 "));
    CHECK(patch(path, "{}", "ada").starts_with("400 "));
    CHECK(patch("/chats/none", R"({"name":"x"})", "ada") == chat_not_there);
  }
}

}  // namespace
}  // namespace veche::api
