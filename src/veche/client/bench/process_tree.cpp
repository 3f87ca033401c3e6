#include "veche/client/bench/process_tree.hpp"

#include <charconv>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <unistd.h>

namespace veche::client::bench {
namespace {

/// The fields of proc(5) that count, by their numbers there, of those after the name.
constexpr std::size_t parent_field = 4;
constexpr std::size_t pages_field = 24;
constexpr std::size_t first_field = 3;

struct Process {
  std::int32_t parent{};
  std::uint64_t pages{};
};

template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(" \n"), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

/// Reads /proc/PID/stat. The name is in brackets and may hold anything, brackets too.
std::optional<Process> read_stat(std::string_view text) {
  const auto name_end = text.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  const auto fields = split(text.substr(name_end + 1));
  if (fields.size() <= pages_field - first_field) return std::nullopt;
  const auto parent = number<std::int32_t>(fields[parent_field - first_field]);
  const auto pages = number<std::uint64_t>(fields[pages_field - first_field]);
  if (!parent || !pages) return std::nullopt;
  return Process{.parent = *parent, .pages = *pages};
}

std::map<std::int32_t, Process> read_all(const std::string& proc) {
  std::map<std::int32_t, Process> all;
  std::error_code error;
  for (std::filesystem::directory_iterator at{proc, error}, end; !error && at != end;
       at.increment(error)) {
    const auto pid = number<std::int32_t>(at->path().filename().string());
    if (!pid) continue;
    std::ifstream file{at->path() / "stat"};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    if (const auto process = read_stat(text)) all.emplace(*pid, *process);
  }
  return all;
}

/// Of all its threads, ended ones too. The times of /proc would come in ticks of 10 ms.
std::chrono::nanoseconds cpu_of(std::int32_t pid) {
  clockid_t clock{};
  timespec used{};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0) return {};
  return std::chrono::seconds{used.tv_sec} + std::chrono::nanoseconds{used.tv_nsec};
}

bool descends(const std::map<std::int32_t, Process>& all, std::int32_t pid, std::int32_t from) {
  // The table is no snapshot: a number used again could close a circle.
  for (std::size_t steps = 0; steps <= all.size(); ++steps) {
    if (pid == from) return true;
    const auto found = all.find(pid);
    if (found == all.end()) return false;
    pid = found->second.parent;
  }
  return false;
}

}  // namespace

ProcessTree::ProcessTree(std::int32_t pid, std::string proc) : pid_{pid}, proc_{std::move(proc)} {}

std::optional<ProcessUse> ProcessTree::sample() const {
  const auto all = read_all(proc_);
  if (!all.contains(pid_)) return std::nullopt;
  const auto page_bytes = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  ProcessUse use;
  for (const auto& [pid, process] : all) {
    if (!descends(all, pid, pid_)) continue;
    use.cpu += cpu_of(pid);
    use.rss_bytes += process.pages * page_bytes;
    ++use.processes;
  }
  return use;
}

}  // namespace veche::client::bench
