#pragma once

/// @file
/// One count of addresses for every loop of the process.

#include <mutex>

#include "veche/api/address_limiter.hpp"

namespace veche::app {

/// An AddressLimiter that loops share.
///
///     SharedLimiter sign_ins{api::sign_in_rate};
///     options.auth.sign_ins = &sign_ins;
///
/// Time      An uncontended lock beside the limiter's own. Memory  As AddressLimiter. Threads  Any.
class SharedLimiter final : public api::AddressLimits {
 public:
  explicit SharedLimiter(Rate rate) : limiter_{rate} {}

  [[nodiscard]] Milliseconds take(std::string_view address, Instant now) override {
    const std::lock_guard lock{mutex_};
    return limiter_.take(address, now);
  }
  [[nodiscard]] const Rate& rate() const override { return limiter_.rate(); }

 private:
  std::mutex mutex_;
  api::AddressLimiter limiter_;
};

}  // namespace veche::app
