// Goal: a tree is summed up, whatever its processes are called. Method: a /proc made of files,
// this very process, and a child of it.

#include "veche/client/bench/process_tree.hpp"

#include <csignal>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <thread>

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace veche::client::bench {
namespace {

using namespace std::chrono_literals;

/// A directory like /proc, gone at the end.
struct FakeProc {
  FakeProc() {
    char name[] = "/tmp/veche-proc-XXXXXX";
    REQUIRE(mkdtemp(name) != nullptr);
    path = name;
  }
  ~FakeProc() { std::filesystem::remove_all(path); }
  FakeProc(const FakeProc&) = delete;
  FakeProc& operator=(const FakeProc&) = delete;

  void add(int pid, const std::string& name, int parent, const std::string& rest = {}) const {
    const auto folder = path / std::to_string(pid);
    std::filesystem::create_directories(folder);
    std::ofstream{folder / "stat"} << pid << " (" << name << ") S " << parent
                                   << (rest.empty() ? " 5 6 7 8 9 0 0 0 0 30 20 1 1 20 0 2 0 99 "
                                                      "4096 10 18446744073709551615 1\n"
                                                    : rest);
  }

  std::filesystem::path path;
};

/// Works until the calling thread has used so much CPU.
void burn(std::chrono::nanoseconds time) {
  timespec used{};
  do {
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  } while (std::chrono::seconds{used.tv_sec} + std::chrono::nanoseconds{used.tv_nsec} < time);
}

/// getrusage(2) cuts user and system time to microseconds.
constexpr auto cut = 2us;

/// What getrusage(2) says of this process.
std::chrono::microseconds used_so_far() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::chrono::seconds{usage.ru_utime.tv_sec + usage.ru_stime.tv_sec} +
         std::chrono::microseconds{usage.ru_utime.tv_usec + usage.ru_stime.tv_usec};
}

/// A process that has burnt more than a sample takes, and waits to be killed.
struct BurningChild {
  BurningChild() {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    pid = fork();
    if (pid == 0) {
      burn(burnt);
      if (write(ends[1], "", 1) == 1) pause();
      _exit(0);
    }
    char byte{};
    CHECK(read(ends[0], &byte, 1) == 1);
    for (const int end : ends) close(end);
  }
  ~BurningChild() {
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }
  BurningChild(const BurningChild&) = delete;
  BurningChild& operator=(const BurningChild&) = delete;

  static constexpr auto burnt = 50ms;
  pid_t pid{};
};

TEST_SUITE("client/bench/process_tree") {
  TEST_CASE("the process and its descendants, no others") {
    const FakeProc proc;
    proc.add(1, "init", 0);
    proc.add(10, "node", 1);
    proc.add(11, "a (b) c) d", 10);
    proc.add(12, "grandchild", 11);
    proc.add(13, "other", 1);
    const auto use = ProcessTree{10, proc.path}.sample();
    REQUIRE(use.has_value());
    CHECK(use->processes == 3);
    CHECK(use->rss_bytes == 3U * 10 * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)));
  }

  TEST_CASE("a process that is not there, and files that are not understood") {
    const FakeProc proc;
    proc.add(10, "short", 1, " 5 6\n");
    std::ofstream{proc.path / "version"} << "Linux";
    CHECK_FALSE(ProcessTree{10, proc.path}.sample().has_value());
    CHECK_FALSE(ProcessTree{11, proc.path}.sample().has_value());
    CHECK_FALSE(ProcessTree{11, (proc.path / "none").string()}.sample().has_value());
  }

  TEST_CASE("parents that go in a circle end the search") {
    const FakeProc proc;
    proc.add(10, "a", 11);
    proc.add(11, "b", 10);
    proc.add(12, "c", 1);
    CHECK(ProcessTree{12, proc.path}.sample()->processes == 1);
  }

  TEST_CASE("CPU is that of all threads, also of one that has ended, finer than a tick") {
    const ProcessTree tree{getpid()};
    const auto first = tree.sample()->cpu;
    const auto before = used_so_far();
    std::thread{[] { burn(3ms); }}.join();
    const auto grown = used_so_far() - before;
    const auto last = tree.sample()->cpu;
    const auto after = used_so_far();
    CHECK(grown >= 3ms);
    CHECK(last - first + cut >= grown);
    CHECK(last <= after + cut);
  }

  TEST_CASE("CPU of a child counts while it lives") {
    const ProcessTree tree{getpid()};
    const auto before = used_so_far();
    {
      const BurningChild child;
      CHECK(ProcessTree{child.pid}.sample()->cpu >= child.burnt);
      CHECK(tree.sample()->processes == 2);
      CHECK(tree.sample()->cpu >= before + child.burnt);
    }
    const auto last = tree.sample()->cpu;
    const auto after = used_so_far();
    CHECK(last <= after + cut);
  }

  TEST_CASE("this process has memory") {
    const auto use = ProcessTree{getpid()}.sample();
    REQUIRE(use.has_value());
    CHECK(use->rss_bytes > 100'000);
  }
}

}  // namespace
}  // namespace veche::client::bench
