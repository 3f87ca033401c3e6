// Goal: a signal becomes a call on the loop and ends nobody. Method: the test signals its own
// thread, in which the watcher has blocked the signals.

#include "veche/loop/signal_watcher.hpp"

#include <csignal>
#include <optional>
#include <string>

#include <doctest/doctest.h>
#include <pthread.h>

#include "veche/loop/epoll_net.hpp"
#include "veche/loop/system.hpp"

namespace veche::loop {
namespace {

using namespace std::chrono_literals;

bool is_blocked(int signal) {
  sigset_t mask{};
  pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  return sigismember(&mask, signal) == 1;
}

TEST_SUITE("loop/signal_watcher") {
  TEST_CASE("SIGTERM, SIGINT and SIGHUP are told on the loop, as often as they are seen") {
    SystemClock clock;
    EpollNet net;
    Loop loop{net, clock, {}};
    std::string told;
    {
      SignalWatcher watcher{loop, [&](int signal) { told += std::to_string(signal) + ' '; }};
      CHECK(is_blocked(SIGTERM));
      pthread_kill(pthread_self(), SIGTERM);
      CHECK(told == "");
      for (int i = 0; i < 50 && told.empty(); ++i) loop.turn(100ms);
      pthread_kill(pthread_self(), SIGINT);
      for (int i = 0; i < 50 && told == "15 "; ++i) loop.turn(100ms);
      pthread_kill(pthread_self(), SIGHUP);
      for (int i = 0; i < 50 && told == "15 2 "; ++i) loop.turn(100ms);
      CHECK(told == "15 2 1 ");
    }
    CHECK_FALSE(is_blocked(SIGTERM));
    loop.turn(0ms);
    CHECK(loop.connection_count() == 0);
  }

  TEST_CASE("SIGPIPE is ignored") {
    SystemClock clock;
    EpollNet net;
    Loop loop{net, clock, {}};
    const SignalWatcher watcher{loop, [](int) {}};
    pthread_kill(pthread_self(), SIGPIPE);
    CHECK(true);  // still here
  }
}

}  // namespace
}  // namespace veche::loop
