// Goal: every path finds one handler, 405 or 404. Method: a router of words, one line a match:
// "handler name=value", "405 GET, HEAD", "404".

#include "veche/http/router.hpp"

#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace veche::http {
namespace {

Router<std::string> chat_router() {
  Router<std::string> router{"/api"};
  router.add(Method::get, "/", "root");
  router.add(Method::get, "/chats", "list");
  router.add(Method::post, "/chats", "create");
  router.add(Method::get, "/chats/:id", "chat");
  router.add(Method::get, "/chats/search", "search");
  router.add(Method::del, "/chats/:id", "delete");
  router.add(Method::get, "/chats/:id/messages", "messages");
  router.add(Method::get, "/:kind/search/:what", "any");
  return router;
}

std::string match(Method method, std::string_view path) {
  static const auto router = chat_router();
  const auto found = router.match(method, path);
  if (found.handler == nullptr) return found.allow.empty() ? "404" : "405 " + found.allow;
  auto line = *found.handler;
  if (*found.handler == "chat" || *found.handler == "delete" || *found.handler == "messages") {
    line += " id=" + std::string{found.parameters["id"]};
  }
  if (*found.handler == "any") line += " what=" + std::string{found.parameters["what"]};
  return line;
}

TEST_SUITE("http/router: finding") {
  TEST_CASE("static paths and parameters") {
    CHECK(match(Method::get, "/chats") == "list");
    CHECK(match(Method::post, "/chats") == "create");
    CHECK(match(Method::get, "/chats/7/messages") == "messages id=7");
    CHECK(match(Method::get, "/") == "root");
  }

  TEST_CASE("a static segment goes before a parameter, from the left, method by method") {
    CHECK(match(Method::get, "/chats/search") == "search");
    CHECK(match(Method::del, "/chats/search") == "delete id=search");
    CHECK(match(Method::get, "/chats/search/messages") == "messages id=search");
    CHECK(match(Method::get, "/users/search/x") == "any what=x");
  }

  TEST_CASE("one slash at the end is ignored, empty segments fit nothing") {
    CHECK(match(Method::get, "/chats/") == "list");
    CHECK(match(Method::get, "/chats//") == "404");
    CHECK(match(Method::get, "//chats") == "404");
    CHECK(match(Method::get, "/chats//messages") == "404");
    CHECK(match(Method::get, "*") == "404");
    CHECK(match(Method::get, "") == "404");
  }

  TEST_CASE("GET serves HEAD, unless HEAD has its own") {
    CHECK(match(Method::head, "/chats/7") == "chat id=7");
    Router<int> router;
    router.add(Method::get, "/a", 1);
    router.add(Method::head, "/a", 2);
    CHECK(*router.match(Method::head, "/a").handler == 2);
    CHECK(*router.match(Method::get, "/a").handler == 1);
  }

  TEST_CASE("the prefix is served too, once") {
    CHECK(match(Method::get, "/api/chats/7") == "chat id=7");
    CHECK(match(Method::get, "/api/") == "root");
    CHECK(match(Method::get, "/api") == "root");
    CHECK(match(Method::get, "/apichats") == "404");
    CHECK(match(Method::get, "/api/api/chats") == "404");
    CHECK(match(Method::put, "/api/chats") == "405 GET, HEAD, POST");
  }
}

TEST_SUITE("http/router: not finding") {
  TEST_CASE("a wrong method is 405 with all that are allowed, an unknown path 404") {
    CHECK(match(Method::put, "/chats") == "405 GET, HEAD, POST");
    CHECK(match(Method::post, "/chats/search") == "405 GET, HEAD, DELETE");
    CHECK(match(Method::other, "/chats") == "405 GET, HEAD, POST");
    CHECK(match(Method::options, "/chats") == "405 GET, HEAD, POST");
    CHECK(match(Method::get, "/chat") == "404");
    CHECK(match(Method::get, "/chats/7/messages/8") == "404");
  }

  TEST_CASE("sixteen segments fit, seventeen never do") {
    std::string pattern;
    for (int i = 0; i < 16; ++i) pattern += "/:p" + std::to_string(i);
    Router<int> router;
    router.add(Method::get, pattern, 1);
    std::string path;
    for (int i = 0; i < 16; ++i) path += "/" + std::to_string(i);
    const auto found = router.match(Method::get, path);
    REQUIRE(found.handler != nullptr);
    CHECK(found.parameters.size() == 16);
    CHECK(found.parameters["p15"] == "15");
    CHECK(router.match(Method::get, path + "/x").handler == nullptr);
  }

  TEST_CASE("any path is answered") {
    CHECK(rc::check([](const std::string& path) { (void)match(Method::get, "/" + path); }));
  }
}

}  // namespace
}  // namespace veche::http
