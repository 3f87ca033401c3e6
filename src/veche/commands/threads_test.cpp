// Goal: the pipeline holds on real threads; the thread sanitizer watches this test.
// Method: two loops, one writer and two readers, each on a thread of its own, ten thousand
// commands with commits that fail now and then. Each loop keeps a fixed number under way.

#include <algorithm>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "veche/commands/doubles_test.hpp"
#include "veche/loop/thread_executor.hpp"

namespace veche::commands {
namespace {

using domain::Pos;
using domain::Writes;

class SteadyClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return std::chrono::steady_clock::now(); }
  [[nodiscard]] WallTime wall() const override { return WallTime{}; }
};

/// A loop that sends its share and writes down what it hears; touched on its thread alone.
class Sender final : public FactSink {
 public:
  static constexpr int under_way = 16;

  Sender(const Clock& clock, Writer& writer, Readers& readers, int count)
      : loop_{"loop", clock}, writer_{writer}, readers_{readers}, left_{count}, unsent_{count} {}

  void start() {
    loop_.start();
    loop_.post([this] {
      commands_ = std::make_unique<LoopCommands>(loop_, *this, writer_, readers_);
      attached_.set_value();
    });
  }
  void wait_attached() { attached_.get_future().wait(); }
  void send_all() {
    loop_.post([this] {
      for (int i = 0; i < under_way; ++i) send();
    });
    done_.get_future().wait();
  }
  void end() {
    std::promise<void> ended;
    loop_.post([&] {
      commands_.reset();
      ended.set_value();
    });
    ended.get_future().wait();
    loop_.stop();
  }
  /// Each seventh call puts off what it is asked for.
  bool publish(const domain::FactPtr& fact) override {
    if (is_put_off()) return false;
    heard.push_back(fact->pos);
    return true;
  }
  bool settle() override { return !is_put_off(); }

  std::vector<Pos> heard;
  std::vector<Pos> acked;
  int refused{};
  bool is_own_first{true};
  bool is_seen_after_ack{true};

 private:
  bool is_put_off() { return ++calls_ % 7 == 0; }
  void send() {
    if (unsent_ == 0) return;
    --unsent_;
    commands_->write<Pos>(
        Writes::once, [](domain::Transaction& t) { return say(t, "text"); },
        [this](const Result<Pos>& sent) { answered(sent); });
  }
  void answered(const Result<Pos>& sent) {
    if (sent) {
      acked.push_back(*sent);
      is_own_first = is_own_first && std::binary_search(heard.begin(), heard.end(), *sent);
    } else {
      ++refused;
    }
    if (!sent || *sent % 10 != 0) return next();
    commands_->read<Pos>([](domain::Reader& reader) -> Result<Pos> { return reader.head(); },
                         [this, pos = *sent](const Result<Pos>& head) {
                           is_seen_after_ack = is_seen_after_ack && head && *head >= pos;
                           next();
                         });
  }
  void next() {
    if (--left_ == 0) return done_.set_value();
    send();
  }

  loop::ThreadExecutor loop_;
  Writer& writer_;
  Readers& readers_;
  int left_;
  int unsent_;
  int calls_{};
  std::unique_ptr<LoopCommands> commands_;
  std::promise<void> attached_;
  std::promise<void> done_;
};

TEST_SUITE("commands: on threads") {
  TEST_CASE("ten thousand commands of two loops are each answered once, truly, in one order") {
    constexpr int count = 5'000;
    SteadyClock clock;
    TestLog log;
    TestStore store;
    TestRng rng;
    domain::Ledger ledger{store, rng};
    const auto reader_one = store.open_reader();
    const auto reader_two = store.open_reader();
    int commits = 0;
    store.commit_fails = [&] { return ++commits % 20 == 0; };
    loop::ThreadExecutor writer_thread{"writer", clock};
    loop::ThreadExecutor reader_thread_one{"reader", clock};
    loop::ThreadExecutor reader_thread_two{"reader", clock};
    Writer writer{{writer_thread, clock, log, ledger, {}}, {}};
    Readers readers{{{*reader_one, reader_thread_one}, {*reader_two, reader_thread_two}}, log, {}};
    Sender one{clock, writer, readers, count};
    Sender two{clock, writer, readers, count};
    for (auto* thread : {&writer_thread, &reader_thread_one, &reader_thread_two}) thread->start();
    one.start();
    two.start();
    one.wait_attached();
    two.wait_attached();

    auto other = std::async(std::launch::async, [&] { two.send_all(); });
    one.send_all();
    other.wait();

    std::promise<void> drained;
    writer.drain([&] { drained.set_value(); });
    drained.get_future().wait();
    one.end();
    two.end();
    for (auto* thread : {&writer_thread, &reader_thread_one, &reader_thread_two}) thread->stop();

    const auto stored = static_cast<std::size_t>(store.head());
    CHECK(one.acked.size() + two.acked.size() == stored);
    CHECK(one.acked.size() + static_cast<std::size_t>(one.refused) == count);
    CHECK(two.acked.size() + static_cast<std::size_t>(two.refused) == count);
    std::vector<Pos> all(stored);
    for (std::size_t i = 0; i < stored; ++i) all[i] = static_cast<Pos>(i + 1);
    CHECK((one.heard == all));
    CHECK((two.heard == all));
    CHECK((one.is_own_first && two.is_own_first));
    CHECK((one.is_seen_after_ack && two.is_seen_after_ack));
    CHECK(std::is_sorted(one.acked.begin(), one.acked.end()));
    CHECK(writer.counters().commands == 2 * count);
    CHECK(writer.counters().failed_commits == static_cast<std::uint64_t>(commits / 20));
  }
}

}  // namespace
}  // namespace veche::commands
