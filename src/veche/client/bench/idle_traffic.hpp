#pragma once

/// @file
/// Clients that do nothing, and that nobody has anything to say to.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "veche/client/bench/traffic.hpp"

namespace veche::client::bench {

/// Whatever such a client gets is a fault.
class IdleTraffic final : public Traffic {
 public:
  void start(Instant /*now*/) override {}
  void stop() override {}
  [[nodiscard]] bool is_quiet() const override { return true; }
  void finish() override {}
  void message(SocketioClient& /*client*/, std::string_view /*args*/, Instant /*now*/) override {
    ++faults_.misrouted;
  }
  void acked(SocketioClient& /*client*/, std::uint64_t /*id*/, std::string_view /*args*/,
             Instant /*now*/) override {
    ++ack_faults_.doubled;
  }

  [[nodiscard]] const Totals& totals() const override { return totals_; }
  [[nodiscard]] Faults faults() const override { return faults_; }
  [[nodiscard]] AckFaults ack_faults() const override { return ack_faults_; }
  [[nodiscard]] Latencies& latencies() override { return latencies_; }
  [[nodiscard]] const std::optional<std::string>& failure() const override { return failure_; }

 private:
  Totals totals_;
  Faults faults_;
  AckFaults ack_faults_;
  Latencies latencies_;
  std::optional<std::string> failure_;
};

}  // namespace veche::client::bench
