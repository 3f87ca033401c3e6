#pragma once

/// @file
/// What the server under test holds of the heap, in a program of its own: it replaces operator new.

#include <cstddef>

namespace veche::simulation {

/// Bytes of the blocks that were allocated while counting was on and have not been freed, wherever
/// that happens, each with its share of malloc's rounding and its header.
///
///     heap::Counting on;
///     loop.turn(0ms);                     // the server's: counted
///     { heap::Apart not_its; fake(); }    // somebody else's, inside of it
///     CHECK(heap::live_bytes() < limit);
///
/// Blocks of malloc() itself are not counted.
///
/// Threads   Counting is on or off for one thread; the count is that of all.
namespace heap {

[[nodiscard]] std::size_t live_bytes();

/// Counts, or not, what this thread allocates from now on until it ends.
class Scope {
 public:
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  ~Scope();

 protected:
  explicit Scope(bool counts);

 private:
  bool before_;
};

struct Counting : Scope {
  Counting() : Scope{true} {}
};
struct Apart : Scope {
  Apart() : Scope{false} {}
};

}  // namespace heap
}  // namespace veche::simulation
