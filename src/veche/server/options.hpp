#pragma once

/// @file
/// What can be set about a server, layer by layer.

#include <cstddef>
#include <memory>

#include "veche/base/time.hpp"
#include "veche/engineio/options.hpp"
#include "veche/http/coding.hpp"
#include "veche/http/cors.hpp"
#include "veche/http/limits.hpp"
#include "veche/loop/connection_set.hpp"
#include "veche/server/client_bundle.hpp"
#include "veche/socketio/node.hpp"
#include "veche/websocket/deflate.hpp"
#include "veche/websocket/receiver.hpp"

namespace veche::server {

struct Options {
  loop::LoopOptions loop{};
  http::Limits http{};
  http::Cors cors{};
  http::CompressionOptions http_compression{};
  std::shared_ptr<const ClientBundle> client{};  ///< served on the engine's path, if any
  engineio::Options engineio{};
  websocket::ReceiverOptions websocket{};
  websocket::PerMessageDeflateOptions per_message_deflate{};
  /// Of the Node of each loop; its connect_timeout and text_bytes_max are overruled by what stands
  /// here. Without an adapter of one's own several loops are joined by ClusterAdapters.
  socketio::Options socketio{};
  Milliseconds connect_timeout{45'000};     ///< to join a first namespace, and before that for
                                            ///< the application to allow the handshake
  Milliseconds head_timeout{10'000};        ///< from a request's first byte to the end of its head
  Milliseconds body_timeout{30'000};        ///< from there to the end of its body
  Milliseconds idle_timeout{75'000};        ///< between two requests, and before the first
  std::size_t pipelined_bytes_max{16'384};  ///< kept while an answer is awaited
  std::size_t unsent_answer_bytes_max{65'536};  ///< beyond it no further request is read
};

}  // namespace veche::server
