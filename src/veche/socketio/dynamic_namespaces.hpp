#pragma once

/// @file
/// How clients come to namespaces that do not exist yet, and how those end.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "veche/socketio/parent_namespace.hpp"

namespace veche::socketio {

class Connection;

/// The parents of a Node, and what they are asked.
///
///     dynamic.add(matcher, nullptr).on_connection(...);
///     dynamic.ask(connection, "/chat-7", auth);   // CONNECT, or CONNECT_ERROR, sooner or later
///
/// Matchers are asked in the order in which they were added, until one says yes.
///
/// Memory    A question: its name and auth, for as long as a matcher thinks; at most
///           questions_max of one client. Threads  The Node's loop. Errors  None.
/// Lifetime  The Node's.
class DynamicNamespaces {
 public:
  /// How many of one client's questions may be open.
  static constexpr std::size_t questions_max = 8;

  explicit DynamicNamespaces(Node& node) : node_{node} {}
  DynamicNamespaces(const DynamicNamespaces&) = delete;
  DynamicNamespaces& operator=(const DynamicNamespaces&) = delete;
  ~DynamicNamespaces();

  ParentNamespace& add(NamespaceMatcher matcher, NameTest test);
  /// The first whose pattern matches; null when none does.
  [[nodiscard]] ParentNamespace* find_parent(std::string_view name);
  /// A new child. Needs that there is no namespace of that name.
  Namespace& make_child(ParentNamespace& parent, std::string name);

  /// A client wants to CONNECT to a namespace that does not exist.
  void ask(Connection& connection, std::string_view name, std::string_view auth);
  /// Whether the client waits for an answer about that name.
  [[nodiscard]] bool is_asking(const Connection& connection, std::string_view name) const;
  void decide(const Connection& connection, std::uint64_t question, bool is_match);
  /// The connection has gone.
  void forget(const Connection& connection);

  /// A socket has left the namespace, connected or not: removes it if it should not stay empty.
  void left(Namespace& nsp);
  /// Frees what was removed. Needs that no handler runs.
  void free_removed() { removed_.clear(); }

 private:
  struct Question {
    Connection& connection;
    std::string name;
    std::string auth;
    std::size_t next_parent{};
  };
  using Key = std::pair<const Connection*, std::uint64_t>;
  using Questions = std::map<Key, std::shared_ptr<Question>>;

  void ask_next(Questions::iterator found);
  [[nodiscard]] std::pair<Questions::const_iterator, Questions::const_iterator> questions_of(
      const Connection& connection) const;

  Node& node_;
  std::vector<std::unique_ptr<ParentNamespace>> parents_;
  std::size_t child_count_{};
  Questions questions_;
  std::uint64_t last_question_{};
  std::vector<std::unique_ptr<Namespace>> removed_;
};

}  // namespace veche::socketio
