#pragma once

/// @file
/// What a benchmark is asked to do.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "veche/base/time.hpp"
#include "veche/client/url.hpp"
#include "veche/engineio/socket.hpp"

namespace veche::client::bench {

enum class Scenario : std::uint8_t {
  fanout,   ///< one chat, many members, a few of whom send
  rooms,    ///< many chats of some members
  pairs,    ///< many chats of two who both send
  send,     ///< many chats of which one member is there and sends
  ack,      ///< chat:leave: an event and its ack, nothing stored, nobody else told
  idle,     ///< connections that do nothing: what they weigh
  connect,  ///< connections that come, sign in and go
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

  [[nodiscard]] std::uint32_t clients() const { return chats * connected; }
};

struct Options {
  Scenario scenario{Scenario::fanout};
  ServerAddress server{};
  engineio::Transport transport{engineio::Transport::websocket};
  std::string jwt_secret{};
  std::optional<std::int32_t> pid{};  ///< of the server, to be measured with its descendants
  Shape shape{};
  std::optional<double> rate{};  ///< events a second over all senders: an open loop
  std::uint32_t in_flight{4};    ///< sends of each sender under way, at least 1
  std::size_t text_bytes{64};    ///< stamp_bytes_min to stamp_bytes_max
  std::uint32_t at_once{64};     ///< connections being made at a time, at least 1
  std::uint32_t addresses{1};    ///< 127.0.0.1 and the next; 1 lets the system choose; at most 250
  bool joins{true};              ///< chat:join by every member before the load
  std::optional<Injection> inject{};  ///< faults on purpose, which the run must then find
  std::uint32_t inject_every{1'000};  ///< one delivery, or ack, in so many; at least 1
  Milliseconds warm_up{1'000};        ///< load before the window
  Milliseconds window{5'000};         ///< what is measured
  Milliseconds patience{10'000};      ///< of waiting for the next delivery, ack or client
};

}  // namespace veche::client::bench
