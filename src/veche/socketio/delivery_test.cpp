// Goal: a broadcast encodes once and allocates nothing for a receiver.

#include "veche/socketio/delivery.hpp"

#include <cstdlib>
#include <new>

#include <doctest/doctest.h>

#include "veche/socketio/adapter_contract_test.hpp"

namespace {
std::size_t allocations = 0;
}

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define VECHE_COUNT_BY_HOOK
#endif
#endif

#ifdef VECHE_COUNT_BY_HOOK
// The thread sanitizer has operators of its own, and calls back instead.
extern "C" int __sanitizer_install_malloc_and_free_hooks(  // NOLINT: its name
    void (*on_malloc)(const volatile void*, std::size_t), void (*on_free)(const volatile void*));

namespace {
const int hooks = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void*, std::size_t) { ++allocations; }, [](const volatile void*) {});
}
#else
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc{};
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif

namespace veche::socketio {
namespace {

std::size_t allocations_of(const auto& work) {
  const std::size_t before = allocations;
  work();
  return allocations - before;
}

TEST_SUITE("socketio/delivery") {
  TEST_CASE("a broadcast to many costs no more allocations than one to a few") {
    const auto cost = [](int count) {
      Crowd crowd{{}, count};
      crowd.nsp().sockets_join("x");
      Audience audience{crowd.nsp().rooms()};
      audience.add("x");
      for (auto& engine : crowd.engines) engine->is_recording = false;
      const auto work = [&] {
        const std::array<std::string_view, 1> rooms{"x"};
        crowd.adapter().broadcast({"e", R"({"text":"hello"})"}, {rooms});
        crowd.nsp().emit(audience, {"e", R"({"text":"hello"})"});
        crowd.nsp().emit("e", Raw{R"({"text":"hello"})"});
      };
      work();
      crowd.receivers();
      const std::size_t allocated = allocations_of(work);
      for (auto& engine : crowd.engines) CHECK(engine->sent == 3);
      return allocated;
    };
    CHECK(cost(60) == cost(2));
    CHECK(cost(60) <= 3);  // a frame each
  }

  TEST_CASE("without a receiver nothing is encoded") {
    Crowd crowd{{}, 0};
    CHECK(allocations_of([&] { crowd.adapter().broadcast({"e", "1"}, {}); }) == 0);
  }
}

}  // namespace
}  // namespace veche::socketio
