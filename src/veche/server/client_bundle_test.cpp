// Goal: browsers get the client of the folder that was named, and nothing else of it. Method: a
// bundle of short files; folders made for the test.

#include "veche/server/client_bundle.hpp"

#include <fstream>

#include <doctest/doctest.h>

#include "veche/server/server_world_test.hpp"

#include "support/temp_folder.hpp"

namespace veche::server {
namespace {

constexpr std::string_view script = "/*!\n * Socket.IO v4.8.4\n * (c) 2014-2026\n */\n!function";

ClientBundle bundle() {
  ClientBundle made{"4.8.4"};
  made.add("socket.io.js", "script");
  made.add("socket.io.js.map", "{}");
  return made;
}

/// "200 application/javascript; charset=utf-8 script", or "none".
std::string asked(std::string path, http::Method method = http::Method::get,
                  const std::string& known = {}) {
  http::Request request;
  request.method = method;
  request.path = std::move(path);
  if (!known.empty()) request.headers.add("If-None-Match", known);
  const auto answer = bundle().answer(request, "/socket.io/");
  if (!answer) return "none";
  CHECK(answer->headers.find("etag") == "\"4.8.4\"");
  CHECK(answer->headers.find("cache-control") == "public, max-age=0");
  return std::to_string(answer->status) + " " +
         std::string{answer->headers.find("content-type").value_or("-")} + " " + answer->body;
}

TEST_SUITE("server/client_bundle: answers") {
  TEST_CASE("a file and its map") {
    CHECK(asked("/socket.io/socket.io.js") == "200 application/javascript; charset=utf-8 script");
    CHECK(asked("/socket.io/socket.io.js.map") == "200 application/json; charset=utf-8 {}");
    CHECK(asked("/socket.io/socket.io.js", http::Method::head).starts_with("200"));
  }

  TEST_CASE("whoever has it already is told so") {
    for (const char* known : {"\"4.8.4\"", "W/\"4.8.4\"", "\"4.0.0\", \"4.8.4\"", "*"}) {
      CHECK(asked("/socket.io/socket.io.js", http::Method::get, known) == "304 - ");
    }
    CHECK(asked("/socket.io/socket.io.js", http::Method::get, "\"4.8.3\"").starts_with("200"));
  }

  TEST_CASE("anything else is not the bundle's") {
    for (const char* path : {"/socket.io/", "/socket.io/socket.io.min.js", "/socket.io.js",
                             "/socket.io/../socket.io.js", "/other/socket.io.js", ""}) {
      CHECK(asked(path) == "none");
    }
    CHECK(asked("/socket.io/socket.io.js", http::Method::post) == "none");
  }

  TEST_CASE("a worker serves it on the engine's path, the rest stays the engine's") {
    Options options;
    options.client = std::make_shared<const ClientBundle>(bundle());
    ServerWorld world{2, options};
    const auto get = world.ask("GET /socket.io/socket.io.js HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(get.starts_with("HTTP/1.1 200"));
    CHECK(get.ends_with("\r\n\r\nscript"));
    CHECK(world.ask("GET /socket.io/socket.io.esm.js HTTP/1.1\r\nHost: x\r\n\r\n")
              .starts_with("HTTP/1.1 400"));
  }
}

TEST_SUITE("server/client_bundle: reading") {
  void write(const std::filesystem::path& path, std::string_view bytes) {
    std::ofstream{path, std::ios::binary} << bytes;
  }

  std::string error_of(const std::string& directory) {
    const auto read = ClientBundle::read(directory);
    REQUIRE_FALSE(read.has_value());
    return read.error().text;
  }

  TEST_CASE("the files that are there, with the version of their comment") {
    const support::TempFolder folder;
    write(folder.path() / "socket.io.min.js", script);
    write(folder.path() / "socket.io.min.js.map", "{}");
    write(folder.path() / "secret.js", "x");
    const auto read = ClientBundle::read(folder.path().string());
    REQUIRE(read.has_value());
    http::Request request;
    request.path = "/x/socket.io.min.js";
    const auto answer = read->answer(request, "/x/");
    REQUIRE(answer.has_value());
    CHECK(answer->body == script);
    CHECK(answer->headers.find("etag") == "\"4.8.4\"");
    request.path = "/x/secret.js";
    CHECK_FALSE(read->answer(request, "/x/").has_value());
  }

  TEST_CASE("what is wrong is said with the folder's name") {
    const support::TempFolder folder;
    const std::string name = folder.path().string();
    CHECK(error_of(name + "/nowhere") == "there is no socket.io.js in " + name + "/nowhere");
    CHECK(error_of(name) == "there is no socket.io.js in " + name);
    write(folder.path() / "socket.io.js", "!function");
    CHECK(error_of(name) == "no script in " + name + " says its version");
    write(folder.path() / "socket.io.js", std::string(ClientBundle::file_bytes_max + 1, ' '));
    CHECK(error_of(name) == name + "/socket.io.js is over 4 MiB");
  }
}

}  // namespace
}  // namespace veche::server
