#pragma once

/// @file
/// Everybody's connection is cut, and everybody comes back at the same time.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veche/client/bench/crowd.hpp"
#include "veche/client/bench/options.hpp"
#include "veche/client/bench/tokens.hpp"
#include "veche/client/bench/traffic.hpp"
#include "veche/client/context.hpp"
#include "veche/client/socketio_client.hpp"

namespace veche::client::bench {

/// Takes the clients of a settled crowd over. When the window opens it ends all their connections
/// without a word, and connects them anew, Options::returning_at_once at a time, with the pid and
/// the offset that they had. A client is back with `session:ready`, and recovered when its sid is
/// the one from before.
///
/// Memory    About a KiB for each client.
/// Errors    failure(): the first client that was refused or did not stay, or how many were not
///           back at the end.
class ReconnectWave final : public Traffic, public SocketioEvents {
 public:
  /// The crowd is settled and gives its clients away. The context and the options outlive it.
  ReconnectWave(const Context& context, Crowd& crowd, const Options& options);

  void start(Instant /*now*/) override {}
  Instant advance(Instant now) override;
  void open_window(Instant now) override;
  void stop() override { is_stopped_ = true; }
  [[nodiscard]] bool is_complete() const override { return back_ == places_.size(); }
  [[nodiscard]] bool is_quiet() const override { return is_stopped_; }
  void finish() override;
  void message(SocketioClient& /*client*/, std::string_view /*args*/, Instant /*now*/) override {}
  void acked(SocketioClient& client, std::uint64_t id, std::string_view args, Instant now) override;

  [[nodiscard]] const Totals& totals() const override { return totals_; }
  [[nodiscard]] Faults faults() const override { return {}; }
  [[nodiscard]] AckFaults ack_faults() const override { return ack_faults_; }
  [[nodiscard]] Latencies& latencies() override { return latencies_; }
  [[nodiscard]] const std::optional<std::string>& failure() const override { return failure_; }

 private:
  struct Place {
    std::unique_ptr<SocketioClient> client;
    std::string auth;
    std::string sid;  // of the connection that was cut
    Instant begun{};
    bool is_ready{};
  };

  void connected(SocketioClient& client, Instant now) override;
  void event(SocketioClient& client, const Event& event, Instant now) override;
  void disconnected(SocketioClient& client, const Disconnected& why) override;

  void connect_next();
  void fail(std::uint32_t number, const std::string& why);

  const Context& context_;
  const Options& options_;
  std::vector<Place> places_;  // by the client's number
  std::uint32_t begun_{};
  std::uint32_t back_{};
  Totals totals_;
  AckFaults ack_faults_;
  Latencies latencies_;
  std::optional<std::string> failure_;
  bool is_cut_due_{};
  bool is_stopped_{};
};

}  // namespace veche::client::bench
