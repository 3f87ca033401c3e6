#pragma once

/// @file
/// HTTP long-polling of one session: the requests that wait for their answers, and the packets
/// that wait for a request. Spec: engine.io-protocol revision 4, "HTTP long-polling".

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veche/base/task.hpp"
#include "veche/engineio/packet.hpp"
#include "veche/http/responder.hpp"

namespace veche::engineio {

/// At most one GET waits for packets, and at most one POST for its "ok".
///
/// Memory    Owns the packets; who pushes them keeps the limit.
/// Threads   One loop. Errors  None. A request whose peer goes is told through the task that came
///           with it.
/// Lifetime  Answering a request may lead straight to the next one of the same connection, so
///           every function that answers does so last.
class Polling {
 public:
  /// Keeps a GET until there is something to say. Needs !is_waiting().
  void wait(http::Responder get, Task on_abandoned);
  [[nodiscard]] bool is_waiting() const { return get_.has_value(); }

  /// Keeps a POST that is not to be answered yet. Needs !is_holding_post().
  void hold_post(http::Responder post, Task on_abandoned);
  [[nodiscard]] bool is_holding_post() const { return post_.has_value(); }
  void release_post();

  void push(Encoded packet);
  [[nodiscard]] bool has_queued() const { return !queue_.empty(); }
  /// Payload bytes queued, the first packet not counted.
  [[nodiscard]] std::size_t bytes_behind_first() const;
  [[nodiscard]] std::vector<Encoded> take_queue();
  void drop_queue();

  /// Answers the GET with everything queued. Does nothing unless both are there.
  void flush();
  /// Answers the GET, if one waits, with this payload and nothing of the queue.
  void release(std::string_view payload);

 private:
  [[nodiscard]] std::string take_payload();
  void answer(std::string payload);

  std::optional<http::Responder> get_;
  std::optional<http::Responder> post_;
  std::vector<Encoded> queue_;
  std::size_t queue_bytes_{};
};

}  // namespace veche::engineio
