#pragma once

/// @file
/// Many signed-in clients, brought up a few at a time.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "veche/client/bench/options.hpp"
#include "veche/client/bench/tokens.hpp"
#include "veche/client/bench/traffic.hpp"
#include "veche/client/context.hpp"
#include "veche/client/socketio_client.hpp"

namespace veche::client::bench {

/// The numeric address that connection number `index` comes from; empty: the system's choice.
[[nodiscard]] std::string source_address(std::uint32_t index, std::uint32_t addresses);

/// The connected members of every chat of Options::shape, in order: client number n is member
/// n % connected of chat n / connected.
///
///     Crowd crowd{context, options};
///     crowd.admit(200);
///     ... turns of the loop until crowd.is_settled() or crowd.failure()
///     crowd.give_to(traffic);
///
/// A client is there when `session:ready` has come and, if Options::joins, its chat:join was
/// acked with success. Events other than message:new are passed over.
///
/// Time      The loop's. Memory  About 600 bytes a client. Threads  The loop's.
/// Errors    failure(): the first client that could not come or did not stay. Lifetime  The
///           traffic and the context outlive it.
class Crowd final : public SocketioEvents {
 public:
  Crowd(const Context& context, const Options& options);

  /// Raises the number of clients that are wanted. Needs at most shape.clients().
  void admit(std::uint32_t count);
  /// Whether everybody wanted is there.
  [[nodiscard]] bool is_settled() const { return present_ == wanted_; }
  [[nodiscard]] std::uint32_t present() const { return present_; }

  /// Messages and acks go there from now on. Needs is_settled().
  void give_to(TrafficEvents& traffic) { traffic_ = &traffic; }

  [[nodiscard]] SocketioClient& client(std::uint32_t number) { return *clients_[number]; }

  /// Gives a client away; it keeps telling the crowd. Needs one that has not been given away.
  [[nodiscard]] std::unique_ptr<SocketioClient> take(std::uint32_t number) {
    return std::move(clients_[number]);
  }

  /// Slow clients (Shape::slow) who were there and whose connections have ended: no failure.
  [[nodiscard]] std::uint32_t cut() const { return cut_; }

  /// Why it is not complete and never will be. None while all is well.
  [[nodiscard]] const std::optional<std::string>& failure() const { return failure_; }

 private:
  void connected(SocketioClient& /*client*/, Instant /*now*/) override {}
  void event(SocketioClient& client, const Event& event, Instant now) override;
  void acked(SocketioClient& client, std::uint64_t id, std::string_view args, Instant now) override;
  void disconnected(SocketioClient& client, const Disconnected& why) override;

  void invite();
  void ready(SocketioClient& client);
  void arrived();
  void fail(std::uint32_t number, const std::string& why);

  const Context& context_;
  const Options& options_;
  Credentials credentials_;
  TrafficEvents* traffic_{};
  std::vector<std::unique_ptr<SocketioClient>> clients_;
  std::uint32_t wanted_{};
  std::uint32_t present_{};
  std::uint32_t cut_{};
  std::optional<std::string> failure_;
};

}  // namespace veche::client::bench
