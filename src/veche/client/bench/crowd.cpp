#include "veche/client/bench/crowd.hpp"

#include <algorithm>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/client/bench/message_scan.hpp"
#include "veche/client/bench/world.hpp"

namespace veche::client::bench {

std::string source_address(std::uint32_t index, std::uint32_t addresses) {
  if (addresses <= 1) return {};
  return "127.0.0." + std::to_string(1 + index % addresses);
}

Crowd::Crowd(const Context& context, const Options& options)
    : context_{context}, options_{options}, credentials_{options} {}

void Crowd::admit(std::uint32_t count) {
  VECHE_EXPECTS(count <= options_.shape.clients());
  wanted_ = std::max(wanted_, count);
  invite();
}

void Crowd::invite() {
  while (!failure_ && clients_.size() < std::min(wanted_, present_ + options_.at_once)) {
    const auto number = static_cast<std::uint32_t>(clients_.size());
    const std::uint32_t user = options_.shape.user_of(number);
    auto auth = credentials_.auth(user, context_.clock.wall());
    if (!auth) return fail(number, "there is no token for user " + std::to_string(user));
    clients_.push_back(
        std::make_unique<SocketioClient>(context_, *this, number, options_.transport));
    if (options_.scenario == Scenario::reconnect) clients_.back()->keep_offset();
    const auto begun = clients_.back()->connect(options_.server, *std::move(auth),
                                                source_address(number, options_.addresses));
    if (!begun) fail(number, begun.error().text);
  }
}

void Crowd::event(SocketioClient& client, const Event& event, Instant now) {
  if (event.name == "message:new") {
    if (traffic_ != nullptr) traffic_->message(client, event.args, now);
  } else if (event.name == "session:ready") {
    ready(client);
  } else if (event.name == "auth:error" || event.name == "exception") {
    fail(client.number(), std::string{event.name} + " " + std::string{event.args.substr(0, 200)});
  }
}

void Crowd::ready(SocketioClient& client) {
  if (!options_.joins) return arrived();
  const std::uint32_t chat = options_.shape.chat_of(client.number());
  client.emit_with_ack("chat:join", R"({"chatId":")" + chat_id(chat) + R"("})");
}

void Crowd::acked(SocketioClient& client, std::uint64_t id, std::string_view args, Instant now) {
  if (traffic_ != nullptr) return traffic_->acked(client, id, args, now);
  if (id != 0 || !says_success(args)) {
    return fail(client.number(), "chat:join was answered " + std::string{args.substr(0, 200)});
  }
  arrived();
}

void Crowd::arrived() {
  ++present_;
  invite();
}

void Crowd::disconnected(SocketioClient& client, const Disconnected& why) {
  if (traffic_ != nullptr && options_.shape.is_slow(client.number())) {
    ++cut_;
    return;
  }
  fail(client.number(),
       std::string{to_string(why.reason)} + (why.text.empty() ? "" : " (" + why.text + ")"));
}

void Crowd::fail(std::uint32_t number, const std::string& why) {
  if (!failure_) failure_ = "client " + std::to_string(number) + ": " + why;
}

}  // namespace veche::client::bench
