// Goal: what a person types is understood, and what is not is told in a line.

#include "veche/app/command_line.hpp"

#include <doctest/doctest.h>

namespace veche::app {
namespace {

using Flags = std::vector<std::pair<std::string, std::string>>;

TEST_SUITE("app/command_line") {
  TEST_CASE("without a command it serves, with or without settings") {
    CHECK(parse_command_line({})->command == Command::serve);
    const auto line = parse_command_line({"--port", "4000", "--demo"});
    REQUIRE(line.has_value());
    CHECK(line->command == Command::serve);
    CHECK(line->flags == Flags{{"port", "4000"}, {"demo", "true"}});
    CHECK(parse_command_line({"serve", "--port=4000"})->flags == Flags{{"port", "4000"}});
  }

  TEST_CASE("each command has its arguments") {
    const auto token = parse_command_line({"token", "--user", "u1", "--ttl", "1h"});
    REQUIRE(token.has_value());
    CHECK(token->command == Command::token);
    CHECK(token->user == "u1");
    CHECK(token->ttl == "1h");
    const auto user =
        parse_command_line({"user", "add", "--email", "a@b.c", "--name", "A", "--data-dir", "d"});
    REQUIRE(user.has_value());
    CHECK(user->command == Command::user_add);
    CHECK(user->flags == Flags{{"data-dir", "d"}});
    CHECK(parse_command_line({"import", "x.jsonl"})->file == "x.jsonl");
    CHECK(parse_command_line({"check"})->command == Command::check);
    CHECK(parse_command_line({"--version", "--json"})->as_json);
  }

  TEST_CASE("help names settings with their variables") {
    const auto help = parse_command_line({"serve", "--help"});
    REQUIRE(help.has_value());
    CHECK(help->command == Command::help);
    CHECK(help->text.find("FRONTEND_URL") != std::string::npos);
    for (const auto* command : {"serve", "check", "token", "user", "import", "bench"}) {
      CHECK(parse_command_line({"--help"})->text.find(command) != std::string::npos);
    }
  }

  TEST_CASE("a word that is not understood is told") {
    CHECK(parse_command_line({"sevre"}).error().text ==
          "'sevre' is no command of veche; see veche --help");
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"serve", "--prot", "1"}, {"serve", "--prot=1"}}) {
      CHECK(parse_command_line(words)->flags == Flags{{"prot", ""}});
    }
    CHECK_FALSE(parse_command_line({"token"}).has_value());
    CHECK_FALSE(parse_command_line({"user"}).has_value());
    CHECK_FALSE(parse_command_line({"import"}).has_value());
  }
}

}  // namespace
}  // namespace veche::app
