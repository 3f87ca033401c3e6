#pragma once

/// @file
/// Where a loop's facts go: the gateway's broadcaster, wired by the app.

#include "veche/domain/facts.hpp"

namespace veche::commands {

/// Hears every fact, once and in the order of pos.
///
/// Both calls may say false, "not yet", and take nothing: what was published before is still on its
/// way to very many. They are then called again with the same in a later turn, so that the loop
/// does other things meanwhile, or at once, when these cannot wait: each call gets some of it done.
///
/// Threads  Its loop's only.
class FactSink {
 public:
  FactSink() = default;
  FactSink(const FactSink&) = delete;
  FactSink& operator=(const FactSink&) = delete;
  virtual ~FactSink() = default;

  /// What the fact leads to may be kept until settle().
  [[nodiscard]] virtual bool publish(const domain::FactPtr& fact) = 0;
  /// Called behind the last of the facts that are told at a time, before anything else happens on
  /// the loop.
  [[nodiscard]] virtual bool settle() { return true; }
};

}  // namespace veche::commands
