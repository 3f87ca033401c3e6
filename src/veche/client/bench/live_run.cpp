#include "veche/client/bench/live_run.hpp"

#include <ctime>
#include <string>
#include <utility>

#include <sys/resource.h>

#include "veche/loop/epoll_net.hpp"
#include "veche/loop/loop.hpp"
#include "veche/loop/system.hpp"

namespace veche::client::bench {
namespace {

/// Descriptors that are none of the clients'.
constexpr rlim_t other_files = 32;
constexpr std::size_t parsed_bytes_max = 65'536;
constexpr std::size_t queue_bytes_max = 64UL << 20;

std::chrono::nanoseconds own_cpu() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return std::chrono::seconds{used.tv_sec} + std::chrono::nanoseconds{used.tv_nsec};
}

/// As many open files as the system lets this process have.
rlim_t raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
}

}  // namespace

Result<Report> run_live(const Options& options, std::function<void(const Progress&)> progress) {
  const rlim_t needed = sockets_of(options) + other_files;
  if (const rlim_t limit = raise_file_limit(); limit < needed) {
    return fail(Errc::invalid, "the limit of open files is " + std::to_string(limit) + ", and " +
                                   std::to_string(needed) + " are needed (ulimit -n)");
  }
  loop::EpollNet net;
  loop::SystemClock clock;
  loop::SystemRng rng;
  json::Parser parser{parsed_bytes_max};
  loop::Loop loop{net, clock, {.queue_bytes_max = queue_bytes_max}};
  const Context context{loop, net, clock, rng, parser};

  Stage stage{.context = context,
              .turn = [&loop](Milliseconds at_most) { loop.turn(at_most); },
              .server_use = {},
              .own_cpu = own_cpu,
              .progress = std::move(progress)};
  if (options.pid) {
    stage.server_use = [tree = ProcessTree{*options.pid}] { return tree.sample(); };
  }
  return run(options, stage);
}

}  // namespace veche::client::bench
