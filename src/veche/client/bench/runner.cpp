#include "veche/client/bench/runner.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>

#include "veche/client/bench/ack_traffic.hpp"
#include "veche/client/bench/chat_traffic.hpp"
#include "veche/client/bench/connect_storm.hpp"
#include "veche/client/bench/crowd.hpp"
#include "veche/client/bench/stamp.hpp"
#include "veche/client/bench/world.hpp"

namespace veche::client::bench {
namespace {

/// The longest wait of a turn, so that progress is told, and the quiet time after the load.
constexpr Milliseconds turn_max{50};
constexpr Milliseconds quiet{200};

constexpr std::uint32_t peers_max = 250;
constexpr std::uint32_t in_flight_max = 100'000;

/// What the book of deliveries and the sends under way may come to: some 400 MB each.
constexpr std::uint64_t streams_max = 100'000'000;
constexpr std::uint64_t under_way_max = 16'000'000;

std::optional<std::string> contradiction(const Options& options) {
  const Shape& shape = options.shape;
  if (options.jwt_secret.empty()) return "a secret to sign tokens with is needed";
  if (shape.chats == 0 || shape.connected == 0 || shape.senders == 0)
    return "there must be a chat, a client and a sender";
  if (shape.connected > shape.members) return "more clients than members of a chat";
  if (shape.senders > shape.connected) return "more senders than clients of a chat";
  if (std::uint64_t{shape.chats} * shape.members > users_max) return "more than a million users";
  if (options.in_flight == 0 || options.in_flight > in_flight_max || options.at_once == 0)
    return "from 1 to 100000 must be under way";
  if (std::uint64_t{shape.clients()} * shape.senders > streams_max)
    return "more than 100 million pairs of a client and a sender of its chat";
  if (std::uint64_t{shape.chats} * shape.senders * options.in_flight > under_way_max)
    return "more than 16 million sends under way";
  if (options.addresses == 0 || options.addresses > peers_max)
    return "from 1 to 250 source addresses are possible";
  if (options.text_bytes < stamp_bytes_min || options.text_bytes > stamp_bytes_max)
    return "texts are of 44 to 8000 bytes";
  return std::nullopt;
}

class Runner {
 public:
  Runner(const Options& options, const Stage& stage)
      : options_{options}, stage_{stage}, crowd_{stage.context, options} {}

  Result<Report> run();

 private:
  [[nodiscard]] Instant now() const { return stage_.context.clock.now(); }
  [[nodiscard]] std::uint32_t random_number() const;
  template <typename Done>
  bool turn_until(Milliseconds at_most, Done done);
  void turn_for(Milliseconds duration) {
    turn_until(duration, [] { return false; });
  }
  Result<void> bring(std::uint32_t count);
  Result<void> weigh(Report& report, const ProcessUse& at_rest);
  std::unique_ptr<Traffic> make_traffic();
  void load(Traffic& traffic, Report& report);
  void await_quiet(const Traffic& traffic);
  void measure(Traffic* traffic, Report& report);
  [[nodiscard]] std::optional<ProcessUse> server_use() const {
    return stage_.server_use ? stage_.server_use() : std::nullopt;
  }

