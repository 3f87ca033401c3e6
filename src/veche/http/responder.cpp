#include "veche/http/responder.hpp"

namespace veche::http {

void Exchange::abandon() {
  if (!is_pending()) return;
  deliver_.reset();
  if (auto told = std::move(on_abandoned_)) told();
}

Responder& Responder::operator=(Responder&& other) noexcept {
  if (this != &other) {
    respond({.status = 500});
    exchange_ = std::move(other.exchange_);
  }
  return *this;
}

Responder::~Responder() { respond({.status = 500}); }

void Responder::respond(Response response) {
  if (!is_pending()) return;
  // Taken out first: delivering may reach back to the connection, which may end the exchange.
  auto deliver = std::move(exchange_->deliver_);
  exchange_->on_abandoned_.reset();
  exchange_.reset();
  deliver(std::move(response));
}

void Responder::on_abandoned(Task task) {
  if (exchange_ == nullptr) return;
  if (!exchange_->is_pending()) return task();
  exchange_->on_abandoned_ = std::move(task);
}

}  // namespace veche::http
