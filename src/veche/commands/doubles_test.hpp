#pragma once

/// @file
/// What the tests of this layer stand on: executors that run when told, a store in
/// memory whose commits fail on demand, and a house that wires writer, readers and loops.

#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "veche/base/executor.hpp"
#include "veche/base/log.hpp"
#include "veche/base/rng.hpp"
#include "veche/base/time.hpp"
#include "veche/commands/fact_sink.hpp"
#include "veche/commands/loop_commands.hpp"
#include "veche/commands/readers.hpp"
#include "veche/commands/writer.hpp"
#include "veche/domain/ledger.hpp"
#include "veche/storage/memory_reader.hpp"
#include "veche/storage/memory_store.hpp"
#include "veche/storage/memory_tables.hpp"

namespace veche::commands {

class TestClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return now_; }
  [[nodiscard]] WallTime wall() const override { return WallTime{}; }
  void pass(Milliseconds time) { now_ += time; }

 private:
  Instant now_{};
};

/// Runs its tasks when told to, on the thread of the test.
class TestExecutor final : public Executor {
 public:
  explicit TestExecutor(const Clock& clock) : clock_{clock} {}

  void post(Task task) override { tasks_.push_back(std::move(task)); }
  TimerId at(Instant when, Task task) override {
    timers_.emplace(++last_timer_, Timed{when, std::move(task)});
    return TimerId{last_timer_};
  }
  void cancel(TimerId id) override { timers_.erase(static_cast<std::uint64_t>(id)); }

  /// Whether there was something to run.
  bool run_one() {
    const auto due = std::find_if(timers_.begin(), timers_.end(), [this](const auto& timer) {
      return timer.second.when <= clock_.now();
    });
    if (due != timers_.end()) {
      tasks_.push_back(std::move(due->second.task));
      timers_.erase(due);
    }
    if (tasks_.empty()) return false;
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    task();
    return true;
  }
  void run_newest() {
    auto task = std::move(tasks_.back());
    tasks_.pop_back();
    task();
  }
  [[nodiscard]] std::size_t waiting() const { return tasks_.size(); }

 private:
  struct Timed {
    Instant when;
    Task task;
  };

  const Clock& clock_;
  std::deque<Task> tasks_;
  std::map<std::uint64_t, Timed> timers_;
  std::uint64_t last_timer_{};
};

class TestLog final : public Log {
 public:
  void write(LogLevel, std::string_view text) override { lines.emplace_back(text); }
  void event(std::string_view kind, std::string_view) override { lines.emplace_back(kind); }

  std::vector<std::string> lines;
};

class TestRng final : public Rng {
 public:
  void fill(std::span<std::byte> bytes) override {
    std::fill(bytes.begin(), bytes.end(), std::byte{7});
  }
};

/// A store in memory whose commits fail on demand.
class TestStore final : public storage::MemoryStore {
 public:
  TestStore() : MemoryStore{"test"} {}

  /// Asked at each commit.
  std::function<bool()> commit_fails = [] { return false; };

  Result<void> commit() override {
    if (!commit_fails()) return MemoryStore::commit();
    rollback();
    return fail(Errc::io, "the disk said no");
  }

  /// Every text of the log, oldest first. Between transactions.
  [[nodiscard]] std::vector<std::string> texts() {
    std::vector<std::string> texts;
    for (domain::Pos pos = 1; pos <= head(); ++pos) texts.push_back(find_entry(pos)->body);
    return texts;
  }
  [[nodiscard]] bool has(std::string_view text) {
    const auto all = texts();
    return std::find(all.begin(), all.end(), text) != all.end();
  }
};

/// A reader that fails on demand, knows whether it is in use, and where the store stood when
/// its snapshot began.
class TestReader final : public storage::MemoryReader {
 public:
  explicit TestReader(TestStore& store)
      : MemoryReader{std::make_shared<storage::MemoryTables>()}, store_{store} {}

  bool fails{};
  bool is_open{};

  void begin() override {
    is_open = true;
    head_ = store_.head();
  }
  void end() override { is_open = false; }
  [[nodiscard]] bool failed() const override { return fails; }
  domain::Pos head() override { return head_; }

 private:
  TestStore& store_;
  domain::Pos head_{};
};

