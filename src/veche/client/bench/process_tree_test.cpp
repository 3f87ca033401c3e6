// Goal: a tree is summed up, whatever its processes are called. Method: a /proc made of files,
// and this very process.

#include "veche/client/bench/process_tree.hpp"

#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>
#include <unistd.h>

namespace veche::client::bench {
namespace {

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
    CHECK(use->cpu == std::chrono::milliseconds{3 * 50 * 1'000 / sysconf(_SC_CLK_TCK)});
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

  TEST_CASE("this process has memory") {
    const auto use = ProcessTree{getpid()}.sample();
    REQUIRE(use.has_value());
    CHECK(use->rss_bytes > 100'000);
  }
}

}  // namespace
}  // namespace veche::client::bench
