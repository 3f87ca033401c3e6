#include "veche/engineio/polling.hpp"

#include <utility>

#include "veche/base/contract.hpp"
#include "veche/engineio/answers.hpp"
#include "veche/engineio/payload.hpp"

namespace veche::engineio {

void Polling::wait(http::Responder get, Task on_abandoned) {
  VECHE_EXPECTS(!is_waiting());
  get_.emplace(std::move(get)).on_abandoned(std::move(on_abandoned));
}

void Polling::hold_post(http::Responder post, Task on_abandoned) {
  VECHE_EXPECTS(!is_holding_post());
  post_.emplace(std::move(post)).on_abandoned(std::move(on_abandoned));
}

void Polling::release_post() {
  if (!post_) return;
  auto post = std::move(*post_);
  post_.reset();
  post.respond(answer_post());
}

void Polling::push(Encoded packet) {
  queue_bytes_ += packet.payload.size();
  queue_.push_back(std::move(packet));
}

std::size_t Polling::bytes_behind_first() const {
  return queue_.empty() ? 0 : queue_bytes_ - queue_.front().payload.size();
}

std::vector<Encoded> Polling::take_queue() {
  queue_bytes_ = 0;
  return std::exchange(queue_, {});
}

void Polling::drop_queue() { static_cast<void>(take_queue()); }

std::string Polling::take_payload() {
  std::string payload;
  payload.reserve(queue_bytes_ + queue_.size() + 1);
  for (const auto& packet : queue_) {
    if (!payload.empty()) payload += record_separator;
    payload += packet.payload.bytes();
  }
  drop_queue();
  return payload;
}

void Polling::answer(std::string payload) {
  auto get = std::move(*get_);
  get_.reset();
  get.respond(answer_get(std::move(payload)));
}

void Polling::flush() {
  if (is_waiting() && has_queued()) answer(take_payload());
}

void Polling::release(std::string_view payload) {
  if (is_waiting()) answer(std::string{payload});
}

}  // namespace veche::engineio
