#include "support/virtual_clock.hpp"

#include "veche/base/contract.hpp"

namespace veche::testing {

void VirtualClock::advance(Instant::duration duration) {
  VECHE_EXPECTS(duration >= Instant::duration::zero());
  now_ += duration;
}

void VirtualClock::set_wall(WallTime time) { wall_start_ = WallPoint{time} - (now_ - Instant{}); }

}  // namespace veche::testing
