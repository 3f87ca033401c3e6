#pragma once

/// @file
/// One loop's door to the writer and the readers.

#include <memory>

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
/// While it lives, `sink` hears every fact on `loop`.
///
/// Threads   Made before the loop runs or on it; then used, and destroyed, on the loop, or
///           after the loop's thread has ended. Errors  As Writer and Readers.
/// Lifetime  Writer and readers must outlive it. Commands it is still owed answers for are
///           finished, and never answered.
class LoopCommands final : public domain::Commands {
 public:
  LoopCommands(Executor& loop, FactSink& sink, Writer& writer, Readers& readers);
  ~LoopCommands() override;

 protected:
  void submit(domain::Writes writes,
              std::unique_ptr<domain::Job<domain::Transaction>> job) override;
  void submit(std::unique_ptr<domain::Job<domain::Reader>> job) override;

 private:
  Writer& writer_;
  Readers& readers_;
  std::shared_ptr<WayBack> way_;
};

}  // namespace veche::commands
