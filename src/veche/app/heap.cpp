#include "veche/app/heap.hpp"

#ifdef VECHE_MIMALLOC
#include <mimalloc.h>
#endif

namespace veche::app {

void give_back_heap() {
#ifdef VECHE_MIMALLOC
  constexpr bool all_of_it = true;
  mi_collect(all_of_it);
#endif
}

}  // namespace veche::app
