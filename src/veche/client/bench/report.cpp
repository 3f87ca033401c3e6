#include "veche/client/bench/report.hpp"

#include <cmath>
#include <string_view>
#include <vector>

#include "veche/json/writer.hpp"

namespace veche::client::bench {
namespace {

using Seconds = std::chrono::duration<double>;
using Microseconds = std::chrono::duration<double, std::micro>;

struct Unit {
  std::string_view name;
  std::uint64_t count{};
};

/// What is counted, the scenario's own unit first.
std::vector<Unit> units_of(const Report& report) {
  const Totals& totals = report.totals;
  switch (report.options.scenario) {
    case Scenario::fanout:
    case Scenario::slow:
    case Scenario::rooms: return {{"delivery", totals.deliveries}, {"message", totals.messages}};
    case Scenario::pairs:
    case Scenario::send: return {{"message", totals.messages}, {"delivery", totals.deliveries}};
    case Scenario::ack: return {{"ack", totals.acks}};
    case Scenario::history: return {{"page", totals.acks}};
    case Scenario::connect: return {{"connect", totals.connects}};
    case Scenario::mixed:
      return {{"delivery", totals.deliveries},
              {"message", totals.messages},
              {"ack", totals.acks},
              {"connect", totals.connects}};
    case Scenario::reconnect: return {{"reconnect", totals.connects}};
    case Scenario::idle: return {};
  }
  return {};
}

/// What the CPU is divided by: none of them where it went into all.
std::vector<Unit> cpu_units_of(const Report& report) {
  if (report.options.scenario == Scenario::mixed) return {};
  return units_of(report);
}

double rounded(double value) { return std::round(value * 1'000) / 1'000; }

/// None when there is nothing to divide by.
std::optional<double> per(Microseconds time, std::uint64_t count) {
  if (count == 0) return std::nullopt;
  return rounded(time.count() / static_cast<double>(count));
}

double per_second(const Report& report, std::uint64_t count) {
  const double seconds = Seconds{report.window}.count();
  return seconds > 0 ? std::round(static_cast<double>(count) / seconds) : 0;
}

/// What of the offered was done.
std::uint64_t done(const Report& report) { return report.totals.acks + report.totals.connects; }

Microseconds server_cpu(const ServerUse& server) { return server.after.cpu - server.before.cpu; }

/// How far memory rose in the window above what it was before; 0 when it did not.
std::uint64_t grown_to_peak(const ServerUse& server) {
  const std::uint64_t peak = server.rss_peak.value_or(0);
  return peak > server.before.rss_bytes ? peak - server.before.rss_bytes : 0;
}

// JSON

void write_parameters(json::Writer& json, const Options& options) {
  const Shape& shape = options.shape;
  json.key("parameters").begin_object().member("transport", to_string(options.transport));
  json.member("chats", shape.chats).member("members", shape.members);
  json.member("connected", shape.connected).member("senders", shape.senders);
  json.member("slow", shape.slow);
  json.member("in_flight", options.in_flight).member("text_bytes", options.text_bytes);
  json.member("bystanders", options.bystanders).member("at_once", options.at_once);
  json.member("returning_at_once", options.returning_at_once);
  json.member("addresses", options.addresses);
  json.member("rate", options.rate)
      .member("joins", options.joins)
      .member("warm_up_ms", options.warm_up.count());
  json.end_object();
}

void write_faults(json::Writer& json, const Report& report) {
  json.member("lost", report.faults.lost).member("doubled", report.faults.doubled);
  json.member("reordered", report.faults.reordered).member("misrouted", report.faults.misrouted);
  json.member("damaged", report.faults.damaged).member("acks_lost", report.ack_faults.lost);
  json.member("acks_doubled", report.ack_faults.doubled).member("failure", report.failure);
  if (report.options.inject) {
    json.key("injected").begin_object().member("kind", to_string(*report.options.inject));
    json.member("every", report.options.inject_every).member("count", report.injected);
    json.end_object();
  }
}

void write_server(json::Writer& json, const Report& report) {
  const ServerUse& server = *report.server;
  json.key("server").begin_object();
  for (const Unit& unit : cpu_units_of(report)) {
    json.member("cpu_us_per_" + std::string{unit.name}, per(server_cpu(server), unit.count));
  }
  json.member("cpu_ms", rounded(server_cpu(server).count() / 1'000));
  json.member("processes", server.after.processes);
  json.member("rss_at_rest", server.at_rest.rss_bytes);
  json.member("rss_before", server.before.rss_bytes).member("rss_after", server.after.rss_bytes);
  if (server.rss_peak) {
    json.member("rss_peak", *server.rss_peak);
    json.member("rss_peak_growth", grown_to_peak(server));
  }
  if (report.connection_bytes) {
    json.member("bytes_per_connection", std::round(*report.connection_bytes));
  }
  json.end_object();
}

void write_generator(json::Writer& json, const Report& report) {
  json.key("generator").begin_object();
  for (const Unit& unit : cpu_units_of(report)) {
    json.member("cpu_us_per_" + std::string{unit.name}, per(report.own_cpu, unit.count));
  }
  json.member("cpu_ms", std::round(Microseconds{report.own_cpu}.count() / 1'000)).end_object();
}

void write_latency(json::Writer& json, std::string_view name, const Histogram& histogram) {
  if (histogram.count() == 0) return;
  const auto us = [](Histogram::Nanoseconds time) { return rounded(Microseconds{time}.count()); };
  json.key(name).begin_object().member("count", histogram.count());
  json.member("p50", us(histogram.percentile(50))).member("p90", us(histogram.percentile(90)));
  json.member("p99", us(histogram.percentile(99))).member("p99_9", us(histogram.percentile(99.9)));
  json.member("max", us(histogram.max())).end_object();
}

void write_mix(json::Writer& json, const Mix& mix) {
  json.key("mix").begin_object().member("pairs", mix.pairs).member("pair_rate", mix.pair_rate);
  json.member("ackers", mix.ackers).member("ack_rate", mix.ack_rate).member("idle", mix.idle);
  json.member("comers", mix.comers).member("connect_rate", mix.connect_rate).end_object();
}

// Table

void line(std::string& out, std::string_view name, const std::string& value) {
  constexpr std::size_t column = 32;
  out.append("  ").append(name);
  out.append(name.size() < column ? column - name.size() : 1, ' ');
  out.append(value).append("\n");
}

std::string decimal(double value, int digits) {
  const double scale = std::pow(10, digits);
  std::string text;
  json::Writer{text}.number(std::round(value * scale) / scale);
  return text;
}

std::string mebibytes(std::uint64_t bytes) {
  return decimal(static_cast<double>(bytes) / (1U << 20), 1) + " MiB";
}

std::string heading(const Options& options) {
  const Shape& shape = options.shape;
  const std::string name = std::string{to_string(options.scenario)} + ": ";
  if (options.scenario == Scenario::idle)
    return name + std::to_string(shape.clients()) + " connections\n";
  if (options.scenario == Scenario::reconnect)
    return name + std::to_string(shape.clients()) + " clients\n";
  if (options.scenario == Scenario::connect)
    return name + std::to_string(options.at_once) + " at once\n";
  return name + std::to_string(shape.clients()) + " clients, " + std::to_string(shape.chats) +
         " chats, " +
         (options.rate ? decimal(*options.rate, 1) + " a second, at most " : std::string{}) +
         std::to_string(options.in_flight) + " under way for each sender\n";
}

void add_faults(std::string& out, const Report& report) {
  const auto add = [&](std::string_view name, std::uint64_t count) {
    if (count > 0) line(out, name, std::to_string(count));
  };
  add("LOST", report.faults.lost);
  add("DOUBLED", report.faults.doubled);
  add("REORDERED", report.faults.reordered);
  add("MISROUTED", report.faults.misrouted);
  add("DAMAGED", report.faults.damaged);
  add("ACKS LOST", report.ack_faults.lost);
  add("ACKS DOUBLED", report.ack_faults.doubled);
  if (report.options.inject) {
    line(out, "injected on purpose",
         std::to_string(report.injected) + " " + std::string{to_string(*report.options.inject)});
  }
  if (report.failure) line(out, "BROKE OFF", *report.failure);
}

void add_latency(std::string& out, std::string_view name, const Histogram& histogram) {
  if (histogram.count() == 0) return;
  const auto us = [](Histogram::Nanoseconds time) {
    return decimal(Microseconds{time}.count(), 1);
  };
  line(out, std::string{name} + " latency, us",
       "p50 " + us(histogram.percentile(50)) + "  p90 " + us(histogram.percentile(90)) + "  p99 " +
           us(histogram.percentile(99)) + "  p99.9 " + us(histogram.percentile(99.9)) + "  max " +
           us(histogram.max()));
}

void add_figures(std::string& out, const Report& report) {
  for (const Unit& unit : cpu_units_of(report)) {
    const std::string name{unit.name};
    if (unit.count == 0) continue;
    if (report.server) {
      line(out, "server CPU, us per " + name,
           decimal(*per(server_cpu(*report.server), unit.count), 3));
    }
    line(out, "generator CPU, us per " + name, decimal(*per(report.own_cpu, unit.count), 3));
  }
  if (report.connection_bytes) {
    line(out, "bytes a connection", decimal(*report.connection_bytes, 0));
  }
  if (report.server) {
    line(out, "server CPU, ms", decimal(server_cpu(*report.server).count() / 1'000, 0));
    line(out, "server memory",
         mebibytes(report.server->at_rest.rss_bytes) + " at rest, " +
             mebibytes(report.server->before.rss_bytes) + " before, " +
             mebibytes(report.server->after.rss_bytes) + " after");
  }
  if (report.options.scenario == Scenario::reconnect) {
    line(out, "all ready after, ms", decimal(Microseconds{report.window}.count() / 1'000, 1));
    line(out, "recovered", std::to_string(report.totals.recovered));
  }
  if (report.options.shape.slow > 0) {
    line(out, "slow clients",
         std::to_string(report.options.shape.slow) + ", of whom the server cut " +
             std::to_string(report.cut));
  }
  if (report.server && report.server->rss_peak) {
    line(out, "server memory at its peak", "+ " + mebibytes(grown_to_peak(*report.server)));
  }
  add_latency(out, "delivery", report.latencies.delivery);
  add_latency(out, "ack", report.latencies.ack);
  add_latency(out, "connect", report.latencies.connect);
  add_latency(out, "bystander ack", report.latencies.bystander);
}

}  // namespace

std::string to_json(const Report& report) {
  std::string out;
  json::Writer json{out};
  json.begin_object().member("scenario", to_string(report.options.scenario));
  write_parameters(json, report.options);
  if (report.options.scenario == Scenario::mixed) write_mix(json, report.options.mix);
  json.member("seconds", rounded(Seconds{report.window}.count()));
  json.member("messages", report.totals.messages).member("deliveries", report.totals.deliveries);
  json.member("acks", report.totals.acks).member("connects", report.totals.connects);
  write_faults(json, report);
  if (report.is_clean()) {
    for (const Unit& unit : units_of(report)) {
      json.member(std::string{unit.name} + "_per_second", per_second(report, unit.count));
    }
    if (report.options.rate) {
      json.member("offered", report.totals.offered).member("refused", report.totals.refused);
      json.member("goodput_per_second", per_second(report, done(report)));
    }
    if (report.options.shape.slow > 0) json.member("slow_cut", report.cut);
    if (report.options.scenario == Scenario::reconnect) {
      json.member("all_ready_ms", rounded(Microseconds{report.window}.count() / 1'000));
      json.member("recovered", report.totals.recovered);
    }
    if (report.server) write_server(json, report);
    write_generator(json, report);
    json.key("latency_us").begin_object();
    write_latency(json, "delivery", report.latencies.delivery);
    write_latency(json, "ack", report.latencies.ack);
    write_latency(json, "connect", report.latencies.connect);
    write_latency(json, "bystander_ack", report.latencies.bystander);
    json.end_object();
  }
  json.end_object();
  out.push_back('\n');
  return out;
}

std::string to_table(const Report& report) {
  std::string out = heading(report.options);
  line(out, "seconds", decimal(Seconds{report.window}.count(), 2));
  for (const Unit& unit : units_of(report)) {
    line(out, std::string{unit.name} + " count",
         std::to_string(unit.count) + " (" + decimal(per_second(report, unit.count), 0) + "/s)");
  }
  if (report.is_clean()) {
    if (report.options.rate) {
      line(out, "offered",
           std::to_string(report.totals.offered) + ", of which " +
               std::to_string(report.totals.refused) + " refused");
      line(out, "goodput", decimal(per_second(report, done(report)), 0) + "/s");
    }
    add_figures(out, report);
  } else {
    add_faults(out, report);
    out.append("  A run with faults has no figures.\n");
  }
  return out;
}

}  // namespace veche::client::bench