  const Options& options_;
  const Stage& stage_;
  Crowd crowd_;
  const Traffic* shown_{};
  std::string_view phase_{"connecting"};
};

std::uint32_t Runner::random_number() const {
  std::array<std::byte, sizeof(std::uint32_t)> bytes{};
  stage_.context.rng.fill(bytes);
  std::uint32_t number = 0;
  std::memcpy(&number, bytes.data(), bytes.size());
  return number;
}

/// False when the time has passed and it is still not done.
template <typename Done>
bool Runner::turn_until(Milliseconds at_most, Done done) {
  const Instant end = now() + at_most;
  while (!done()) {
    const Instant start = now();
    if (start >= end) return false;
    stage_.turn(std::min(turn_max, std::chrono::ceil<Milliseconds>(end - start)));
    if (stage_.progress) {
      stage_.progress({.phase = phase_,
                       .present = crowd_.present(),
                       .wanted = options_.shape.clients(),
                       .totals = shown_ != nullptr ? shown_->totals() : Totals{}});
    }
  }
  return true;
}

Result<void> Runner::bring(std::uint32_t count) {
  crowd_.admit(count);
  while (!crowd_.is_settled()) {
    const std::uint32_t before = crowd_.present();
    const bool moved = turn_until(options_.patience, [&] {
      return crowd_.failure().has_value() || crowd_.present() != before;
    });
    if (crowd_.failure()) return fail(Errc::io, *crowd_.failure());
    if (!moved) {
      return fail(Errc::io, std::to_string(before) + " of " + std::to_string(count) +
                                " clients are ready, and no other has become so in time");
    }
  }
  return {};
}

Result<void> Runner::weigh(Report& report, const ProcessUse& at_rest) {
  const std::uint32_t all = options_.shape.clients();
  const std::uint32_t half = all / 2;
  if (auto brought = bring(half); !brought) return brought;
  turn_for(quiet);
  const auto with_half = server_use();
  if (auto brought = bring(all); !brought) return brought;
  turn_for(quiet);
  const auto with_all = server_use();
  if (with_half && with_all) {
    const double grown =
        static_cast<double>(with_all->rss_bytes) - static_cast<double>(with_half->rss_bytes);
    report.connection_bytes = grown / (all - half);
  }
  measure(nullptr, report);
  if (report.server) report.server->at_rest = at_rest;
  report.failure = crowd_.failure();
  return {};
}

std::unique_ptr<Traffic> Runner::make_traffic() {
  switch (options_.scenario) {
    case Scenario::ack: return std::make_unique<AckTraffic>(crowd_, options_);
    case Scenario::connect: return std::make_unique<ConnectStorm>(stage_.context, options_);
    default: return std::make_unique<ChatTraffic>(crowd_, options_, random_number());
  }
}

void Runner::measure(Traffic* traffic, Report& report) {
  phase_ = "measuring";
  const auto before = server_use();
  const Totals totals_before = traffic != nullptr ? traffic->totals() : Totals{};
  if (traffic != nullptr) traffic->latencies().clear();
  const auto cpu_before = stage_.own_cpu();
  const Instant start = now();
  turn_until(options_.window, [&] {
    return crowd_.failure().has_value() || (traffic != nullptr && traffic->failure().has_value());
  });
  report.window = now() - start;
  report.own_cpu = stage_.own_cpu() - cpu_before;
  const auto after = server_use();
  if (before && after) report.server = ServerUse{.at_rest = {}, .before = *before, .after = *after};
  if (traffic == nullptr) return;
  const Totals& totals = traffic->totals();
  report.totals = {.messages = totals.messages - totals_before.messages,
                   .deliveries = totals.deliveries - totals_before.deliveries,
                   .acks = totals.acks - totals_before.acks,
                   .connects = totals.connects - totals_before.connects};
  report.latencies = traffic->latencies();
}

/// Goes on for as long as anything still comes: a slow server has lost nothing.
void Runner::await_quiet(const Traffic& traffic) {
  bool moved = true;
  while (moved && !traffic.is_quiet()) {
    const Totals before = traffic.totals();
    moved = turn_until(options_.patience, [&] {
      return traffic.is_quiet() || traffic.totals() != before || traffic.failure().has_value() ||
             crowd_.failure().has_value();
    });
    if (traffic.failure() || crowd_.failure()) return;
  }
}

void Runner::load(Traffic& traffic, Report& report) {
  const auto has_failed = [&] {
    return traffic.failure().has_value() || crowd_.failure().has_value();
  };
  shown_ = &traffic;
  phase_ = "warming up";
  traffic.start(now());
  turn_until(options_.warm_up, has_failed);
  if (!has_failed()) measure(&traffic, report);
  phase_ = "finishing";
  traffic.stop();
  await_quiet(traffic);
  turn_for(quiet);
  if (!has_failed()) traffic.finish();
  report.faults = traffic.faults();
  report.ack_faults = traffic.ack_faults();
  report.failure = traffic.failure() ? traffic.failure() : crowd_.failure();
}

Result<Report> Runner::run() {
  const auto at_rest = server_use();
  if (stage_.server_use && !at_rest) {
    return fail(Errc::io, "the process to be measured is not there");
  }
  Report report;
  report.options = options_;
  if (options_.scenario == Scenario::idle) {
    if (auto done = weigh(report, at_rest.value_or(ProcessUse{})); !done)
      return tl::unexpected<Error>{done.error()};
    return report;
  }
  if (options_.scenario != Scenario::connect) {
    if (auto done = bring(options_.shape.clients()); !done)
      return tl::unexpected<Error>{done.error()};
  }
  const std::unique_ptr<Traffic> traffic = make_traffic();
  crowd_.give_to(*traffic);
  load(*traffic, report);
  if (report.server && at_rest) report.server->at_rest = *at_rest;
  if (options_.scenario == Scenario::connect && report.failure && report.totals.connects == 0) {
    return fail(Errc::io, *report.failure);
  }
  return report;
}

}  // namespace

Result<Report> run(const Options& options, const Stage& stage) {
  if (const auto why = contradiction(options)) return fail(Errc::invalid, *why);
  return Runner{options, stage}.run();
}

}  // namespace veche::client::bench
