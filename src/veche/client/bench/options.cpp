#include "veche/client/bench/options.hpp"

#include <array>
#include <utility>

namespace veche::client::bench {
namespace {

constexpr std::array<std::pair<Scenario, std::string_view>, 7> names{{
    {Scenario::fanout, "fanout"},
    {Scenario::rooms, "rooms"},
    {Scenario::pairs, "pairs"},
    {Scenario::send, "send"},
    {Scenario::ack, "ack"},
    {Scenario::idle, "idle"},
    {Scenario::connect, "connect"},
}};

}  // namespace

std::string_view to_string(Scenario scenario) {
  for (const auto& [known, name] : names) {
    if (known == scenario) return name;
  }
  return "unknown";
}

std::optional<Scenario> scenario_of(std::string_view name) {
  for (const auto& [scenario, known] : names) {
    if (known == name) return scenario;
  }
  return std::nullopt;
}

}  // namespace veche::client::bench
