#include "veche/app/metrics.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <sys/resource.h>
#include <unistd.h>

namespace veche::app {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

/// A list of families under construction; HELP stands on one line.
class Families {
 public:
  void gauge(std::string name, std::string help, double value) {
    ClientMetric metric;
    metric.gauge.value = value;
    add(std::move(name), std::move(help), MetricType::Gauge, {std::move(metric)});
  }
  void counter(std::string name, std::string help, double value) {
    add(std::move(name), std::move(help), MetricType::Counter, {counted(value)});
  }
  void events(const std::map<std::string, std::uint64_t>& counts) {
    std::vector<ClientMetric> metrics;
    for (const auto& [event, count] : counts) {
      metrics.push_back(counted(static_cast<double>(count)));
      metrics.back().label = {{"event", event}};
    }
    add("veche_events_total", "Events received from signed-in sockets", MetricType::Counter,
        std::move(metrics));
  }
  [[nodiscard]] std::string text() const { return prometheus::TextSerializer{}.Serialize(list_); }

 private:
  static ClientMetric counted(double value) {
    ClientMetric metric;
    metric.counter.value = value;
    return metric;
  }
  void add(std::string name, std::string help, MetricType type, std::vector<ClientMetric> metrics) {
    MetricFamily family;
    family.name = std::move(name);
    family.help = std::move(help);
    family.type = type;
    family.metric = std::move(metrics);
    list_.push_back(std::move(family));
  }

  std::vector<MetricFamily> list_;
};

void add_loops(Families& families, const LoopSample& loops) {
  const auto number = [](std::uint64_t value) { return static_cast<double>(value); };
  families.gauge("veche_connections", "Open client connections", number(loops.connections));
  families.gauge("veche_sessions", "Open Engine.IO sessions", number(loops.sessions));
  families.gauge("veche_sockets", "Connected Socket.IO sockets", number(loops.sockets));
  families.gauge("veche_loop_posts_waiting", "Tasks that wait for their event loop",
                 number(loops.posts_waiting));
  families.counter("veche_rest_requests_total", "REST requests", number(loops.requests));
  families.counter("veche_sign_ins_total", "Sockets with a valid token", number(loops.sign_ins));
  families.counter("veche_auth_errors_total", "Sockets refused or ended for their token",
                   number(loops.auth_errors));
  families.events(loops.events);
  families.counter("veche_event_failures_total", "Events answered with an error",
                   number(loops.failures));
  families.counter("veche_rate_limited_total", "Events refused for their rate",
                   number(loops.limited));
  families.counter("veche_deliveries_total", "Events told to sockets", number(loops.deliveries));
  families.counter("veche_recoveries_total", "Clients that came back and missed nothing",
                   number(loops.recovered));
  families.counter("veche_recoveries_refused_total", "Clients that came back and began anew",
                   number(loops.recoveries_refused));
}

void add_writer(Families& families, const commands::Writer::Counters& writer) {
  const auto number = [](std::uint64_t value) { return static_cast<double>(value); };
  families.counter("veche_commands_total", "Commands run on the writer", number(writer.commands));
  families.counter("veche_commands_refused_total", "Commands refused, the queue being full",
                   number(writer.refused));
  families.counter("veche_commit_batches_total", "Transactions committed or tried",
                   number(writer.batches));
  families.counter("veche_commit_failures_total", "Transactions that could not be committed",
                   number(writer.failed_commits));
  families.counter("veche_commit_seconds_total", "Time spent in commits",
                   std::chrono::duration<double>(writer.commit_time).count());
  families.gauge("veche_commands_waiting_high", "The most commands unanswered at one time",
                 number(writer.jobs_high));
}

}  // namespace

LoopSample& LoopSample::operator+=(const LoopSample& other) {
  connections += other.connections;
  sessions += other.sessions;
  sockets += other.sockets;
  posts_waiting += other.posts_waiting;
  requests += other.requests;
  sign_ins += other.sign_ins;
  auth_errors += other.auth_errors;
  limited += other.limited;
  failures += other.failures;
  deliveries += other.deliveries;
  recovered += other.recovered;
  recoveries_refused += other.recoveries_refused;
  for (const auto& [event, count] : other.events) events[event] += count;
  return *this;
}

ProcessSample sample_process() {
  ProcessSample sample;
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == 0) {
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    sample.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }
  double pages{};
  double resident{};
  std::ifstream statm{"/proc/self/statm"};
  if (statm >> pages >> resident) {
    sample.resident_bytes = resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
  }
  std::error_code error;
  for (std::filesystem::directory_iterator entry{"/proc/self/fd", error}, end; entry != end;
       entry.increment(error)) {
    ++sample.open_descriptors;
  }
  return sample;
}

std::string metrics_text(const LoopSample& loops, const commands::Writer::Counters& writer,
                         const ProcessSample& process) {
  Families families;
  add_loops(families, loops);
  add_writer(families, writer);
  families.counter("process_cpu_seconds_total", "User and system CPU time spent in seconds",
                   process.cpu_seconds);
  families.gauge("process_resident_memory_bytes", "Resident memory size in bytes",
                 process.resident_bytes);
  families.gauge("process_open_fds", "Number of open file descriptors", process.open_descriptors);
  return families.text();
}

}  // namespace veche::app
