#include "veche/commands/loop_commands.hpp"

#include <utility>

#include "veche/base/contract.hpp"

namespace veche::commands {

LoopCommands::LoopCommands(Executor& loop, FactSink& sink, Writer& writer, Readers& readers)
    : loop_{loop}, writer_{writer}, readers_{readers}, way_{writer.attach(loop, sink)} {}

LoopCommands::~LoopCommands() {
  hand_over();
  way_->close();
}

void LoopCommands::submit(domain::Writes writes,
                          std::unique_ptr<domain::Job<domain::Transaction>> job) {
  VECHE_EXPECTS(job != nullptr);
  gathered_.push_back({writes, std::move(job)});
  if (gathered_.size() > 1) return;
  loop_.post_last([this, way = way_] {
    if (way->is_open()) hand_over();
  });
}

void LoopCommands::submit(std::unique_ptr<domain::Job<domain::Reader>> job) {
  readers_.submit(std::move(job), way_);
}

void LoopCommands::hurry() {
  hand_over();
  way_->hurry();
}

void LoopCommands::hand_over() {
  writer_.submit(gathered_, *way_);
  gathered_.clear();
  if (gathered_.capacity() > kept_max) std::vector<Writer::Command>{}.swap(gathered_);
}

}  // namespace veche::commands
