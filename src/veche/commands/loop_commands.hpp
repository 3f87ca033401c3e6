#pragma once

/// @file
/// One loop's door to the writer and the readers.

#include <cstddef>
#include <memory>
#include <vector>

#include "veche/commands/readers.hpp"
#include "veche/commands/way_back.hpp"
#include "veche/commands/writer.hpp"
#include "veche/domain/commands.hpp"

namespace veche::commands {

/// The Commands that a loop's gateway and api use.
///
///     LoopCommands commands{loop, broadcaster, writer, readers};
///     commands.write<Sent>(Writes::once, ..., [](Result<Sent> sent) { ... });   // on the loop
///
/// While it lives, `sink` hears every fact on `loop`. What is written goes to the writer in one
/// piece, when the loop has nothing else to do or has had for long enough (Executor::post_last()):
/// it wakes once, and commits together what came together.
///
/// Threads   Made before the loop runs or on it; then used, and destroyed, on the loop, or
///           after the loop's thread has ended. Errors  As Writer and Readers.
/// Memory    What a few turns write, until it is handed over. Lifetime  Writer and readers must
///           outlive it. Commands it is still owed answers for are finished, and never answered.
class LoopCommands final : public domain::Commands {
 public:
  LoopCommands(Executor& loop, FactSink& sink, Writer& writer, Readers& readers);
  ~LoopCommands() override;

  /// On the loop, once it will end soon: what was written is handed over, what is being told over
  /// turns is told now, and so is all that follows.
  void hurry();

 protected:
  void submit(domain::Writes writes,
              std::unique_ptr<domain::Job<domain::Transaction>> job) override;
  void submit(std::unique_ptr<domain::Job<domain::Reader>> job) override;

 private:
  static constexpr std::size_t kept_max = 4'096;

  void hand_over();

  Executor& loop_;
  Writer& writer_;
  Readers& readers_;
  std::shared_ptr<WayBack> way_;
  std::vector<Writer::Command> gathered_;  // and not handed over
};

}  // namespace veche::commands
