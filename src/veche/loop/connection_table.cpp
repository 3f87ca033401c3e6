#include "veche/loop/connection_table.hpp"

#include <utility>

#include "veche/base/contract.hpp"

namespace veche::loop {
namespace {

constexpr std::uint32_t generation_mask = 0x7fff'ffff;

constexpr std::uint64_t token_of(std::uint32_t index, std::uint32_t generation) {
  return (std::uint64_t{generation & generation_mask} << 32) | index;
}

}  // namespace

std::uint64_t ConnectionTable::insert(std::unique_ptr<Connection> connection) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  slots_[index].connection = std::move(connection);
  return token_of(index, slots_[index].generation);
}

Connection* ConnectionTable::find(std::uint64_t token) const {
  const auto index = static_cast<std::uint32_t>(token);
  if (index >= slots_.size()) return nullptr;
  const Slot& slot = slots_[index];
  return token == token_of(index, slot.generation) ? slot.connection.get() : nullptr;
}

void ConnectionTable::erase(std::uint64_t token) {
  VECHE_EXPECTS(find(token) != nullptr);
  const auto index = static_cast<std::uint32_t>(token);
  slots_[index].connection.reset();
  ++slots_[index].generation;
  free_.push_back(index);
}

}  // namespace veche::loop
