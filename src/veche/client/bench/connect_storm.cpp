#include "veche/client/bench/connect_storm.hpp"

#include <utility>

#include "veche/client/bench/crowd.hpp"

namespace veche::client::bench {

ConnectStorm::ConnectStorm(const Context& context, const Options& options)
    : context_{context}, options_{options}, credentials_{options}, places_(options.at_once) {
  for (std::uint32_t place = options.at_once; place > 0; --place) free_.push_back(place - 1);
  if (options.rate) schedule_.emplace(*options.rate, 1);
}

void ConnectStorm::start(Instant now) {
  if (schedule_) return schedule_->start(now);
  fill(now);
}

Instant ConnectStorm::advance(Instant now) {
  if (!schedule_) return Instant::max();
  schedule_->advance(now, [&](std::uint32_t /*sender*/) { fill(now); });
  totals_.offered = schedule_->offered();
  return schedule_->next();
}

void ConnectStorm::stop() {
  is_stopped_ = true;
  if (schedule_) schedule_->stop();
}

void ConnectStorm::fill(Instant now) {
  while (!failure_ && !free_.empty()) {
    if (schedule_ ? !schedule_->has_due(0) : is_stopped_) return;
    const std::uint32_t place = free_.back();
    free_.pop_back();
    connect(place, schedule_ ? schedule_->take(0) : now);
  }
}

void ConnectStorm::connect(std::uint32_t place, Instant begun_at) {
  const std::uint32_t index = begun_++;
  const std::uint32_t user = options_.shape.user_of(index % options_.shape.clients());
  auto auth = credentials_.auth(user, context_.clock.wall());
  if (!auth) return fail("there is no token for user " + std::to_string(user));
  Place& taken = places_[place];
  taken.client = std::make_unique<SocketioClient>(context_, *this, place, options_.transport);
  taken.begun = begun_at;
  taken.is_ready = false;
  const auto begun = taken.client->connect(options_.server, *std::move(auth),
                                           source_address(index, options_.addresses));
  if (!begun) return fail(begun.error().text);
  ++open_;
}

void ConnectStorm::event(SocketioClient& client, const Event& event, Instant now) {
  Place& place = places_[client.number()];
  if (event.name != "session:ready" || place.is_ready) return;
  place.is_ready = true;
  ++totals_.connects;
  latencies_.record(&Latencies::connect, place.begun, now);
  client.disconnect();
}

void ConnectStorm::acked(SocketioClient& /*client*/, std::uint64_t /*id*/,
                         std::string_view /*args*/, Instant /*now*/) {
  fail("an ack came that nobody had asked for");
}

void ConnectStorm::disconnected(SocketioClient& client, const Disconnected& why) {
  const std::uint32_t number = client.number();
  --open_;
  if (!places_[number].is_ready) {
    return fail(std::string{to_string(why.reason)} +
                (why.text.empty() ? "" : " (" + why.text + ")"));
  }
  free_.push_back(number);
  fill(context_.clock.now());
}

void ConnectStorm::fail(const std::string& why) {
  if (!failure_) failure_ = "a connection could not be made: " + why;
}

}  // namespace veche::client::bench
