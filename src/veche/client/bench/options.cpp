#include "veche/client/bench/options.hpp"

#include <array>
#include <utility>

namespace veche::client::bench {
namespace {

constexpr std::array<std::pair<Scenario, std::string_view>, 11> names{{
    {Scenario::fanout, "fanout"},
    {Scenario::rooms, "rooms"},
    {Scenario::pairs, "pairs"},
    {Scenario::send, "send"},
    {Scenario::ack, "ack"},
    {Scenario::history, "history"},
    {Scenario::idle, "idle"},
    {Scenario::connect, "connect"},
    {Scenario::reconnect, "reconnect"},
    {Scenario::slow, "slow"},
    {Scenario::mixed, "mixed"},
}};

constexpr std::array<std::pair<Injection, std::string_view>, 7> injections{{
    {Injection::lost, "lost"},
    {Injection::doubled, "doubled"},
    {Injection::reordered, "reordered"},
    {Injection::misrouted, "misrouted"},
    {Injection::damaged, "damaged"},
    {Injection::ack_lost, "ack-lost"},
    {Injection::ack_doubled, "ack-doubled"},
}};

/// The name of a value in one of those tables.
template <typename Table, typename Value>
std::string_view name_of(const Table& table, Value value) {
  for (const auto& [known, name] : table) {
    if (known == value) return name;
  }
  return "unknown";
}

template <typename Value, std::size_t size>
std::optional<Value> value_of(const std::array<std::pair<Value, std::string_view>, size>& table,
                              std::string_view name) {
  for (const auto& [value, known] : table) {
    if (known == name) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Scenario scenario) { return name_of(names, scenario); }
std::optional<Scenario> scenario_of(std::string_view name) { return value_of(names, name); }

std::string_view to_string(Injection injection) { return name_of(injections, injection); }
std::optional<Injection> injection_of(std::string_view name) { return value_of(injections, name); }

std::uint64_t users_end(const Options& options) {
  const Mix& mix = options.mix;
  const std::uint64_t end = options.shape.users_end();
  if (options.scenario != Scenario::mixed) return end;
  return end + 2 * (std::uint64_t{mix.pairs} + mix.ackers) + mix.idle + mix.comers;
}

std::uint64_t sockets_of(const Options& options) {
  const Mix& mix = options.mix;
  std::uint64_t clients =
      options.scenario == Scenario::connect ? options.at_once : options.shape.clients();
  if (options.scenario == Scenario::mixed) {
    clients += 2 * std::uint64_t{mix.pairs} + mix.ackers + mix.idle + options.at_once;
  }
  const bool is_polling = options.transport == engineio::Transport::polling;
  return (clients + options.bystanders) * (is_polling ? 2 : 1);
}

}  // namespace veche::client::bench
