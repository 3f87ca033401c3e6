#include "veche/socketio/parent_namespace.hpp"

#include <memory>
#include <optional>
#include <regex>

#include "veche/base/contract.hpp"
#include "veche/socketio/node.hpp"

namespace veche::socketio {

namespace {

/// Passes on to the adapter of each child.
class ParentAdapter final : public Adapter {
 public:
  explicit ParentAdapter(Namespace& parent) : parent_{static_cast<ParentNamespace&>(parent)} {}

  // No socket is in a parent.
  void add_all(Socket&, std::span<const std::string_view>) override {}
  void del(Socket&, std::string_view) override {}
  void del_all(Socket&) override {}

  void broadcast(const Emission& emission, const BroadcastOptions& options) override {
    for (const Namespace* child : children()) child->adapter().broadcast(emission, options);
  }
  void add_sockets(const BroadcastOptions& options,
                   std::span<const std::string_view> rooms) override {
    for (const Namespace* child : children()) child->adapter().add_sockets(options, rooms);
  }
  void del_sockets(const BroadcastOptions& options,
                   std::span<const std::string_view> rooms) override {
    for (const Namespace* child : children()) child->adapter().del_sockets(options, rooms);
  }
  void disconnect_sockets(const BroadcastOptions& options, Scope scope) override {
    for (const Namespace* child : children()) child->adapter().disconnect_sockets(options, scope);
  }
  void fetch_sockets(const BroadcastOptions&, FetchCallback callback) override {
    callback(std::vector<RemoteSocket>{});
  }
  void server_side_emit(const Emission& emission) override {
    for (const Namespace* child : children()) child->adapter().server_side_emit(emission);
  }

 private:
  /// A copy: handlers may make children, and end them, meanwhile.
  [[nodiscard]] std::vector<Namespace*> children() const {
    return {parent_.children().begin(), parent_.children().end()};
  }

  ParentNamespace& parent_;
};

AdapterFactory parent_adapter() {
  return [](Namespace& parent) { return std::make_unique<ParentAdapter>(parent); };
}

}  // namespace

NamespaceDecision& NamespaceDecision::operator=(NamespaceDecision&& other) noexcept {
  node_ = std::exchange(other.node_, nullptr);
  connection_ = other.connection_;
  question_ = other.question_;
  return *this;
}

void NamespaceDecision::operator()(bool is_match) {
  if (node_ != nullptr)
    std::exchange(node_, nullptr)->dynamic_namespaces().decide(*connection_, question_, is_match);
}

ParentNamespace::ParentNamespace(Node& node, std::string name, NamespaceMatcher matcher,
                                 NameTest test)
    : Namespace{node, std::move(name), *std::make_unique<AdapterFactory>(parent_adapter())},
      matcher_{std::move(matcher)},
      test_{std::move(test)} {}

NameTest match_pattern(std::string_view pattern) {
  std::optional<std::regex> compiled;
  try {
    compiled.emplace(pattern.begin(), pattern.end(), std::regex::ECMAScript);
  } catch (const std::regex_error&) {
    compiled.reset();
  }
  const bool is_valid_pattern = compiled.has_value();
  VECHE_EXPECTS(is_valid_pattern);
  return [regex = std::make_unique<std::regex>(*std::move(compiled))](std::string_view name) {
    try {
      return std::regex_search(name.begin(), name.end(), *regex);
    } catch (const std::regex_error&) {  // too much for it
      return false;
    }
  };
}

}  // namespace veche::socketio