/// Posts `text` to the one chat, which is made when it is not there. Writes down one fact.
inline Result<domain::Pos> say(domain::Transaction& transaction, std::string text) {
  const domain::Chat* chat = transaction.chat_by_id("chat");
  if (chat == nullptr) {
    domain::Chat fresh;
    fresh.id = "chat";
    chat = &transaction.insert_chat(std::move(fresh));
  }
  domain::Entry entry;
  entry.kind = domain::EntryKind::message;
  entry.body = text;
  entry = transaction.append(*chat, std::move(entry));
  domain::Message message;
  message.pos = entry.pos;
  message.text = std::move(text);
  transaction.tell(entry.pos, domain::MessagePosted{nullptr, std::move(message)});
  return entry.pos;
}

inline std::string text_of(const domain::Fact& fact) {
  const auto* posted = std::get_if<domain::MessagePosted>(&fact.what);
  return posted == nullptr ? std::to_string(fact.pos) : posted->message.text;
}

/// Appends to a line what happens: "hi hi:ok", with a dash for each "not yet".
class Transcript final : public FactSink {
 public:
  bool publish(const domain::FactPtr& fact) override {
    if (is_put_off()) return false;
    add(text_of(*fact));
    return true;
  }
  bool settle() override {
    if (is_put_off()) return false;
    if (shows_settling) add("settled");
    return true;
  }
  bool shows_settling{};
  std::string not_yet;  ///< of the next calls, those with a dash are put off
  void add(const std::string& word) { line_ += line_.empty() ? word : ' ' + word; }
  /// What was written since the last call.
  std::string take() { return std::exchange(line_, {}); }

 private:
  bool is_put_off() {
    if (not_yet.empty()) return false;
    const bool is_dash = not_yet.front() == '-';
    not_yet.erase(0, 1);
    if (is_dash) add("-");
    return is_dash;
  }

  std::string line_;
};

inline const char* word(Errc code) {
  if (code == Errc::unavailable) return "unavailable";
  if (code == Errc::internal) return "internal";
  return code == Errc::validation ? "validation" : "error";
}

/// A loop with its gateway: what it hears, in one line. Each thing said is a turn of its own, at
/// whose end it is handed over.
struct TestLoop {
  TestLoop(const Clock& clock, Writer& writer, Readers& readers)
      : executor{clock},
        commands{std::make_unique<LoopCommands>(executor, transcript, writer, readers)} {}

  template <typename R>
  auto note(const std::string& name) {
    return [this, name](const Result<R>& result) {
      transcript.add(name + ':' + (result ? "ok" : word(result.error().code)));
    };
  }
  void say(const std::string& text, domain::Writes writes = domain::Writes::once) {
    commands->write<domain::Pos>(
        writes, [text](domain::Transaction& t) { return commands::say(t, text); },
        note<domain::Pos>(text));
    executor.run_newest();
  }
  /// Writes, and then finds that it must not.
  void say_and_fail(const std::string& text) {
    commands->write<domain::Pos>(
        domain::Writes::many,
        [text](domain::Transaction& t) -> Result<domain::Pos> {
          static_cast<void>(commands::say(t, text));
          return fail(Errc::validation);
        },
        note<domain::Pos>(text));
    executor.run_newest();
  }
  void ask(const std::string& name) {
    commands->read<domain::Pos>([](domain::Reader& r) -> Result<domain::Pos> { return r.head(); },
                                note<domain::Pos>(name));
  }

  TestExecutor executor;
  Transcript transcript;
  std::unique_ptr<LoopCommands> commands;
};

/// One node: a writer, one reader, two loops.
struct House {
  House() : House{{}, {}, {}} {}
  House(Writer::Options options, Readers::Options readers_options, Cluster cluster)
      : writer{{writer_turns, clock, log, ledger, cluster}, options},
        readers{{{reader, reader_turns}}, log, readers_options} {}

  /// Until nobody has anything to do.
  void run() {
    while (writer_turns.run_one() || reader_turns.run_one() || one.executor.run_one() ||
           two.executor.run_one()) {
    }
  }
  void run_writer() {
    while (writer_turns.run_one()) {
    }
  }

  TestClock clock;
  TestLog log;
  TestStore store;
  TestRng rng;
  domain::Ledger ledger{store, rng};
  TestReader reader{store};
  TestExecutor writer_turns{clock};
  TestExecutor reader_turns{clock};
  Writer writer;
  Readers readers;
  TestLoop one{clock, writer, readers};
  TestLoop two{clock, writer, readers};
};

}  // namespace veche::commands
