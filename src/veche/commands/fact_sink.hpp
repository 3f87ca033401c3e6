#pragma once

/// @file
/// Where a loop's facts go: the gateway's broadcaster, wired by the app.

#include "veche/domain/facts.hpp"

namespace veche::commands {

/// Hears every fact, once and in the order of pos. Threads  Its loop's only.
class FactSink {
 public:
  FactSink() = default;
  FactSink(const FactSink&) = delete;
  FactSink& operator=(const FactSink&) = delete;
  virtual ~FactSink() = default;

  virtual void publish(const domain::FactPtr& fact) = 0;
};

}  // namespace veche::commands
