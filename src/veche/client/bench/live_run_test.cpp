// Goal: the real network is wired: what cannot be is told in one line.

#include "veche/client/bench/live_run.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include "veche/loop/epoll_net.hpp"

namespace veche::client::bench {
namespace {

TEST_SUITE("client/bench/live_run") {
  TEST_CASE("nobody listens") {
    loop::EpollNet net;
    const auto listener = net.listen({"127.0.0.1", 0}).value();
    Options options;
    options.server.endpoint = {.host = "127.0.0.1", .port = net.port(listener)};
    options.jwt_secret = "a secret of the tests";
    options.pid = getpid();
    net.close(listener);
    const auto report = run_live(options, {});
    REQUIRE_FALSE(report.has_value());
    CHECK(report.error().code == Errc::io);
    CHECK(report.error().text.starts_with("client 0: "));
    CHECK(report.error().text.find("refused") != std::string::npos);
  }

  TEST_CASE("a process that is not there, and more clients than files") {
    Options options;
    options.jwt_secret = "a secret of the tests";
    options.pid = -1;
    CHECK(run_live(options, {}).error().text == "the process to be measured is not there");
    options.scenario = Scenario::connect;
    options.at_once = 4'000'000'000;
    CHECK(run_live(options, {}).error().code == Errc::invalid);
  }
}

}  // namespace
}  // namespace veche::client::bench
