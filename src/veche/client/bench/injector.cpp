#include "veche/client/bench/injector.hpp"

#include <cstddef>

#include "veche/base/contract.hpp"

namespace veche::client::bench {
namespace {

bool concerns_acks(Injection kind) {
  return kind == Injection::ack_lost || kind == Injection::ack_doubled;
}

/// The message as one of another chat: "c7" becomes "c97".
std::string under_another_chat(std::string_view args, const ScannedMessage& seen) {
  std::string changed{args};
  if (!seen.chat.empty()) {
    changed.insert(static_cast<std::size_t>(seen.chat.data() - args.data()) + 1, 1, '9');
  }
  return changed;
}

/// The message with one bit of its text turned over; no such letter needs an escape.
std::string damaged(std::string_view args, const ScannedMessage& seen) {
  std::string changed{args};
  const auto middle =
      static_cast<std::size_t>(seen.text.data() - args.data()) + seen.text.size() / 2;
  changed[middle] = static_cast<char>(changed[middle] ^ 1);
  return changed;
}

}  // namespace

Injector::Injector(const Plan& plan, TrafficEvents& traffic) : plan_{plan}, traffic_{traffic} {
  VECHE_EXPECTS(plan.every > 0);
}

void Injector::stop(Instant now) {
  is_stopped_ = true;
  if (!held_) return;
  traffic_.message(*held_->client, held_->args, now);
  held_.reset();
}

bool Injector::is_chosen() { return ++seen_ % plan_.every == 0 && !is_stopped_; }

void Injector::message(SocketioClient& client, std::string_view args, Instant now) {
  if (concerns_acks(plan_.kind)) return traffic_.message(client, args, now);
  if (held_ && held_->client == &client) return let_go(client, args, now);
  if (!is_chosen()) return traffic_.message(client, args, now);
  spoil(client, args, now);
}

void Injector::spoil(SocketioClient& client, std::string_view args, Instant now) {
  if (plan_.kind == Injection::reordered) return hold(client, args, now);
  const auto seen = scan_.read(args);
  if (!seen) return traffic_.message(client, args, now);
  ++count_;
  switch (plan_.kind) {
    case Injection::doubled:
      traffic_.message(client, args, now);
      return traffic_.message(client, args, now);
    case Injection::misrouted:
      traffic_.message(client, args, now);
      return traffic_.message(client, under_another_chat(args, *seen), now);
    case Injection::damaged: return traffic_.message(client, damaged(args, *seen), now);
    default: return;  // lost
  }
}

void Injector::hold(SocketioClient& client, std::string_view args, Instant now) {
  const auto stamp = stamp_of(args);
  // One at a time is kept; another would have to wait for its own follower.
  if (held_ || !stamp) return traffic_.message(client, args, now);
  held_ = Held{.client = &client, .stamp = *stamp, .args = std::string{args}};
}

void Injector::let_go(SocketioClient& client, std::string_view args, Instant now) {
  traffic_.message(client, args, now);
  const auto stamp = stamp_of(args);
  if (!stamp || stamp->sender != held_->stamp.sender || stamp->chat != held_->stamp.chat) return;
  ++count_;
  traffic_.message(client, held_->args, now);
  held_.reset();
}

std::optional<Stamp> Injector::stamp_of(std::string_view args) {
  const auto seen = scan_.read(args);
  return seen ? read_stamp(seen->text) : std::nullopt;
}

void Injector::acked(SocketioClient& client, std::uint64_t id, std::string_view args, Instant now) {
  if (!concerns_acks(plan_.kind) || !is_chosen()) return traffic_.acked(client, id, args, now);
  ++count_;
  if (plan_.kind == Injection::ack_lost) return;
  traffic_.acked(client, id, args, now);
  traffic_.acked(client, id, args, now);
}

}  // namespace veche::client::bench
