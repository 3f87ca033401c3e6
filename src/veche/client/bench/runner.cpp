#include "veche/client/bench/runner.hpp"

#include <algorithm>
#include <string>

#include "veche/client/bench/load.hpp"
#include "veche/client/bench/stamp.hpp"
#include "veche/client/bench/world.hpp"

namespace veche::client::bench {
namespace {

/// The longest wait of a turn, so that progress is told, and the quiet time after the load.
constexpr Milliseconds turn_max{50};
constexpr Milliseconds quiet{200};

/// Between two looks at the server's memory, where its peak is wanted.
constexpr Milliseconds rss_pause{50};

constexpr std::uint32_t peers_max = 250;
constexpr std::uint32_t in_flight_max = 100'000;
constexpr double rate_max = 10'000'000;

/// What the book of deliveries and the sends under way may come to: some 400 MB each.
constexpr std::uint64_t streams_max = 100'000'000;
constexpr std::uint64_t under_way_max = 16'000'000;

std::optional<std::string> shape_contradiction(const Options& options) {
  const Shape& shape = options.shape;
  if (shape.chats == 0 || shape.connected == 0 || shape.senders == 0)
    return "there must be a chat, a client and a sender";
  if (shape.connected > shape.members) return "more clients than members of a chat";
  if (shape.senders > shape.connected) return "more senders than clients of a chat";
  if (shape.slow > shape.connected - shape.senders) return "more slow clients than who only listen";
  if (users_end(options) + options.bystanders > users_max) return "more than a million users";
  if (std::uint64_t{shape.clients()} * shape.senders > streams_max)
    return "more than 100 million pairs of a client and a sender of its chat";
  if (std::uint64_t{shape.chats} * shape.senders * options.in_flight > under_way_max)
    return "more than 16 million sends under way";
  return std::nullopt;
}

std::optional<std::string> contradiction(const Options& options) {
  if (options.jwt_secret.empty() && !options.tokens)
    return "a secret to sign tokens with is needed";
  if (options.in_flight == 0 || options.in_flight > in_flight_max || options.at_once == 0)
    return "from 1 to 100000 must be under way";
  if (options.rate && !(*options.rate > 0 && *options.rate <= rate_max))
    return "a rate is more than 0 and at most 10 million a second";
  if (options.addresses == 0 || options.addresses > peers_max)
    return "from 1 to 250 source addresses are possible";
  if (options.text_bytes < stamp_bytes_min || options.text_bytes > stamp_bytes_max)
    return "texts are of 44 to 8000 bytes";
  return std::nullopt;
}

std::optional<std::string> mix_contradiction(const Options& options) {
  const Mix& mix = options.mix;
  if (options.scenario != Scenario::mixed) return std::nullopt;
  if (!options.rate) return "a mix needs a rate";
  for (const double rate : {mix.pair_rate, mix.ack_rate, mix.connect_rate}) {
    if (!(rate > 0 && rate <= rate_max))
      return "a rate is more than 0 and at most 10 million a second";
  }
  if ((std::uint64_t{mix.pairs} * 2 + mix.ackers) * options.in_flight > under_way_max)
    return "more than 16 million sends under way";
  return std::nullopt;
}

std::optional<std::string> injection_contradiction(const Options& options) {
  if (!options.inject) return std::nullopt;
  if (options.inject_every == 0) return "one in at least one must be spoiled";
  const bool is_of_acks =
      options.inject == Injection::ack_lost || options.inject == Injection::ack_doubled;
  const bool has_only_acks =
      options.scenario == Scenario::ack || options.scenario == Scenario::history;
  if (options.scenario == Scenario::idle || options.scenario == Scenario::connect ||
      options.scenario == Scenario::reconnect || (has_only_acks && !is_of_acks))
    return "the scenario has nothing of the kind that is to be spoiled";
  if (options.inject == Injection::reordered && options.in_flight < 2)
    return "nothing can be reordered with one send under way";
  return std::nullopt;
}

class Runner {
 public:
  Runner(const Options& options, const Stage& stage)
      : options_{options}, stage_{stage}, load_{stage.context, options} {}

  Result<Report> run();

 private:
  [[nodiscard]] Instant now() const { return stage_.context.clock.now(); }
  template <typename Done>
  bool turn_until(Milliseconds at_most, Done done);
  void turn_for(Milliseconds duration) {
    turn_until(duration, [] { return false; });
  }
  Result<void> bring(std::uint32_t count);
  Result<void> weigh(Report& report, const ProcessUse& at_rest);
  void put_under_load(Report& report);
  void await_quiet();
  void measure(Report& report);
  [[nodiscard]] bool has_failed() const { return load_.failure().has_value(); }
  [[nodiscard]] std::optional<ProcessUse> server_use() const {
    return stage_.server_use ? stage_.server_use() : std::nullopt;
  }

