#include "veche/app/memory_return.hpp"

#include <algorithm>
#include <utility>

#include <malloc.h>

// tcmalloc's, from gperftools/malloc_extension_c.h; not there in a program without it.
// NOLINTNEXTLINE(readability-identifier-naming): it is tcmalloc's
extern "C" [[gnu::weak]] void MallocExtension_ReleaseFreeMemory();

namespace veche::app {

void return_free_pages() {
  if (MallocExtension_ReleaseFreeMemory != nullptr) {
    MallocExtension_ReleaseFreeMemory();
  } else {
    ::malloc_trim(0);
  }
}

MemoryReturn::MemoryReturn(Seams seams) : seams_{std::move(seams)} {
  seams_.wheel.arm(*this, seams_.clock.now() + period);
}

void MemoryReturn::expired(Instant now) {
  seams_.wheel.arm(*this, now + period);
  const std::size_t count = seams_.connections();
  peak_ = std::max(peak_, count);
  if (count < std::exchange(last_, count)) return;
  const std::size_t gone = peak_ - count;
  if (gone < gone_min || gone * 2 < peak_) return;
  peak_ = count;
  seams_.give_back();
}

}  // namespace veche::app
