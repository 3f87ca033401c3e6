#pragma once

/// @file
/// The REST API over doubles and a store in memory, asked and answered in one line.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "veche/api/api.hpp"

#include "support/chat_doubles.hpp"
#include "support/inline_commands.hpp"

namespace veche::testing {

/// Two users, Ada ("ada") and Bob ("bob"), whose password is "password123", and their personal
/// chat "c1".
///
///     RestWorld world;
///     CHECK(world.get("/healthz") == R"(200 {"status":"ok"})");
class RestWorld {
 public:
  explicit RestWorld(api::Api::Options options = {})
      : api{{commands, tokens, passwords, offload, home, clock, log}, std::move(options)} {
    const auto ada = enrol("ada", "hash:password123");
    enrol("bob", "hash:password123");
    commands.now([&](domain::Transaction& t) {
      domain::NewChat input;
      input.creator = ada->ref;
      input.participant_ids = {"bob"};
      input.id = "c1";
      return domain::Chats{t}.create(input);
    });
  }

  domain::UserPtr enrol(const std::string& id, const std::string& hash) {
    auto made = commands.now([&](domain::Transaction& t) {
      domain::Registration registration;
      registration.name = id;
      registration.email = id + "@example.com";
      registration.password_hash = hash;
      registration.id = id;
      return domain::Accounts{t}.enrol(registration);
    });
    return *made;
  }

  /// The status and the body, after everything has run. The response is kept in `last`.
  std::string ask(const http::Request& request) {
    last.reset();
    submit(request);
    settle();
    return shown();
  }

  /// Only hands the request over.
  void submit(const http::Request& request) {
    auto exchange = std::make_shared<http::Exchange>(
        [this](http::Response response) { last = std::move(response); });
    api.handle(request, http::Responder{std::move(exchange)});
  }

  void settle() {
    for (int i = 0; i < 4; ++i) {
      commands.run();
      offload.run_all();
      home.run();
    }
  }

  [[nodiscard]] std::string shown() const {
    return last ? std::to_string(last->status) + " " + last->body : "no answer";
  }

  std::string get(std::string_view target, std::string_view user = {}) {
    return ask(request(http::Method::get, target, user));
  }
  std::string post(std::string_view target, std::string body, std::string_view user = {}) {
    auto asked = request(http::Method::post, target, user);
    asked.headers.add("Content-Type", "application/json");
    asked.body = std::move(body);
    return ask(asked);
  }

  static http::Request request(http::Method method, std::string_view target,
                               std::string_view user = {}) {
    http::Request made;
    made.method = method;
    made.target = target;
    made.path = target.substr(0, target.find('?'));
    if (made.path.size() < target.size()) made.query = target.substr(made.path.size() + 1);
    made.address = "127.0.0.1";
    if (!user.empty()) made.headers.add("Authorization", "Bearer token-" + std::string{user});
    return made;
  }

  InlineCommands commands;
  PlainTokens tokens;
  PlainPasswords passwords;
  HandOffload offload;
  HandExecutor home;
  HandClock clock;
  LineLog log;
  api::Api api;
  std::optional<http::Response> last;
};

/// The answer about a chat that is not there, or not the caller's to see.
inline const std::string chat_not_there =
    R"(404 {"statusCode":404,"error":"Not Found","message":"Chat not found","code":"not_found"})";

}  // namespace veche::testing