  const Options& options_;
  const Stage& stage_;
  Load load_;
  std::string_view phase_{connecting};
};

/// False when the time has passed and it is still not done.
template <typename Done>
bool Runner::turn_until(Milliseconds at_most, Done done) {
  const Instant end = now() + at_most;
  while (!done()) {
    const Instant start = now();
    if (start >= end) return false;
    // In an open loop it turns without waiting in the last millisecond before something is due:
    // a wait ends by the millisecond, and what is late would count as the server's.
    const Instant next = load_.advance(start);
    const auto idle = next == Instant::max()
                          ? turn_max
                          : std::chrono::floor<Milliseconds>(std::max(next, start) - start);
    stage_.turn(std::min({turn_max, idle, std::chrono::ceil<Milliseconds>(end - start)}));
    if (stage_.progress) {
      stage_.progress({.phase = phase_,
                       .present = load_.present(),
                       .wanted = load_.clients(),
                       .totals = load_.totals()});
    }
  }
  return true;
}

Result<void> Runner::bring(std::uint32_t count) {
  load_.admit(count);
  while (!load_.is_settled()) {
    const std::uint32_t before = load_.present();
    const bool moved =
        turn_until(options_.patience, [&] { return has_failed() || load_.present() != before; });
    if (has_failed()) return fail(Errc::io, *load_.failure());
    if (!moved) {
      return fail(Errc::io, std::to_string(before) + " of " + std::to_string(count) +
                                " clients are ready, and no other has become so in time");
    }
  }
  return {};
}

Result<void> Runner::weigh(Report& report, const ProcessUse& at_rest) {
  const std::uint32_t all = load_.clients();
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
  measure(report);
  if (report.server) report.server->at_rest = at_rest;
  report.failure = load_.failure();
  return {};
}

void Runner::measure(Report& report) {
  phase_ = "measuring";
  const auto before = server_use();
  const Totals totals_before = load_.totals();
  const auto cpu_before = stage_.own_cpu();
  const Instant start = now();
  load_.open_window(start);
  std::uint64_t peak = 0;
  Instant sampled = start;
  turn_until(options_.window, [&] {
    if (options_.shape.slow > 0 && now() - sampled >= rss_pause) {
      sampled = now();
      if (const auto use = server_use()) peak = std::max(peak, use->rss_bytes);
    }
    return has_failed() || load_.is_complete();
  });
  const Instant end = now();
  load_.close_window(end);
  report.window = end - start;
  report.own_cpu = stage_.own_cpu() - cpu_before;
  const auto after = server_use();
  if (before && after) {
    report.server = ServerUse{.at_rest = {}, .before = *before, .after = *after};
    if (options_.shape.slow > 0) report.server->rss_peak = std::max(peak, after->rss_bytes);
  }
  report.totals = load_.totals();
  report.totals -= totals_before;
}

/// Goes on for as long as anything still comes: a slow server has lost nothing.
void Runner::await_quiet() {
  bool moved = true;
  while (moved && !load_.is_quiet() && !has_failed()) {
    const Totals before = load_.totals();
    moved = turn_until(options_.patience, [&] {
      return load_.is_quiet() || load_.totals() != before || has_failed();
    });
  }
}

void Runner::put_under_load(Report& report) {
  phase_ = "warming up";
  load_.start(now());
  turn_until(options_.warm_up, [this] { return has_failed(); });
  if (!has_failed()) measure(report);
  phase_ = "finishing";
  load_.stop(now());
  await_quiet();
  turn_for(quiet);
  if (!has_failed()) load_.finish();
  report.faults = load_.faults();
  report.ack_faults = load_.ack_faults();
  report.cut = load_.cut();
  report.injected = load_.injected();
  report.latencies = load_.latencies();
  report.failure = load_.failure();
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
  if (auto done = bring(load_.clients()); !done) return tl::unexpected<Error>{done.error()};
  put_under_load(report);
  if (report.server && at_rest) report.server->at_rest = *at_rest;
  if (options_.scenario == Scenario::connect && report.failure && report.totals.connects == 0) {
    return fail(Errc::io, *report.failure);
  }
  return report;
}

}  // namespace

Result<Report> run(const Options& options, const Stage& stage) {
  if (const auto why = contradiction(options)) return fail(Errc::invalid, *why);
  if (const auto why = shape_contradiction(options)) return fail(Errc::invalid, *why);
  if (const auto why = mix_contradiction(options)) return fail(Errc::invalid, *why);
  if (const auto why = injection_contradiction(options)) return fail(Errc::invalid, *why);
  return Runner{options, stage}.run();
}

}  // namespace veche::client::bench
