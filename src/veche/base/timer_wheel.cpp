#include "veche/base/timer_wheel.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "veche/base/contract.hpp"

namespace veche {

Instant Timer::deadline() const {
  VECHE_EXPECTS(wheel_ != nullptr);
  return wheel_->start_ + TimerWheel::tick * tick_;
}

void Timer::disarm() {
  if (wheel_ != nullptr) wheel_->unlink(*this);
}

TimerWheel::TimerWheel(Instant start) : start_{start} {}

TimerWheel::~TimerWheel() { VECHE_EXPECTS(size_ == 0); }

std::int64_t TimerWheel::tick_of(Instant deadline) const {
  constexpr std::int64_t tick_max = std::int64_t{1} << 40;
  if (deadline <= start_) return 0;
  const auto distance = deadline - start_;
  const std::int64_t ticks = distance / tick + (distance % tick != distance.zero() ? 1 : 0);
  return std::min(ticks, tick_max);
}

void TimerWheel::arm(Timer& timer, Instant deadline) {
  timer.disarm();
  timer.tick_ = std::max(tick_of(deadline), now_ + 1);
  timer.wheel_ = this;
  ++size_;
  link(timer);
}

void TimerWheel::link(Timer& timer) {
  // The level is that of the highest digit (base 64) in which the tick differs from now.
  const auto differing = static_cast<std::uint64_t>(timer.tick_ ^ now_);
  const int level =
      std::min((static_cast<int>(std::bit_width(differing | 1)) - 1) / slot_bits, levels - 1);
  const auto slot = static_cast<std::size_t>(timer.tick_ >> (level * slot_bits)) % slots;
  Timer*& head = wheel_[static_cast<std::size_t>(level)][slot];
  timer.next_ = head;
  timer.link_ = &head;
  if (head != nullptr) head->link_ = &timer.next_;
  head = &timer;
  busy_[static_cast<std::size_t>(level)] |= std::uint64_t{1} << slot;
}

void TimerWheel::unlink(Timer& timer) {
  *timer.link_ = timer.next_;
  if (timer.next_ != nullptr) timer.next_->link_ = timer.link_;
  timer.next_ = nullptr;
  timer.wheel_ = nullptr;
  --size_;
}

void TimerWheel::cascade(int level) {
  const auto slot = static_cast<std::size_t>(now_ >> (level * slot_bits)) % slots;
  busy_[static_cast<std::size_t>(level)] &= ~(std::uint64_t{1} << slot);
  Timer* timer = std::exchange(wheel_[static_cast<std::size_t>(level)][slot], nullptr);
  while (timer != nullptr) {
    Timer* next = timer->next_;
    link(*timer);
    timer = next;
  }
}

void TimerWheel::expire_tick(Instant now) {
  for (int level = levels - 1; level > 0; --level) {
    if ((now_ & ((std::int64_t{1} << (level * slot_bits)) - 1)) == 0) cascade(level);
  }
  const auto slot = static_cast<std::size_t>(now_) % slots;
  busy_[0] &= ~(std::uint64_t{1} << slot);
  // Taken off one by one, since an expired timer may disarm or free any other.
  Timer* due = std::exchange(wheel_[0][slot], nullptr);
  if (due != nullptr) due->link_ = &due;
  while (due != nullptr) {
    Timer& timer = *due;
    unlink(timer);
    timer.expired(now);
  }
}

void TimerWheel::advance_to(Instant now) {
  if (now < start_) return;
  const std::int64_t target = (now - start_) / tick;
  while (now_ < target) {
    now_ = std::min(next_busy_tick(), target);
    expire_tick(now);
  }
}

std::int64_t TimerWheel::next_busy_tick() const {
  auto nearest = std::numeric_limits<std::int64_t>::max();
  for (int level = 0; level < levels; ++level) {
    const std::uint64_t busy = busy_[static_cast<std::size_t>(level)];
    if (busy == 0) continue;
    const int shift = level * slot_bits;
    const std::int64_t current = now_ >> shift;
    // Slots are looked at from the one after the current, around the wheel.
    const auto ahead = std::rotr(busy, static_cast<int>((current + 1) % std::int64_t{slots}));
    nearest = std::min(nearest, (current + 1 + std::countr_zero(ahead)) << shift);
  }
  return nearest;
}

Instant TimerWheel::deadline() const {
  if (size_ == 0) return Instant::max();
  return start_ + tick * next_busy_tick();
}

}  // namespace veche
