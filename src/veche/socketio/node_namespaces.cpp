// How the namespaces of a Node come and go.

#include <utility>

#include "veche/base/contract.hpp"
#include "veche/socketio/node.hpp"

namespace veche::socketio {

ParentNamespace& Node::of_matcher(NamespaceMatcher matcher) {
  return dynamic_namespaces_.add(std::move(matcher), nullptr);
}

ParentNamespace& Node::of_predicate(UniqueFunction<bool(const NamespaceRequest&)> predicate) {
  return of_matcher([test = std::move(predicate)](const NamespaceRequest& request,
                                                  NamespaceDecision decision) mutable {
    decision(test(request));
  });
}

ParentNamespace& Node::of_pattern(std::string_view pattern) {
  return dynamic_namespaces_.add(
      [test = match_pattern(pattern)](const NamespaceRequest& request,
                                      NamespaceDecision decision) mutable {
        decision(test(request.name));
      },
      match_pattern(pattern));
}

void Node::on_new_namespace(NewNamespaceHandler handler) {
  on_new_namespace_.add(std::move(handler));
}

Namespace& Node::make(std::string name, Namespace* parent) {
  auto made = std::make_unique<Namespace>(*this, name, options_.adapter);
  made->parent_ = parent;
  const auto [place, is_new] = namespaces_.try_emplace(std::move(name), std::move(made));
  VECHE_EXPECTS(is_new);
  return *place->second;
}

void Node::tell_new(Namespace& nsp) {
  on_new_namespace_.for_each([&](NewNamespaceHandler& handler) {
    guard(nullptr, "new_namespace", [&] { handler(nsp); });
    return true;
  });
}

std::unique_ptr<Namespace> Node::take(const Namespace& nsp) {
  const auto found = namespaces_.find(nsp.name());
  VECHE_EXPECTS(found != namespaces_.end());
  auto taken = std::move(found->second);
  namespaces_.erase(found);
  return taken;
}

bool Node::is_crowded(const Connection& connection) const {
  std::size_t count = 0;
  for (const Socket* each = connection.first(); each != nullptr; each = Connection::next(*each))
    ++count;
  return count >= options_.connection_namespaces_max;
}

}  // namespace veche::socketio
