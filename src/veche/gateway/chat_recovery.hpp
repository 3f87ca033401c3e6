#pragma once

/// @file
/// Connection state recovery of the chat, from its durable log.
///
/// Spec: RELIABILITY, section 2, point 5; PROTOCOL, section 4.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veche/base/time.hpp"
#include "veche/domain/commands.hpp"
#include "veche/domain/credentials.hpp"
#include "veche/domain/facts.hpp"
#include "veche/gateway/offset.hpp"
#include "veche/json/parser.hpp"
#include "veche/socketio/node.hpp"
#include "veche/socketio/recovery.hpp"

namespace veche::gateway {

/// Signs what the server wants back as it gave it.
///
/// Threads   Any.
class Seal {
 public:
  Seal() = default;
  Seal(const Seal&) = delete;
  Seal& operator=(const Seal&) = delete;
  virtual ~Seal() = default;

  /// Of A-Z a-z 0-9 _ - alone, at most 64 of them.
  [[nodiscard]] virtual std::string sign(std::string_view text) const = 0;
  /// In a time that says nothing of where the two differ.
  [[nodiscard]] virtual bool is_signature(std::string_view text,
                                          std::string_view signature) const = 0;
};

/// What a pid says: who was connected, from when on, and since when it may come back.
struct Pid {
  std::string sid;
  std::string user_id;
  domain::Pos position{};  ///< of the loop at CONNECT
  std::int64_t issued{};   ///< seconds since 1970
};

/// Nothing is kept for a client that is away: its pid is a sealed text, and the log knows what it
/// has missed.
///
///     ChatRecovery recovery{{node, commands, tokens, clock, seal, end_elsewhere}, {epoch, head},
///     {}}; recovery.hear(fact);    // for every fact, in order, once it is clear who hears it
///
///     40{"token":"..."}                                  ->
///     40{"sid":"A","pid":"A.ada.k3Jb.40.1..."}
///     40{"token":"...","pid":"A.ada...","offset":"k3Jb.41"} -> 42["message:new",{...},"k3Jb.42"]
///                                                           40{"sid":"A","pid":"A.ada..."}
///
/// A pid holds for 24 hours, for the user of the token that comes with it, and in the epoch in
/// which it was made. Whatever is wrong with it, with the offset or with the session, and when too
/// much was missed, the client gets a new session, with no word about why.
///
/// What was missed is read on a reader while the loop goes on. Facts that the loop hears meanwhile
/// are kept, and close the gap between the reader's end of the log and the moment in which the
/// socket enters its rooms. One socket lives for a sid: an older one, on any loop, is closed.
///
/// Time      A CONNECT costs a signature; a fact a look while nobody comes back. Memory  While
///           somebody does: the facts since, at most Options::facts_max, and Options::bytes_max for
///           each. Threads  The Node's loop. Errors  None. Lifetime  Ends after the sessions of the
///           node; all services outlive it.
class ChatRecovery final : public socketio::Recovery {
 public:
  struct Services {
    socketio::Node& node;
    domain::Commands& commands;
    domain::Tokens& tokens;
    const Clock& clock;
    const Seal& seal;
    /// Closes the socket of that id on other loops.
    std::function<void(const std::string& sid)> end_elsewhere;
  };
  /// Where the loop begins in the log.
  struct Start {
    std::string epoch;
    domain::Pos position{};
  };
  struct Options {
    std::chrono::seconds max_disconnection_duration{24 * 3600};
    std::size_t facts_max{1'000};
    std::size_t bytes_max{std::size_t{512} * 1024};  ///< of what one client is told again
  };
  struct Counters {
    std::uint64_t recovered{};
    std::uint64_t refused{};
  };
  /// One event that a client has missed.
  struct Event {
    domain::Pos pos{};
    std::string_view name;
    std::string args;
    std::string offset;
  };

  /// From now on it brings back the sockets of "/".
  ChatRecovery(Services services, Start start, Options options);

  void hear(const domain::FactPtr& fact);

  [[nodiscard]] const Counters& counters() const { return counters_; }

  [[nodiscard]] std::string open(const socketio::Socket& socket) override;
  [[nodiscard]] bool keeps_sessions() const override { return false; }
  [[nodiscard]] std::string_view stamp(std::string_view, const socketio::Emission&) override {
    return {};
  }
  void persist(socketio::RecoverySession) override {}
  void restore(socketio::RecoveryRequest request, RestoreCallback callback) override;

 private:
  /// Who comes back, and from where on.
  struct Return {
    std::string pid;
    std::string sid;
    std::string user_id;
    std::string session_id;
    Offset from{};
  };
  /// What the log has for it.
  struct Found {
    domain::UserPtr user;
    std::vector<Event> events;
    std::size_t bytes{};
    domain::Pos head{};
  };

  [[nodiscard]] std::optional<domain::Identity> identity_of(std::string_view auth);
  [[nodiscard]] std::string seal(const Pid& pid) const;
  [[nodiscard]] std::optional<Pid> unseal(std::string_view text) const;
  [[nodiscard]] std::optional<Return> check(const socketio::RecoveryRequest& request);
  /// Runs on a reader.
  [[nodiscard]] static Result<Found> read(domain::Reader& reader, const Return& back,
                                          const std::string& epoch, const Options& options);
  void finish(const Return& back, Result<Found> found, RestoreCallback callback);
  /// Brings what was read to where this loop stands; false when it cannot.
  [[nodiscard]] bool catch_up(const Return& back, Found& found) const;
  void end_rivals(const std::string& sid);

  Services services_;
  std::string epoch_;
  domain::Pos position_;
  Options options_;
  Counters counters_;
  json::Parser parser_;
  std::size_t returning_{};             // clients that are being looked up
  std::deque<domain::FactPtr> recent_;  // the newest facts, while there are any of them
};

}  // namespace veche::gateway
