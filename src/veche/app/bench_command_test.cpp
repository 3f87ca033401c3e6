// Goal: every scenario's words make the load that they name, and what cannot be is told.

#include "veche/app/bench_command.hpp"

#include <fstream>

#include <doctest/doctest.h>

#include "support/temp_folder.hpp"

namespace veche::app {
namespace {

using client::bench::Scenario;
using client::bench::World;

/// "fanout: 1 chats of 200, 200 connected, 8 send 4", or why not.
std::string read(const std::vector<std::string>& words) {
  const auto command = parse_bench(words, "from the environment");
  if (!command) return command.error().text;
  const auto& shape = command->options.shape;
  return std::string{to_string(command->options.scenario)} + ": " + std::to_string(shape.chats) +
         " chats of " + std::to_string(shape.members) + ", " + std::to_string(shape.connected) +
         " connected, " + std::to_string(shape.senders) + " send " +
         std::to_string(command->options.in_flight) + (command->options.joins ? ", join" : "");
}

World world(const std::vector<std::string>& words) { return parse_bench(words, "")->world; }

TEST_SUITE("app/bench_command") {
  TEST_CASE("each scenario has its own load") {
    CHECK(read({"fanout"}) == "fanout: 1 chats of 200, 200 connected, 8 send 4, join");
    CHECK(read({"fanout", "--receivers", "1000", "--senders=1", "--in-flight", "1", "--no-join"}) ==
          "fanout: 1 chats of 1000, 1000 connected, 1 send 1");
    CHECK(read({"slow", "--receivers", "9", "--slow", "3"}) ==
          "slow: 1 chats of 9, 9 connected, 8 send 4, join");
    CHECK(parse_bench({"slow"}, "")->options.shape.slow == 10);
    CHECK(read({"mixed"}) == "mixed: 1 chats of 200, 200 connected, 8 send 64, join");
    const auto mixed = parse_bench({"mixed", "--pairs", "7", "--ack-rate", "1.5"}, "");
    REQUIRE(mixed.has_value());
    CHECK(mixed->options.rate == 100);
    CHECK(mixed->options.mix.pairs == 7);
    CHECK(mixed->options.mix.ack_rate == 1.5);
    CHECK(parse_bench({"connect", "--rate", "5"}, "")->options.rate == 5);
    CHECK(read({"reconnect", "--clients", "9"}) ==
          "reconnect: 1 chats of 9, 9 connected, 1 send 4");
    CHECK(parse_bench({"reconnect"}, "")->options.returning_at_once == 0);
    CHECK(parse_bench({"reconnect"}, "")->options.at_once == 64);
    CHECK(parse_bench({"reconnect", "--at-once", "7"}, "")->options.returning_at_once == 7);
    CHECK(read({"rooms"}) == "rooms: 50 chats of 20, 20 connected, 1 send 4, join");
    CHECK(read({"rooms", "--rooms", "3", "--of", "4", "--senders", "2"}) ==
          "rooms: 3 chats of 4, 4 connected, 2 send 4, join");
    CHECK(read({"pairs", "--pairs", "9"}) == "pairs: 9 chats of 2, 2 connected, 2 send 4, join");
    CHECK(read({"send"}) == "send: 100 chats of 2, 1 connected, 1 send 4, join");
    CHECK(read({"ack", "--clients", "7"}) == "ack: 7 chats of 2, 1 connected, 1 send 4");
    CHECK(read({"history", "--clients", "7"}) == "history: 7 chats of 2, 1 connected, 1 send 4");
    CHECK(read({"idle"}) == "idle: 1 chats of 10000, 10000 connected, 1 send 4");
    CHECK(read({"connect", "--users", "5"}).starts_with("connect: 1 chats of 5, 5 connected"));
  }

  TEST_CASE("what all have in common") {
    const auto command =
        parse_bench({"fanout", "--url", "127.0.0.1:4000", "--jwt-secret", "s", "--pid", "7",
                     "--seconds", "0.5", "--warm-up", "0", "--text-bytes", "100", "--format",
                     "json", "--addresses", "9", "--at-once", "3"},
                    "from the environment");
    REQUIRE(command.has_value());
    const auto& options = command->options;
    CHECK(options.server.endpoint.port == 4000);
    CHECK(options.jwt_secret == "s");
    CHECK(options.pid == 7);
    CHECK(options.window == Milliseconds{500});
    CHECK(options.warm_up == Milliseconds{0});
    CHECK(options.text_bytes == 100);
    CHECK(options.addresses == 9);
    CHECK(options.at_once == 3);
    CHECK(command->format == BenchCommand::Format::json);
    CHECK(parse_bench({"fanout"}, "env")->options.jwt_secret == "env");
    CHECK(options.transport == engineio::Transport::websocket);
    CHECK(parse_bench({"idle", "--transport", "polling"}, "")->options.transport ==
          engineio::Transport::polling);
    CHECK_FALSE(parse_bench({"idle", "--transport", "sse"}, "").has_value());
    CHECK(parse_bench({"fanout"}, "env")->options.pid == std::nullopt);
  }

  TEST_CASE("a rate makes an open loop, with more room for what is under way") {
    CHECK(parse_bench({"ack"}, "")->options.rate == std::nullopt);
    const auto open = parse_bench({"fanout", "--rate", "250.5"}, "");
    REQUIRE(open.has_value());
    CHECK(open->options.rate == 250.5);
    CHECK(open->options.in_flight == 64);
    CHECK(parse_bench({"send", "--rate", "1", "--in-flight", "2"}, "")->options.in_flight == 2);
  }

  TEST_CASE("bystanders, and tokens of a file") {
    CHECK(parse_bench({"fanout", "--bystanders", "5"}, "")->options.bystanders == 5);
    CHECK(parse_bench({"connect", "--bystanders", "5"}, "")->options.bystanders == 5);
    CHECK_FALSE(parse_bench({"idle", "--bystanders", "5"}, "").has_value());
    const support::TempFolder folder;
    const std::string path = folder.path() / "tokens";
    std::ofstream{path} << "a\n5 f\n";
    const auto command = parse_bench({"connect", "--tokens", path}, "");
    REQUIRE(command.has_value());
    CHECK(command->options.tokens->size() == 6);
    std::ofstream{path} << "not a token\n";
    CHECK(read({"connect", "--tokens", path}).starts_with("tokens, line 1: "));
    CHECK(read({"connect", "--tokens", path + "!"}) == "cannot read " + path + "!");
    CHECK(parse_bench({"connect", "--source-addresses", "3"}, "")->options.addresses == 3);
  }

  TEST_CASE("faults on purpose") {
    CHECK(parse_bench({"fanout"}, "")->options.inject == std::nullopt);
    const auto command = parse_bench({"pairs", "--inject", "ack-lost", "--inject-every", "7"}, "");
    REQUIRE(command.has_value());
    CHECK(command->options.inject == client::bench::Injection::ack_lost);
    CHECK(command->options.inject_every == 7);
    CHECK(read({"ack", "--inject", "eaten"}) == "\"eaten\": no such injection");
    CHECK_FALSE(parse_bench({"fanout", "--inject-every", "7"}, "").has_value());
  }

  TEST_CASE("worlds") {
    CHECK(world({"world", "--users", "9", "--chat-of", "5"}) == World{1, 5, 0, 9});
    CHECK(world({"world", "--pairs", "50"}) == World{0, 0, 50, 0});
    CHECK(world({"world", "--rooms", "5", "--of", "20"}) == World{5, 20, 0, 0});
    CHECK(world({"world", "--users", "3"}) == World{0, 0, 0, 3});
    CHECK(read({"world", "--rooms", "5"}) == "--rooms and --of belong together");
    CHECK(read({"world", "--rooms", "1000000", "--of", "2"}) ==
          "at most 1000000 users, and 100000 of them in a chat");
  }

  TEST_CASE("what is not understood is one line") {
    CHECK(read({"fanout", "--url", "https://x"}) ==
          "\"https://x\": only http:// and ws:// are known");
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{},
          {"fanuot"},
          {"fanout", "--pairs", "1"},
          {"fanout", "--receivers", "many"},
          {"fanout", "--format", "xml"},
          {"fanout", "--seconds", "0"},
          {"world", "--rooms", "1", "--of", "3", "--chat-of", "2"}}) {
      const auto command = parse_bench(words, "");
      REQUIRE_FALSE(command.has_value());
      CHECK(command.error().text.find('\n') == std::string::npos);
    }
  }

  TEST_CASE("help names the scenarios, and a scenario's help its words") {
    const auto all = parse_bench({"--help"}, "");
    REQUIRE(all.has_value());
    CHECK(all->kind == BenchCommand::Kind::help);
    for (const char* name : {"fanout", "rooms", "pairs", "send", "ack", "idle", "connect", "slow",
                             "mixed", "reconnect"}) {
      CHECK(all->text.find(name) != std::string::npos);
    }
    CHECK(parse_bench({"fanout", "--help"}, "")->text.find("--receivers") != std::string::npos);
  }
}

}  // namespace
}  // namespace veche::app
