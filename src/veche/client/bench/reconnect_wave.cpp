#include "veche/client/bench/reconnect_wave.hpp"

#include <algorithm>

#include "veche/base/contract.hpp"
#include "veche/json/writer.hpp"

namespace veche::client::bench {
namespace {

/// What a client says in its auth besides the token: `,"pid":"...","offset":"..."`.
std::string where_it_was(const SocketioClient& client) {
  if (client.pid().empty()) return {};
  std::string text;
  json::Writer json{text};
  json.begin_object().member("pid", client.pid());
  if (!client.offset().empty()) json.member("offset", client.offset());
  json.end_object();
  return "," + text.substr(1, text.size() - 2);
}

}  // namespace

ReconnectWave::ReconnectWave(const Context& context, Crowd& crowd, const Options& options)
    : context_{context}, options_{options}, places_(options.shape.clients()) {
  VECHE_EXPECTS(crowd.is_settled() && crowd.present() == options.shape.clients());
  const Credentials credentials{options};
  for (std::uint32_t number = 0; number < places_.size(); ++number) {
    Place& place = places_[number];
    place.client = crowd.take(number);
    place.sid = place.client->sid();
    auto auth = credentials.auth(options.shape.user_of(number), context.clock.wall(),
                                 where_it_was(*place.client));
    VECHE_EXPECTS(auth.has_value());  // with it the client came first
    place.auth = *std::move(auth);
  }
}

void ReconnectWave::open_window(Instant now) {
  latencies_.open(now);
  is_cut_due_ = true;
}

Instant ReconnectWave::advance(Instant /*now*/) {
  if (!is_cut_due_) return Instant::max();
  is_cut_due_ = false;
  for (Place& place : places_) place.client.reset();
  const auto all = static_cast<std::uint32_t>(places_.size());
  const std::uint32_t first =
      options_.returning_at_once == 0 ? all : std::min(all, options_.returning_at_once);
  while (begun_ < first && !failure_) connect_next();
  return Instant::max();
}

void ReconnectWave::connect_next() {
  const std::uint32_t number = begun_++;
  Place& place = places_[number];
  place.client = std::make_unique<SocketioClient>(context_, *this, number, options_.transport);
  place.begun = context_.clock.now();
  const auto begun = place.client->connect(options_.server, std::move(place.auth),
                                           source_address(number, options_.addresses));
  if (!begun) fail(number, begun.error().text);
}

void ReconnectWave::connected(SocketioClient& client, Instant /*now*/) {
  if (client.sid() == places_[client.number()].sid) ++totals_.recovered;
}

void ReconnectWave::event(SocketioClient& client, const Event& event, Instant now) {
  Place& place = places_[client.number()];
  if (event.name != "session:ready" || place.is_ready) return;
  place.is_ready = true;
  ++back_;
  ++totals_.connects;
  latencies_.record(&Latencies::connect, place.begun, now);
  if (begun_ < places_.size() && !is_stopped_ && !failure_) connect_next();
}

void ReconnectWave::acked(SocketioClient& /*client*/, std::uint64_t /*id*/,
                          std::string_view /*args*/, Instant /*now*/) {
  ++ack_faults_.doubled;
}

void ReconnectWave::disconnected(SocketioClient& client, const Disconnected& why) {
  fail(client.number(),
       std::string{to_string(why.reason)} + (why.text.empty() ? "" : " (" + why.text + ")"));
}

void ReconnectWave::finish() {
  if (is_complete() || failure_) return;
  failure_ = std::to_string(back_) + " of " + std::to_string(places_.size()) +
             " clients were back before the window closed";
}

void ReconnectWave::fail(std::uint32_t number, const std::string& why) {
  if (!failure_) failure_ = "client " + std::to_string(number) + " did not come back: " + why;
}

}  // namespace veche::client::bench
