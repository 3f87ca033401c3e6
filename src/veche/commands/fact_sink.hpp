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

  /// What the fact leads to may be kept until settle().
  virtual void publish(const domain::FactPtr& fact) = 0;
  /// Called behind the last of the facts that are told at a time, before anything else happens on
  /// the loop.
  virtual void settle() {}
};

}  // namespace veche::commands
