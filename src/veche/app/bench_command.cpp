#include "veche/app/bench_command.hpp"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "veche/client/bench/live_run.hpp"
#include "veche/client/bench/report.hpp"
#include "veche/client/bench/tokens.hpp"
#include "veche/client/url.hpp"

namespace veche::app {
namespace {

using client::bench::Options;
using client::bench::Progress;
using client::bench::Scenario;
using client::bench::Shape;
using client::bench::World;

constexpr std::uint32_t in_flight_closed = 4;
constexpr std::uint32_t in_flight_open = 64;
constexpr double mixed_rate = 100;

/// The numbers as they are typed; each scenario takes those that it knows.
struct Words {
  std::string url{"http://127.0.0.1:3001"};
  std::string format;
  std::string tokens;
  std::string transport{"websocket"};
  std::string inject;
  std::optional<std::uint32_t> in_flight;
  double seconds{5};
  double warm_up{1};
  std::int32_t pid{};
  bool no_join{};
  std::uint32_t receivers{200};
  std::uint32_t senders{8};
  std::uint32_t slow{10};
  std::uint32_t rooms{50};
  std::uint32_t of{20};
  std::uint32_t pairs{50};
  std::uint32_t clients{100};
  std::uint32_t connections{10'000};
  std::uint32_t users{1'000};
  World world;
  std::uint32_t chat_of{};
};

void add_common(CLI::App& app, Words& words, Options& options) {
  app.add_option("--url", words.url, "the server")->capture_default_str();
  app.add_option("--transport", words.transport, "websocket or polling")
      ->check(CLI::IsMember({"websocket", "polling"}))
      ->capture_default_str();
  app.add_option("--jwt-secret", options.jwt_secret, "signs the tokens [JWT_SECRET]");
  app.add_option("--tokens", words.tokens,
                 "a file of tokens, one a line, or lines \"USER TOKEN\"; instead of the secret");
  app.add_option("--pid", words.pid, "the server's process: CPU and memory are measured");
  app.add_option("--seconds", words.seconds, "what is measured")
      ->check(CLI::Range(0.1, 3'600.0))
      ->capture_default_str();
  app.add_option("--warm-up", words.warm_up, "seconds of load before it")
      ->check(CLI::Range(0.0, 600.0))
      ->capture_default_str();
  app.add_option("--at-once", options.at_once, "connections in the making")->capture_default_str();
  app.add_option("--addresses,--source-addresses", options.addresses,
                 "source addresses 127.0.0.1 and up; 1 lets the system choose")
      ->capture_default_str();
  app.add_option("--format", words.format, "json or table; a table on a terminal")
      ->check(CLI::IsMember({"json", "table"}));
}

void add_injection(CLI::App& app, Words& words, Options& options) {
  app.add_option("--inject", words.inject,
                 "spoil deliveries or acks on purpose, which the run must find: lost, doubled, "
                 "reordered, misrouted, damaged, ack-lost or ack-doubled");
  app.add_option("--inject-every", options.inject_every, "one in so many")
      ->needs("--inject")
      ->capture_default_str();
}

void add_bystanders(CLI::App& app, Options& options) {
  app.add_option("--bystanders", options.bystanders,
                 "clients outside the chats, each with a ping every 5 ms: what others feel of the "
                 "load")
      ->check(CLI::Range(0, 10'000))
      ->capture_default_str();
}

void add_load(CLI::App& app, Words& words, Options& options) {
  add_common(app, words, options);
  app.add_option("--rate", options.rate,
                 "an open loop: so many events a second over all senders, each counted from when "
                 "it was due");
  app.add_option("--in-flight", words.in_flight,
                 "sends of each sender under way [4; with --rate at most so many, 64]");
  app.add_option("--text-bytes", options.text_bytes, "length of a message's text, 44 to 8000")
      ->capture_default_str();
  app.add_flag("--no-join", words.no_join, "do without chat:join");
  add_injection(app, words, options);
}

void add_scenarios(CLI::App& app, Words& words, Options& options) {
  CLI::App& fanout = *app.add_subcommand("fanout", "one chat of many, a few of whom send");
  add_load(fanout, words, options);
  add_bystanders(fanout, options);
  fanout.add_option("--receivers", words.receivers, "members of the chat")->capture_default_str();
  fanout.add_option("--senders", words.senders, "those of them who send")->capture_default_str();

  CLI::App& slow = *app.add_subcommand("slow", "fanout in which some receivers stop reading");
  add_load(slow, words, options);
  add_bystanders(slow, options);
  slow.add_option("--receivers", words.receivers, "members of the chat")->capture_default_str();
  slow.add_option("--senders", words.senders, "those of them who send")->capture_default_str();
  slow.add_option("--slow", words.slow, "those of the others who stop reading for the window")
      ->capture_default_str();

  CLI::App& rooms = *app.add_subcommand("rooms", "many chats of some members; one sends in each");
  add_load(rooms, words, options);
  rooms.add_option("--rooms", words.rooms, "chats")->capture_default_str();
  rooms.add_option("--of", words.of, "members of each")->capture_default_str();
  // One sender a room unless told otherwise: fanout's eight would be none of few.
  rooms.add_option_function<std::uint32_t>(
      "--senders", [&words](std::uint32_t count) { words.senders = count; },
      "those of them who send [1]");

  CLI::App& pairs = *app.add_subcommand("pairs", "chats of two who both send");
  add_load(pairs, words, options);
  pairs.add_option("--pairs", words.pairs, "chats")->capture_default_str();

  const auto add_lone = [&](const char* name, const char* what) {
    CLI::App& lone = *app.add_subcommand(name, what);
    add_load(lone, words, options);
    lone.add_option("--clients", words.clients, "clients, in the world of so many --pairs")
        ->capture_default_str();
  };
  add_lone("send", "clients who send, each in a chat of two, alone");
  add_lone("ack", "chat:leave: an event and its answer");
  add_lone("history", "messages:list: clients who read pages of their chats at random places");
}

void add_mixed(CLI::App& app, Words& words, Options& options) {
  CLI::App& mixed = *app.add_subcommand(
      "mixed", "one big chat that talks, pairs, acks, idle clients, and clients that come and go");
  add_load(mixed, words, options);
  add_bystanders(mixed, options);
  client::bench::Mix& mix = options.mix;
  const auto add = [&mixed](const char* name, auto& value, const char* what) {
    mixed.add_option(name, value, what)->capture_default_str();
  };
  add("--receivers", words.receivers, "members of the big chat");
  add("--senders", words.senders, "those of them who send, --rate a second together [100]");
  add("--pairs", mix.pairs, "chats of two who both send");
  add("--pair-rate", mix.pair_rate, "their messages a second");
  add("--ackers", mix.ackers, "clients who leave and join, each a pair's only one");
  add("--ack-rate", mix.ack_rate, "their events a second");
  add("--idle", mix.idle, "clients that do nothing");
  add("--comers", mix.comers, "users who come and go in turn");
  add("--connect-rate", mix.connect_rate, "how many come a second");
}

void add_waves(CLI::App& app, Words& words, Options& options) {
  CLI::App& idle = *app.add_subcommand("idle", "what connections weigh that do nothing");
  add_common(idle, words, options);
  idle.add_option("--connections", words.connections, "how many")->capture_default_str();

  CLI::App& connect = *app.add_subcommand("connect", "connections that come, sign in and go");
  add_common(connect, words, options);
  add_bystanders(connect, options);
  connect.add_option("--rate", options.rate,
                     "an open loop: so many come a second, at most --at-once at a time");
  connect.add_option("--users", words.users, "users who take turns")->capture_default_str();

  CLI::App& reconnect = *app.add_subcommand(
      "reconnect", "all connections are cut and come back together; --at-once 0 is no limit");
  add_common(reconnect, words, options);
  reconnect.add_option("--clients", words.clients, "how many")->capture_default_str();
}

void add_world(CLI::App& app, Words& words) {
  CLI::App& world = *app.add_subcommand("world", "print users and chats for `veche import`");
  world.add_option("--users", words.world.users, "at least so many users");
  auto* const chat = world.add_option("--chat-of", words.chat_of, "one chat of so many");
  world.add_option("--pairs", words.world.pairs, "so many chats of two, after the others");
  auto* const rooms = world.add_option("--rooms", words.world.chats, "so many chats ...");
  world.add_option("--of", words.world.members, "... of so many each")->needs(rooms);
  chat->excludes(rooms);
}

/// What one scenario presumes and others do not.
void set_defaults(std::string_view scenario, Words& words, Options& options) {
  if (scenario == "rooms") words.senders = 1;
  if (scenario == "connect" || scenario == "reconnect") options.addresses = 16;
  if (scenario == "reconnect") {
    options.at_once = 0;
    words.seconds = 60;
  }
}

Shape shape_of(Scenario scenario, const Words& words) {
  switch (scenario) {
    case Scenario::fanout: return {1, words.receivers, words.receivers, words.senders};
    case Scenario::slow: return {1, words.receivers, words.receivers, words.senders, words.slow};
    case Scenario::rooms: return {words.rooms, words.of, words.of, words.senders};
    case Scenario::pairs: return {words.pairs, 2, 2, 2};
    case Scenario::send:
    case Scenario::history:
    case Scenario::ack: return {words.clients, 2, 1, 1};
    case Scenario::mixed: return {1, words.receivers, words.receivers, words.senders};
    case Scenario::reconnect: return {1, words.clients, words.clients, 1};
    case Scenario::idle: return {1, words.connections, words.connections, 1};
    case Scenario::connect: return {1, words.users, words.users, 1};
  }
  return {};
}

Milliseconds milliseconds(double seconds) {
  return std::chrono::round<Milliseconds>(std::chrono::duration<double>{seconds});
}

World world_of(const Words& words) {
  World world = words.world;
  if (words.chat_of > 0) {
    world.chats = 1;
    world.members = words.chat_of;
  }
  return world;
}

Result<void> check_world(const World& world) {
  const std::uint64_t in_chats =
      std::uint64_t{world.chats} * world.members + 2 * std::uint64_t{world.pairs};
  const bool is_possible = world.members <= client::bench::members_max &&
                           world.users <= client::bench::users_max &&
                           in_chats <= client::bench::users_max;
  if (!is_possible) {
    return fail(Errc::invalid, "at most 1000000 users, and 100000 of them in a chat");
  }
  if ((world.chats == 0) != (world.members == 0)) {
    return fail(Errc::invalid, "--rooms and --of belong together");
  }
  return {};
}

Result<std::vector<std::string>> read_tokens(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  if (!file.is_open()) return fail(Errc::invalid, "cannot read " + path);
  return client::bench::parse_tokens(text);
}

/// What the words say of who signs in, and where.
Result<void> read_access(Options& options, const Words& words,
                         const std::string& environment_secret) {
  const auto server = client::parse_server_address(words.url);
  if (!server) return tl::unexpected<Error>{server.error()};
  options.server = *server;
  if (words.transport == "polling") options.transport = engineio::Transport::polling;
  if (options.jwt_secret.empty()) options.jwt_secret = environment_secret;
  if (words.pid != 0) options.pid = words.pid;
  if (words.tokens.empty()) return {};
  auto tokens = read_tokens(words.tokens);
  if (!tokens) return tl::unexpected<Error>{tokens.error()};
  options.tokens = std::make_shared<const std::vector<std::string>>(*std::move(tokens));
  return {};
}

/// Whether the members join their chats before the load.
bool joins_first(Scenario scenario) {
  switch (scenario) {
    case Scenario::ack:
    case Scenario::history:
    case Scenario::idle:
    case Scenario::reconnect: return false;
    default: return true;
  }
}

/// What the words say of the load.
Result<void> read_load(Options& options, const Words& words) {
  options.shape = shape_of(options.scenario, words);
  options.window = milliseconds(words.seconds);
  options.warm_up = milliseconds(words.warm_up);
  options.joins = !words.no_join && joins_first(options.scenario);
  if (options.scenario == Scenario::reconnect) {
    // The word is meant for those who come back; they had come a few at a time.
    options.returning_at_once = std::exchange(options.at_once, Options{}.at_once);
  }
  if (options.scenario == Scenario::mixed && !options.rate) options.rate = mixed_rate;
  options.in_flight = words.in_flight.value_or(options.rate ? in_flight_open : in_flight_closed);
  if (words.inject.empty()) return {};
  options.inject = client::bench::injection_of(words.inject);
  if (!options.inject) return fail(Errc::invalid, "\"" + words.inject + "\": no such injection");
  return {};
}

Result<void> complete(BenchCommand& command, const Words& words, const CLI::App& chosen,
                      const std::string& environment_secret) {
  if (chosen.get_name() == "world") {
    command.kind = BenchCommand::Kind::world;
    command.world = world_of(words);
    return check_world(command.world);
  }
  command.options.scenario = *client::bench::scenario_of(chosen.get_name());
  if (words.format == "json") command.format = BenchCommand::Format::json;
  if (words.format == "table") command.format = BenchCommand::Format::table;
  if (auto read = read_access(command.options, words, environment_secret); !read) return read;
  return read_load(command.options, words);
}

// What is seen while it runs.

/// A line that is written over itself, at most five times a second.
class ProgressLine {
 public:
  void show(const Progress& at) {
    const auto now = std::chrono::steady_clock::now();
    if (now - shown_ < Milliseconds{200}) return;
    shown_ = now;
    fmt::print(stderr, "\r\x1b[K{}: {} of {} clients, {} deliveries, {} acks, {} connects",
               at.phase, at.present, at.wanted, at.totals.deliveries, at.totals.acks,
               at.totals.connects);
    std::fflush(stderr);
  }
  static void clear() { fmt::print(stderr, "\r\x1b[K"); }

 private:
  std::chrono::steady_clock::time_point shown_{};
};

/// A line for who does not see the other one: when the load begins.
class BeginLine {
 public:
  void show(const Progress& at) {
    if (has_begun_ || at.phase == client::bench::connecting) return;
    has_begun_ = true;
    fmt::print(stderr, "under load\n");
    std::fflush(stderr);
  }

 private:
  bool has_begun_{};
};

int cannot(const std::string& why) {
  fmt::print(stderr, "veche bench: {}\n", why);
  return 2;
}

int measure(const BenchCommand& command) {
  const bool moves = isatty(STDERR_FILENO) == 1;
  ProgressLine line;
  BeginLine begin;
  std::function<void(const Progress&)> progress = [&begin](const Progress& at) { begin.show(at); };
  if (moves) progress = [&line](const Progress& at) { line.show(at); };
  const auto report = client::bench::run_live(command.options, std::move(progress));
  if (moves) ProgressLine::clear();
  if (!report) return cannot(report.error().text);
  const bool as_table =
      command.format == BenchCommand::Format::table ||
      (command.format == BenchCommand::Format::by_terminal && isatty(STDOUT_FILENO) == 1);
  fmt::print("{}", as_table ? client::bench::to_table(*report) : client::bench::to_json(*report));
  return report->is_clean() ? 0 : 1;
}

}  // namespace

Result<BenchCommand> parse_bench(const std::vector<std::string>& words,
                                 const std::string& environment_secret) {
  BenchCommand command;
  Words read;
  CLI::App app{
      "measure a chat server: every delivery is checked, and a run with a fault has no "
      "figures",
      "veche bench"};
  app.require_subcommand(1);
  add_scenarios(app, read, command.options);
  add_mixed(app, read, command.options);
  add_waves(app, read, command.options);
  add_world(app, read);
  set_defaults(words.empty() ? "" : words.front(), read, command.options);
  try {
    // CLI11 takes the words from the end.
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::CallForHelp&) {
    command.kind = BenchCommand::Kind::help;
    const auto chosen = app.get_subcommands();
    command.text = chosen.empty() ? app.help() : chosen.front()->help();
    return command;
  } catch (const CLI::ParseError& error) {
    return fail(Errc::invalid, error.what());
  }
  if (auto done = complete(command, read, *app.get_subcommands().front(), environment_secret);
      !done) {
    return tl::unexpected<Error>{done.error()};
  }
  return command;
}

int run_bench(const std::vector<std::string>& words) {
  const char* secret = std::getenv("JWT_SECRET");  // NOLINT(concurrency-mt-unsafe): one thread
  const auto command = parse_bench(words, secret == nullptr ? "" : secret);
  if (!command) return cannot(command.error().text);
  switch (command->kind) {
    case BenchCommand::Kind::help: fmt::print("{}", command->text); return 0;
    case BenchCommand::Kind::world:
      client::bench::write_world(command->world,
                                 [](std::string_view line) { fmt::print("{}\n", line); });
      return 0;
    case BenchCommand::Kind::run: return measure(*command);
  }
  return 2;
}

}  // namespace veche::app
