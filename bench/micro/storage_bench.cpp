// What a send costs in storage: CPU of the whole process a message, from the command to the
// commit on disk (SQLite, synchronous=FULL), for batches of several sizes, in one chat and over
// fifty, and the same in memory. Texts have 64 bytes. VECHE_BENCH_FOLDER says where the database
// is made (default: the working folder); it should be on the disk that matters.

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "veche/domain/accounts.hpp"
#include "veche/domain/chats.hpp"
#include "veche/domain/messages.hpp"
#include "veche/storage/memory_store.hpp"
#include "veche/storage/sqlite_store.hpp"

namespace veche {
namespace {

using domain::Ledger;
using domain::Transaction;
using domain::UserRef;
using domain::Writes;

class Counting final : public Rng {
 public:
  void fill(std::span<std::byte> bytes) override {
    for (auto& byte : bytes) byte = static_cast<std::byte>((state_ = state_ * 69069U + 1U) >> 24U);
  }

 private:
  std::uint32_t state_{1};
};

enum class Keys : bool { none, unique };

/// A few users in some groups, and the ledger that sends for them.
class Sender {
 public:
  Sender(domain::Store& store, int chats) : ledger_{store, rng_} {
    ledger_.begin(now_);
    std::vector<std::string> ids;
    for (int i = 0; i < users; ++i) {
      ids.push_back("user" + std::to_string(i));
      run(Writes::many, [&](Transaction& t) {
        auto user = domain::Accounts{t}.admit({.user_id = ids.back()});
        refs_.push_back(user.value()->ref);
        return user;
      });
    }
    for (int i = 0; i < chats; ++i) {
      chats_.push_back("chat" + std::to_string(i));
      run(Writes::many, [&](Transaction& t) {
        return domain::Chats{t}.create({.creator = refs_.front(),
                                        .type = domain::ChatType::group,
                                        .participant_ids = ids,
                                        .name = "n",
                                        .id = chats_.back()});
      });
    }
    if (!ledger_.commit()) std::abort();
  }

  void batch(std::int64_t size, Keys keys) {
    ledger_.begin(now_ += Milliseconds{1});
    for (std::int64_t i = 0; i < size; ++i) {
      const auto number = static_cast<std::size_t>(++sent_);
      domain::NewMessage input{.sender = refs_[number % refs_.size()],
                               .chat_id = chats_[number % chats_.size()],
                               .text = std::string(64, 'x')};
      if (keys == Keys::unique) input.client_message_id = key();
      run(Writes::once, [&](Transaction& t) { return domain::Messages{t}.send(input); });
    }
    if (!ledger_.commit()) std::abort();
  }

 private:
  static constexpr int users = 20;

  template <typename Work>
  void run(Writes writes, Work work) {
    ledger_.enter(writes);
    if (!work(ledger_.transaction())) std::abort();
    benchmark::DoNotOptimize(ledger_.leave(Ledger::Outcome::keep));
  }

  std::string key() { return domain::make_id(now_, rng_); }

  Counting rng_;
  Ledger ledger_;
  WallTime now_{Milliseconds{1'700'000'000'000}};
  std::vector<UserRef> refs_;
  std::vector<std::string> chats_;
  std::int64_t sent_{};
};

void measure(benchmark::State& state, domain::Store& store, Keys keys) {
  Sender sender{store, static_cast<int>(state.range(1))};
  for (auto _ : state) sender.batch(state.range(0), keys);
  const auto messages = static_cast<double>(state.iterations() * state.range(0));
  state.counters["cpu_a_message"] =
      benchmark::Counter(messages, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void sqlite(benchmark::State& state, Keys keys) {
  const auto* parent = std::getenv("VECHE_BENCH_FOLDER");
  const auto folder = std::filesystem::path{parent == nullptr ? "." : parent} / "veche-bench-data";
  std::filesystem::remove_all(folder);
  Counting rng;
  {
    const auto store = storage::SqliteStore::open({.folder = folder}, rng);
    if (!store) return state.SkipWithError(store.error().text.c_str());
    measure(state, **store, keys);
  }
  std::filesystem::remove_all(folder);
}

void sqlite_send(benchmark::State& state) { sqlite(state, Keys::none); }
void sqlite_send_with_key(benchmark::State& state) { sqlite(state, Keys::unique); }
void memory_send(benchmark::State& state) {
  storage::MemoryStore store{"epoch"};
  measure(state, store, Keys::none);
}

void sizes(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"batch", "chats"})->ArgsProduct({{1, 30, 100, 400}, {1, 50}});
  bench->MeasureProcessCPUTime()->Unit(benchmark::kMicrosecond);
}

BENCHMARK(sqlite_send)->Apply(sizes);
BENCHMARK(sqlite_send_with_key)->Apply(sizes);
BENCHMARK(memory_send)->Apply(sizes);

}  // namespace
}  // namespace veche
