#include "veche/commands/loop_commands.hpp"

#include <utility>

namespace veche::commands {

LoopCommands::LoopCommands(Executor& loop, FactSink& sink, Writer& writer, Readers& readers)
    : writer_{writer}, readers_{readers}, way_{writer.attach(loop, sink)} {}

LoopCommands::~LoopCommands() { way_->close(); }

void LoopCommands::submit(domain::Writes writes,
                          std::unique_ptr<domain::Job<domain::Transaction>> job) {
  writer_.submit(writes, std::move(job), *way_);
}

void LoopCommands::submit(std::unique_ptr<domain::Job<domain::Reader>> job) {
  readers_.submit(std::move(job), way_);
}

}  // namespace veche::commands
