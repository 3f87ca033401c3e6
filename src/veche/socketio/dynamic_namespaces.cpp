#include "veche/socketio/dynamic_namespaces.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

#include "veche/socketio/node.hpp"

namespace veche::socketio {

DynamicNamespaces::~DynamicNamespaces() = default;

ParentNamespace& DynamicNamespaces::add(NamespaceMatcher matcher, NameTest test) {
  std::string name = "/_" + std::to_string(parents_.size());
  parents_.push_back(std::make_unique<ParentNamespace>(node_, std::move(name), std::move(matcher),
                                                       std::move(test)));
  return *parents_.back();
}

ParentNamespace* DynamicNamespaces::find_parent(std::string_view name) {
  for (const auto& parent : parents_)
    if (parent->test_ && parent->test_(name)) return parent.get();
  return nullptr;
}

Namespace& DynamicNamespaces::make_child(ParentNamespace& parent, std::string name) {
  Namespace& child = node_.make(std::move(name), &parent);
  parent.children_.push_back(&child);
  ++child_count_;
  node_.tell_new(child);
  return child;
}

void DynamicNamespaces::ask(Connection& connection, std::string_view name, std::string_view auth) {
  if (parents_.empty()) return node_.refuse_namespace(connection, name, "Invalid namespace");
  const auto [first, last] = questions_of(connection);
  const auto open = static_cast<std::size_t>(std::distance(first, last));
  if (open >= questions_max || node_.is_crowded(connection))
    return node_.refuse_namespace(connection, name, "Too many namespaces");
  auto question =
      std::make_shared<Question>(Question{connection, std::string{name}, std::string{auth}});
  ask_next(questions_.emplace(Key{&connection, ++last_question_}, std::move(question)).first);
}

void DynamicNamespaces::ask_next(Questions::iterator found) {
  const auto question = found->second;  // stays while the matcher looks at it
  if (question->connection.is_closing() || question->next_parent == parents_.size()) {
    questions_.erase(found);
    if (question->connection.is_closing()) return;
    return node_.refuse_namespace(question->connection, question->name, "Invalid namespace");
  }
  ParentNamespace& parent = *parents_[question->next_parent++];
  const std::string_view auth = question->auth.empty() ? "{}" : std::string_view{question->auth};
  const NamespaceRequest request{question->name, auth, question->connection.engine().request()};
  NamespaceDecision decision{node_, question->connection, found->first.second};
  node_.guard(nullptr, "namespace matcher", [&] { parent.matcher_(request, std::move(decision)); });
}

bool DynamicNamespaces::is_asking(const Connection& connection, std::string_view name) const {
  const auto [first, last] = questions_of(connection);
  return std::any_of(first, last, [&](const auto& each) { return each.second->name == name; });
}

void DynamicNamespaces::decide(const Connection& connection, std::uint64_t question,
                               bool is_match) {
  const Node::Dispatch scope{node_};
  const auto found = questions_.find({&connection, question});
  if (found == questions_.end()) return;
  if (!is_match) return ask_next(found);
  const auto asked = found->second;
  questions_.erase(found);
  if (asked->connection.is_closing()) return;
  Namespace* nsp = node_.find(asked->name);
  if (nsp == nullptr) {
    if (child_count_ >= node_.options().dynamic_namespaces_max)
      return node_.refuse_namespace(asked->connection, asked->name, "Too many namespaces");
    nsp = &make_child(*parents_[asked->next_parent - 1], asked->name);
  }
  node_.connect_to(asked->connection, *nsp, asked->auth);
}

void DynamicNamespaces::forget(const Connection& connection) {
  const auto [first, last] = questions_of(connection);
  questions_.erase(first, last);
}

std::pair<DynamicNamespaces::Questions::const_iterator,
          DynamicNamespaces::Questions::const_iterator>
DynamicNamespaces::questions_of(const Connection& connection) const {
  if (questions_.empty()) return {questions_.end(), questions_.end()};
  constexpr auto last = std::numeric_limits<std::uint64_t>::max();
  return {questions_.lower_bound({&connection, 0}), questions_.upper_bound({&connection, last})};
}

void DynamicNamespaces::left(Namespace& nsp) {
  auto* parent = static_cast<ParentNamespace*>(nsp.parent_);
  if (parent == nullptr || nsp.population_ > 0 || nsp.rooms_.audience_count() > 0) return;
  if (!node_.options().cleanup_empty_child_namespaces) return;
  auto& children = parent->children_;
  const auto place = std::find(children.begin(), children.end(), &nsp);
  *place = children.back();
  children.pop_back();
  --child_count_;
  removed_.push_back(node_.take(nsp));
}

}  // namespace veche::socketio
