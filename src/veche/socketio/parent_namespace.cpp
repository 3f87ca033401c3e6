#include "veche/socketio/parent_namespace.hpp"

#include <memory>
#include <optional>
#include <regex>

#include "veche/base/contract.hpp"
#include "veche/socketio/node.hpp"
#include "veche/socketio/parent_adapter.hpp"

namespace veche::socketio {

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
    : Namespace{node, std::move(name),
                [](Namespace& parent) {
                  return std::make_unique<ParentAdapter>(static_cast<ParentNamespace&>(parent));
                }},
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
