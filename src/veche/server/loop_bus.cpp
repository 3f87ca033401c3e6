#include "veche/server/loop_bus.hpp"

#include <algorithm>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/server/worker.hpp"

namespace veche::server {

LoopBus::LoopBus(LoopHub& hub, std::size_t index)
    : hub_{hub}, index_{index}, uid_{loop_suffix(index)} {}

void LoopBus::join(std::string_view nsp, socketio::BusListener& listener) {
  const bool is_new = listeners_.emplace(nsp, &listener).second;
  VECHE_EXPECTS(is_new);
  hub_.join(index_, nsp);
}

void LoopBus::leave(std::string_view nsp) {
  hub_.leave(index_, nsp);
  const auto found = listeners_.find(nsp);
  if (found != listeners_.end()) listeners_.erase(found);
}

void LoopBus::publish(socketio::ClusterMessagePtr message) { hub_.publish(index_, message); }

void LoopBus::publish_to(std::string_view uid, socketio::ClusterMessagePtr message) {
  const auto index = loop_of_suffix(uid);
  if (index) hub_.publish_to(*index, std::move(message));
}

void LoopBus::count_others(std::string_view nsp, UniqueFunction<void(std::size_t)> callback) {
  callback(hub_.count_others(index_, nsp));
}

void LoopBus::receive(const socketio::ClusterMessagePtr& message) {
  const auto found = listeners_.find(message->nsp);
  if (found != listeners_.end()) found->second->receive(message);
}

LoopHub::LoopHub(std::size_t loops) : executors_(loops) {
  VECHE_EXPECTS(loops >= 1 && loops <= 256);
  for (std::size_t i = 0; i < loops; ++i) buses_.push_back(std::make_unique<LoopBus>(*this, i));
}

void LoopHub::bind(std::size_t index, Executor& executor) {
  const std::lock_guard lock{mutex_};
  executors_[index] = &executor;
}

void LoopHub::close() {
  const std::lock_guard lock{mutex_};
  std::ranges::fill(executors_, nullptr);
}

std::size_t LoopHub::namespace_count() {
  const std::lock_guard lock{mutex_};
  return members_.size();
}

void LoopHub::join(std::size_t index, std::string_view nsp) {
  const std::lock_guard lock{mutex_};
  members_.try_emplace(std::string{nsp}).first->second.push_back(index);
}

void LoopHub::leave(std::size_t index, std::string_view nsp) {
  const std::lock_guard lock{mutex_};
  const auto found = members_.find(nsp);
  if (found == members_.end()) return;
  std::erase(found->second, index);
  // Clients may choose the names: none stays behind.
  if (found->second.empty()) members_.erase(found);
}

void LoopHub::publish(std::size_t from, const socketio::ClusterMessagePtr& message) {
  const std::lock_guard lock{mutex_};
  const auto found = members_.find(message->nsp);
  if (found == members_.end()) return;
  for (const std::size_t to : found->second)
    if (to != from) post(to, message);
}

void LoopHub::publish_to(std::size_t to, socketio::ClusterMessagePtr message) {
  const std::lock_guard lock{mutex_};
  if (to < executors_.size()) post(to, std::move(message));
}

std::size_t LoopHub::count_others(std::size_t index, std::string_view nsp) {
  const std::lock_guard lock{mutex_};
  const auto found = members_.find(nsp);
  if (found == members_.end()) return 0;
  const auto& loops = found->second;
  return loops.size() - static_cast<std::size_t>(std::ranges::count(loops, index));
}

void LoopHub::post(std::size_t to, socketio::ClusterMessagePtr message) {
  if (executors_[to] == nullptr) return;
  executors_[to]->post([bus = buses_[to].get(), said = std::move(message)] { bus->receive(said); });
}

}  // namespace veche::server
