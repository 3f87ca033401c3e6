#pragma once

/// @file
/// What a benchmark is asked to do.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veche/base/time.hpp"
#include "veche/client/url.hpp"
#include "veche/engineio/socket.hpp"

namespace veche::client::bench {

enum class Scenario : std::uint8_t {
  fanout,     ///< one chat, many members, a few of whom send
  rooms,      ///< many chats of some members
  pairs,      ///< many chats of two who both send
  send,       ///< many chats of which one member is there and sends
  ack,        ///< chat:leave: an event and its ack, nothing stored, nobody else told
  history,    ///< messages:list: pages of what is stored, at random places
  idle,       ///< connections that do nothing: what they weigh
  connect,    ///< connections that come, sign in and go
  mixed,      ///< a big chat that talks, pairs, acks, idle clients, and clients that come and go
  reconnect,  ///< everybody is cut and comes back at the same time
  slow,       ///< fanout in which some of the receivers stop reading
};

/// "fanout", "rooms", ...
[[nodiscard]] std::string_view to_string(Scenario scenario);
[[nodiscard]] std::optional<Scenario> scenario_of(std::string_view name);

/// A fault that the generator itself puts in between the wire and its judgement.
enum class Injection : std::uint8_t {
  lost,
  doubled,
  reordered,
  misrouted,
  damaged,
  ack_lost,
  ack_doubled,
};

/// "lost", ..., "ack-lost", "ack-doubled".
[[nodiscard]] std::string_view to_string(Injection injection);
[[nodiscard]] std::optional<Injection> injection_of(std::string_view name);

/// Who is there. Users and chats are those of World: the members of chat 0 are the first users.
struct Shape {
  std::uint32_t chats{1};
  std::uint32_t members{1};    ///< of each chat
  std::uint32_t connected{1};  ///< of each chat's members, from the first; 1 to members
  std::uint32_t senders{1};    ///< of those, from the first; 1 to connected
  std::uint32_t slow{};        ///< of connected but not of senders, the last: who stop reading
  std::uint32_t first_chat{};  ///< the number of the first of these chats in the World
  std::uint32_t first_user{};  ///< and of its first member

  [[nodiscard]] std::uint32_t clients() const { return chats * connected; }
  /// Whom client number n signs in as: member n % connected of chat n / connected.
  [[nodiscard]] std::uint32_t user_of(std::uint32_t client) const {
    return first_user + client / connected * members + client % connected;
  }
  [[nodiscard]] std::uint32_t chat_of(std::uint32_t client) const {
    return first_chat + client / connected;
  }
  /// Those of a chat who read all the time.
  [[nodiscard]] std::uint32_t readers() const { return connected - slow; }
  [[nodiscard]] bool is_slow(std::uint32_t client) const { return client % connected >= readers(); }
  /// The user after the last member of the last chat.
  [[nodiscard]] std::uint64_t users_end() const {
    return first_user + std::uint64_t{chats} * members;
  }
};

/// What goes on beside the big chat of `mixed`. In the World the big chat comes first, then the
/// pairs, then the pairs of ackers, then users without a chat: the idle and those who come and go.
struct Mix {
  std::uint32_t pairs{50};   ///< chats of two who both send
  double pair_rate{100};     ///< messages a second over all of them
  std::uint32_t ackers{20};  ///< clients, each in a pair, alone
  double ack_rate{200};      ///< chat:leave and chat:join a second over all of them
  std::uint32_t idle{100};   ///< clients that do nothing
  std::uint32_t comers{50};  ///< users who come and go in turn
  double connect_rate{20};   ///< how often a second one comes
};

struct Options {
  Scenario scenario{Scenario::fanout};
  ServerAddress server{};
  engineio::Transport transport{engineio::Transport::websocket};
  std::string jwt_secret{};
  std::shared_ptr<const std::vector<std::string>> tokens{};  ///< by user; instead of the secret
  std::optional<std::int32_t> pid{};  ///< of the server, to be measured with its descendants
  Shape shape{};
  std::optional<double> rate{};       ///< events a second over all senders: an open loop
  std::uint32_t in_flight{4};         ///< sends of each sender under way, at least 1
  std::size_t text_bytes{64};         ///< stamp_bytes_min to stamp_bytes_max
  std::uint32_t at_once{64};          ///< connections being made at a time, at least 1
  std::uint32_t returning_at_once{};  ///< of reconnect: those who come back; 0 for no limit
  std::uint32_t addresses{1};  ///< 127.0.0.1 and the next; 1 lets the system choose; at most 250
  bool joins{true};            ///< chat:join by every member before the load
  Mix mix{};                   ///< of mixed only
  std::uint32_t bystanders{};  ///< clients outside the chats whose acks are measured
  bool bystands{};             ///< of ack: this crowd is theirs
  std::optional<Injection> inject{};  ///< faults on purpose, which the run must then find
  std::uint32_t inject_every{1'000};  ///< one delivery, or ack, in so many; at least 1
  Milliseconds warm_up{1'000};        ///< load before the window
  Milliseconds window{5'000};         ///< what is measured
  Milliseconds patience{10'000};      ///< of waiting for the next delivery, ack or client
};

/// How often each bystander sends an event.
inline constexpr Milliseconds bystander_pause{5};

/// The user after the last whom such a run signs in, bystanders left out.
[[nodiscard]] std::uint64_t users_end(const Options& options);

/// The most sockets that such a run has open at a time.
[[nodiscard]] std::uint64_t sockets_of(const Options& options);

}  // namespace veche::client::bench
