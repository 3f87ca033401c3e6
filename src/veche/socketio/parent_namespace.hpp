#pragma once

/// @file
/// Namespaces that are made when a client asks for them: `io.of(/^\/chat-\d+$/)` in Socket.IO.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "veche/base/task.hpp"
#include "veche/engineio/socket.hpp"
#include "veche/socketio/namespace.hpp"

namespace veche::socketio {

/// What is known of a client that asks for a namespace which does not exist.
///
/// Lifetime  During the matcher's call.
struct NamespaceRequest {
  std::string_view name;
  std::string_view auth;         ///< JSON object, "{}" when none came
  const http::Request& request;  ///< that opened the session
};

/// What a matcher is handed to answer with, now or later.
///
/// Answers once; dropped unanswered, it leaves the client waiting for CONNECT. Does nothing when
/// the client has gone. Threads and Lifetime as Ack.
class NamespaceDecision {
 public:
  NamespaceDecision(Node& node, const Connection& connection, std::uint64_t question)
      : node_{&node}, connection_{&connection}, question_{question} {}
  NamespaceDecision(NamespaceDecision&& other) noexcept
      : node_{std::exchange(other.node_, nullptr)},
        connection_{other.connection_},
        question_{other.question_} {}
  NamespaceDecision& operator=(NamespaceDecision&& other) noexcept;
  NamespaceDecision(const NamespaceDecision&) = delete;
  NamespaceDecision& operator=(const NamespaceDecision&) = delete;
  ~NamespaceDecision() = default;

  /// Makes the namespace, or asks the matcher after this one.
  void operator()(bool is_match);

 private:
  Node* node_;
  const Connection* connection_;  // a name only: it may have gone
  std::uint64_t question_;
};

/// Says whether a namespace of that name may be made.
using NamespaceMatcher = UniqueFunction<void(const NamespaceRequest&, NamespaceDecision)>;
/// Says the same by the name alone.
using NameTest = UniqueFunction<bool(std::string_view name)>;

/// What the namespaces of one matcher have in common.
///
///     ParentNamespace& chats = node.of_pattern("^/chat-\\d+$");
///     chats.on("say", [](Socket& socket, std::string text) { socket.nsp().emit("said", text); });
///     chats.emit("news", 1);     // to the sockets of all its children
///
/// Middlewares, handlers and hooks that are set here serve every child, in front of the child's
/// own, whenever they are set. Rooms and sockets are each child's: sockets() is empty here, but
/// emissions, acks and broadcast operators reach all children.
///
/// A child is made by the first client that asks for it, and removed when the last one has left
/// (see Options::cleanup_empty_child_namespaces). A reference to it is good until the Node's next
/// event after that; keep names, not references. One with an Audience stays.
///
/// Time      An emission costs one for each child. Memory  About 1 KiB a child. The rest as
///           Namespace.
class ParentNamespace final : public Namespace {
 public:
  /// Made by a Node only. `test` is empty when the matcher needs more than a name.
  ParentNamespace(Node& node, std::string name, NamespaceMatcher matcher, NameTest test);

  /// In no lasting order.
  [[nodiscard]] std::span<Namespace* const> children() const { return children_; }

 private:
  friend class DynamicNamespaces;

  NamespaceMatcher matcher_;
  NameTest test_;
  std::vector<Namespace*> children_;
};

/// Whether a name matches an ECMAScript pattern anywhere in it, as RegExp.test() in JavaScript. The
/// names are the clients' and up to DecoderLimits::namespace_bytes_max long: a pattern of nested
/// repetitions, such as (a+)+$, takes time without end. Needs a valid pattern.
[[nodiscard]] NameTest match_pattern(std::string_view pattern);

}  // namespace veche::socketio
