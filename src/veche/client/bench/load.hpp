#pragma once

/// @file
/// Everybody who takes part in a benchmark, and what they do.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "veche/client/bench/crowd.hpp"
#include "veche/client/bench/injector.hpp"
#include "veche/client/bench/options.hpp"
#include "veche/client/bench/traffic.hpp"
#include "veche/client/context.hpp"

namespace veche::client::bench {

/// The parts of a scenario, each a crowd of clients and the traffic that they make, as one.
///
///     Load load{context, options};
///     load.admit(load.clients());
///     ... turns of the loop until load.is_settled() or load.failure()
///     load.start(now);
///     ... turns
///     load.stop();
///     ... turns until load.is_quiet()
///     load.finish();
///     load.faults().sum() == 0
///
/// Time      As its traffic. Memory  That of its crowds and its traffic. Threads  The loop's.
/// Errors    failure(): the first of any part. Lifetime  The context and the options outlive it.
class Load {
 public:
  Load(const Context& context, const Options& options);

  /// How many clients are to be there before start().
  [[nodiscard]] std::uint32_t clients() const;
  /// Raises the number of clients that are wanted, part by part. Needs at most clients().
  void admit(std::uint32_t count);
  [[nodiscard]] bool is_settled() const;
  [[nodiscard]] std::uint32_t present() const;

  /// Begins. Needs is_settled() with all clients().
  void start(Instant now);
  /// Before start() there is no traffic and nothing to count.
  void stop(Instant now);
  [[nodiscard]] bool is_quiet() const;
  /// Whether all is done that there was to do.
  [[nodiscard]] bool is_complete() const;
  void finish();
  /// Begins what is due; once a turn. Returns when something is due next, Instant::max() when
  /// nothing will be.
  Instant advance(Instant now);
  /// What begins between the two is what latencies() tells.
  void open_window(Instant now);
  void close_window(Instant now);

  [[nodiscard]] Totals totals() const;
  [[nodiscard]] Faults faults() const;
  [[nodiscard]] AckFaults ack_faults() const;
  [[nodiscard]] Latencies latencies() const;
  /// Slow clients whose connections have ended.
  [[nodiscard]] std::uint32_t cut() const;
  /// How often a fault was put in on purpose.
  [[nodiscard]] std::uint64_t injected() const;
  [[nodiscard]] std::optional<std::string> failure() const;

 private:
  /// What a part is there for.
  enum class Role : std::uint8_t { load, bystander };

  struct Part {
    Part(const Context& context, const Options& wanted, std::uint32_t count, Role why)
        : role{why}, options{wanted}, crowd{context, options}, clients{count} {}

    Role role;
    Options options;
    Crowd crowd;
    std::uint32_t clients;
    std::unique_ptr<Traffic> traffic;
    std::optional<Injector> injector;
  };

  void add(const Options& options, std::uint32_t clients, Role role);
  void add_mix(const Options& options);
  void add_bystanders(const Options& options, std::uint64_t first_user);
  [[nodiscard]] std::unique_ptr<Traffic> make_traffic(Part& part);

  const Context& context_;
  std::vector<std::unique_ptr<Part>> parts_;  // each stands where it is: its crowd refers to it
};

}  // namespace veche::client::bench
