#pragma once

/// @file
/// Faults put in on purpose, so that anyone can see a verdict fail against a sound server.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "veche/client/bench/message_scan.hpp"
#include "veche/client/bench/options.hpp"
#include "veche/client/bench/stamp.hpp"
#include "veche/client/bench/traffic.hpp"

namespace veche::client::bench {

/// Stands between what clients get and the traffic that judges it, and spoils one in
/// Options::inject_every of it in the way of Options::inject.
///
///     Injector injector{{.kind = Injection::lost, .every = 1'000}, traffic};
///     crowd.give_to(injector);
///     injector.count()                    // how often it did wrong
///
/// A reordered message is kept until the same client gets another one of the same sender; a
/// misrouted one comes as it should and once more under another chat.
///
/// Time      A count for what it lets through; a copy for what it spoils. Memory  One message.
/// Threads   The traffic's. Errors  None. Lifetime  The traffic outlives it.
class Injector final : public TrafficEvents {
 public:
  struct Plan {
    Injection kind{};
    std::uint32_t every{};  ///< at least 1
  };

  Injector(const Plan& plan, TrafficEvents& traffic);

  void message(SocketioClient& client, std::string_view args, Instant now) override;
  void acked(SocketioClient& client, std::uint64_t id, std::string_view args, Instant now) override;

  /// Spoils nothing more; a message that is kept comes now, since none may follow it.
  void stop(Instant now);

  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  struct Held {
    SocketioClient* client{};
    Stamp stamp;
    std::string args;
  };

  [[nodiscard]] bool is_chosen();
  void spoil(SocketioClient& client, std::string_view args, Instant now);
  void hold(SocketioClient& client, std::string_view args, Instant now);
  void let_go(SocketioClient& client, std::string_view args, Instant now);
  [[nodiscard]] std::optional<Stamp> stamp_of(std::string_view args);

  Plan plan_;
  TrafficEvents& traffic_;
  MessageScan scan_;
  std::optional<Held> held_;
  std::uint64_t seen_{};
  std::uint64_t count_{};
  bool is_stopped_{};
};

}  // namespace veche::client::bench
