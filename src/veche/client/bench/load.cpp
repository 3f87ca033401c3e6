#include "veche/client/bench/load.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "veche/client/bench/ack_traffic.hpp"
#include "veche/client/bench/chat_traffic.hpp"
#include "veche/client/bench/connect_storm.hpp"
#include "veche/client/bench/history_traffic.hpp"
#include "veche/client/bench/idle_traffic.hpp"
#include "veche/client/bench/reconnect_wave.hpp"

namespace veche::client::bench {
namespace {

/// A third of a second of one bystander's events; what is due beyond waits.
constexpr std::uint32_t bystander_in_flight = 64;

/// How late a bystander may be: a wait ends by the millisecond, and no core must be kept busy.
constexpr Milliseconds bystander_lateness{1};

std::uint32_t random_number(Rng& rng) {
  std::array<std::byte, sizeof(std::uint32_t)> bytes{};
  rng.fill(bytes);
  std::uint32_t number = 0;
  std::memcpy(&number, bytes.data(), bytes.size());
  return number;
}

}  // namespace

Load::Load(const Context& context, const Options& options) : context_{context} {
  if (options.scenario == Scenario::mixed) {
    add_mix(options);
  } else {
    const bool comes_later = options.scenario == Scenario::connect;
    add(options, comes_later ? 0 : options.shape.clients(), Role::load);
  }
  add_bystanders(options, users_end(options));
}

void Load::add_mix(const Options& options) {
  const Mix& mix = options.mix;
  Options talk = options;
  talk.scenario = Scenario::fanout;
  add(talk, talk.shape.clients(), Role::load);
  std::uint32_t chat = options.shape.first_chat + options.shape.chats;
  auto user = static_cast<std::uint32_t>(options.shape.users_end());
  const auto add_part = [&](Scenario scenario, Shape shape, double rate) {
    if (shape.chats == 0 || shape.members == 0) return;
    Options part = options;
    part.scenario = scenario;
    part.shape = shape;
    part.shape.first_chat = chat;
    part.shape.first_user = user;
    part.rate = rate;
    part.joins = options.joins && scenario != Scenario::idle;
    add(part, scenario == Scenario::connect ? 0 : shape.clients(), Role::load);
    chat += shape.chats;
    user = static_cast<std::uint32_t>(part.shape.users_end());
  };
  add_part(Scenario::pairs, {mix.pairs, 2, 2, 2}, mix.pair_rate);
  add_part(Scenario::ack, {mix.ackers, 2, 1, 1}, mix.ack_rate);
  add_part(Scenario::idle, {1, mix.idle, mix.idle, 1}, 1);
  add_part(Scenario::connect, {1, mix.comers, mix.comers, 1}, mix.connect_rate);
}

void Load::add(const Options& options, std::uint32_t clients, Role role) {
  parts_.push_back(std::make_unique<Part>(context_, options, clients, role));
}

/// An open loop, so that a pause of the server is seen by as many events as fall into it.
void Load::add_bystanders(const Options& options, std::uint64_t first_user) {
  if (options.bystanders == 0) return;
  Options apart = options;
  apart.scenario = Scenario::ack;
  apart.shape = {.chats = 1,
                 .members = options.bystanders,
                 .connected = options.bystanders,
                 .senders = 1,
                 .first_chat = 0,
                 .first_user = static_cast<std::uint32_t>(first_user)};
  apart.rate = options.bystanders * 1'000.0 / static_cast<double>(bystander_pause.count());
  apart.in_flight = bystander_in_flight;
  apart.joins = false;
  apart.bystands = true;
  apart.inject.reset();
  add(apart, options.bystanders, Role::bystander);
}

std::uint32_t Load::clients() const {
  std::uint32_t count = 0;
  for (const auto& part : parts_) count += part->clients;
  return count;
}

void Load::admit(std::uint32_t count) {
  for (const auto& part : parts_) {
    const std::uint32_t here = std::min(count, part->clients);
    part->crowd.admit(here);
    count -= here;
  }
}

bool Load::is_settled() const {
  return std::all_of(parts_.begin(), parts_.end(),
                     [](const auto& part) { return part->crowd.is_settled(); });
}

std::uint32_t Load::present() const {
  std::uint32_t count = 0;
  for (const auto& part : parts_) count += part->crowd.present();
  return count;
}

std::unique_ptr<Traffic> Load::make_traffic(Part& part) {
  switch (part.options.scenario) {
    case Scenario::ack: return std::make_unique<AckTraffic>(part.crowd, part.options);
    case Scenario::history: return std::make_unique<HistoryTraffic>(part.crowd, part.options);
    case Scenario::idle: return std::make_unique<IdleTraffic>();
    case Scenario::reconnect:
      return std::make_unique<ReconnectWave>(context_, part.crowd, part.options);
    case Scenario::connect: return std::make_unique<ConnectStorm>(context_, part.options);
    default:
      return std::make_unique<ChatTraffic>(part.crowd, part.options, random_number(context_.rng));
  }
}

void Load::start(Instant now) {
  for (const auto& part : parts_) {
    part->traffic = make_traffic(*part);
    part->crowd.give_to(*part->traffic);
    if (!part->options.inject) continue;
    part->injector.emplace(
        Injector::Plan{.kind = *part->options.inject, .every = part->options.inject_every},
        *part->traffic);
    part->crowd.give_to(*part->injector);
  }
  for (const auto& part : parts_) part->traffic->start(now);
}

void Load::stop(Instant now) {
  advance(now);  // what became due before the end
  for (const auto& part : parts_) {
    part->traffic->stop();
    if (part->injector) part->injector->stop(now);
  }
}

bool Load::is_quiet() const {
  return std::all_of(parts_.begin(), parts_.end(),
                     [](const auto& part) { return part->traffic->is_quiet(); });
}

bool Load::is_complete() const {
  return std::any_of(parts_.begin(), parts_.end(), [](const auto& part) {
    return part->traffic && part->traffic->is_complete();
  });
}

void Load::finish() {
  for (const auto& part : parts_) part->traffic->finish();
}

Instant Load::advance(Instant now) {
  Instant next = Instant::max();
  for (const auto& part : parts_) {
    if (!part->traffic) continue;
    const Instant due = part->traffic->advance(now);
    const bool may_be_late = part->role == Role::bystander && due != Instant::max();
    next = std::min(next, may_be_late ? due + bystander_lateness : due);
  }
  return next;
}

void Load::open_window(Instant now) {
  for (const auto& part : parts_) {
    if (part->traffic) part->traffic->open_window(now);
  }
}

void Load::close_window(Instant now) {
  for (const auto& part : parts_) {
    if (part->traffic) part->traffic->close_window(now);
  }
}

Totals Load::totals() const {
  Totals all;
  for (const auto& part : parts_) {
    if (!part->traffic) continue;
    const Totals& totals = part->traffic->totals();
    if (part->role == Role::load) {
      all += totals;
    } else {
      all.bystander_acks += totals.acks;
      all.refused += totals.refused;
    }
  }
  return all;
}

Faults Load::faults() const {
  Faults all;
  for (const auto& part : parts_) all += part->traffic->faults();
  return all;
}

AckFaults Load::ack_faults() const {
  AckFaults all;
  for (const auto& part : parts_) all += part->traffic->ack_faults();
  return all;
}

Latencies Load::latencies() const {
  Latencies all;
  for (const auto& part : parts_) {
    if (!part->traffic) continue;
    if (part->role == Role::load) {
      all.add(part->traffic->latencies());
    } else {
      all.bystander.add(part->traffic->latencies().ack);
    }
  }
  return all;
}

std::uint32_t Load::cut() const {
  std::uint32_t count = 0;
  for (const auto& part : parts_) count += part->crowd.cut();
  return count;
}

std::uint64_t Load::injected() const {
  std::uint64_t count = 0;
  for (const auto& part : parts_) count += part->injector ? part->injector->count() : 0;
  return count;
}

std::optional<std::string> Load::failure() const {
  for (const auto& part : parts_) {
    if (part->traffic && part->traffic->failure()) return part->traffic->failure();
    if (part->crowd.failure()) return part->crowd.failure();
  }
  return std::nullopt;
}

}  // namespace veche::client::bench
