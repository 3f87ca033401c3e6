// Goal: members, roles and leaving over REST, as the contract has them, for members and strangers.
// Method: the whole API over the real rules and a store in memory.

#include "veche/api/group_routes.hpp"

#include <string>

#include <doctest/doctest.h>

#include "veche/json/parser.hpp"

#include "support/rest_world.hpp"

namespace veche::api {
namespace {

using testing::chat_not_there;
using testing::RestWorld;

/// Ada owns a group with bob; eve is a stranger.
struct GroupFixture {
  GroupFixture() {
    world.enrol("eve", "");
    CHECK(
        world
            .post("/chats/group", R"({"name":"Team","memberIds":["bob"],"type":"personal"})", "ada")
            .starts_with(R"(201 {"_id":")"));
    json::Parser parser{1'000'000};
    path = "/chats/" + std::string{*parser.parse_copy(world.last->body)->find("_id")->as_string()};
  }

  std::string ask(http::Method method, const std::string& target, const std::string& body,
                  std::string_view user) {
    auto request = RestWorld::request(method, path + target, user);
    request.body = body;
    return world.ask(std::move(request));
  }
  std::string add(const std::string& ids, std::string_view user) {
    return ask(http::Method::post, "/members", R"({"userIds":)" + ids + "}", user);
  }
  std::string remove(const std::string& id, std::string_view user) {
    return ask(http::Method::del, "/members/" + id, "", user);
  }
  std::string set_role(const std::string& id, const std::string& role, std::string_view user) {
    return ask(http::Method::patch, "/members/" + id + "/role", R"({"role":")" + role + "\"}",
               user);
  }
  std::string leave(std::string_view user) { return ask(http::Method::post, "/leave", "", user); }
  std::string members(const std::string& query, std::string_view user) {
    return ask(http::Method::get, "/members" + query, "", user);
  }

  RestWorld world;
  std::string path;
};

bool has(const std::string& text, std::string_view what) {
  return text.find(what) != std::string::npos;
}

TEST_SUITE("api/groups: members") {
  TEST_CASE("a page has whole users, and says whether there are more") {
    GroupFixture f;
    const auto page = f.members("?limit=1", "bob");
    CHECK(page.starts_with(R"(200 {"members":[{"user":{"_id":"ada","name":)"));
    CHECK(has(page, R"("role":"owner","joinedAt":")"));
    CHECK(page.ends_with(R"("readSeq":0,"deliveredSeq":0}],"total":2,"limit":1,"skip":0,)"
                         R"("hasMore":true})"));
    CHECK(f.members("?skip=1", "bob").ends_with(R"("limit":100,"skip":1,"hasMore":false})"));
    CHECK(f.members("?skip=5", "bob") ==
          R"(200 {"members":[],"total":2,"limit":100,"skip":5,"hasMore":false})");
    for (const auto* query : {"?limit=0", "?limit=201", "?limit=x", "?skip=-1"})
      CHECK(f.members(query, "bob").starts_with("400 "));
    CHECK(f.members("", "eve") == chat_not_there);
  }

  TEST_CASE("adding and removing answer the chat") {
    GroupFixture f;
    CHECK(f.add(R"(["eve"])", "eve") == chat_not_there);
    CHECK(f.add(R"(["eve"])", "bob").starts_with("403 "));
    CHECK(f.add(R"(["nobody"])", "ada").starts_with("404 "));
    CHECK(f.add("[]", "ada").starts_with("400 "));
    const auto added = f.add(R"(["eve"])", "ada");
    CHECK(added.starts_with(R"(200 {"chat":{"_id":")"));
    CHECK(has(added, R"("memberCount":3)"));
    CHECK(f.members("", "eve").starts_with("200 "));
    CHECK(f.remove("ada", "bob").starts_with("403 "));
    CHECK(has(f.remove("eve", "ada"), R"("memberCount":2)"));
    CHECK(f.remove("eve", "ada").starts_with("404 "));
    CHECK(f.remove("no%20id", "ada").starts_with("404 "));
    CHECK(f.members("", "eve") == chat_not_there);
    CHECK(f.world.post("/chats/c1/members", R"({"userIds":["eve"]})", "ada").starts_with("400 "));
  }

  TEST_CASE("roles, and leaving until nobody is left") {
    GroupFixture f;
    CHECK(f.set_role("bob", "admin", "bob").starts_with("403 "));
    CHECK(f.set_role("bob", "king", "ada").starts_with("400 "));
    CHECK(f.set_role("bob", "admin", "eve") == chat_not_there);
    CHECK(has(f.set_role("bob", "admin", "ada"), R"({"user":"bob","role":"admin")"));
    CHECK(f.leave("ada") == R"(200 {"success":true})");
    CHECK(has(f.members("", "bob"), R"("role":"owner")"));
    CHECK(f.leave("ada") == chat_not_there);
    CHECK(f.remove("bob", "bob") == R"(200 {"success":true})");
    CHECK(f.members("", "bob") == chat_not_there);
  }

  TEST_CASE("paths that are no ids name nothing") {
    GroupFixture f;
    f.path = "/chats/no%20id";
    CHECK(f.members("", "ada") == chat_not_there);
    CHECK(f.add(R"(["eve"])", "ada") == chat_not_there);
    CHECK(f.remove("bob", "ada") == chat_not_there);
    CHECK(f.set_role("bob", "admin", "ada") == chat_not_there);
    CHECK(f.leave("ada") == chat_not_there);
  }
}

TEST_SUITE("api/groups: POST /chats/find-or-check/:userId") {
  TEST_CASE("looks, and makes nothing") {
    GroupFixture f;
    const auto find = [&](const std::string& id, std::string_view user) {
      return f.world.ask(
          RestWorld::request(http::Method::post, "/chats/find-or-check/" + id, user));
    };
    const auto head = f.world.commands.store.head();
    CHECK(find("bob", "ada").starts_with(R"(200 {"exists":true,"chat":{"_id":"c1",)"));
    CHECK(find("ada", "bob").starts_with(R"(200 {"exists":true,"chat":{"_id":"c1",)"));
    CHECK(find("eve", "ada") == R"(200 {"exists":false,"chat":null})");
    CHECK(find("ada", "ada").starts_with("400 "));
    CHECK(find("nobody", "ada").starts_with("404 "));
    CHECK(find("no%20id", "ada").starts_with("404 "));
    CHECK(f.world.commands.store.head() == head);
    f.world.ask(RestWorld::request(http::Method::del, "/chats/c1", "ada"));
    CHECK(find("bob", "ada") == R"(200 {"exists":false,"chat":null})");
  }
}

}  // namespace
}  // namespace veche::api
