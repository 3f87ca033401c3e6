#include "veche/http/router.hpp"

#include <algorithm>

#include "veche/http/syntax.hpp"

namespace veche::http {
namespace {

bool is_parameter(std::string_view segment) { return segment.starts_with(':'); }

/// None when a segment is empty, when there are too many, or when the path has no slash first.
std::optional<std::vector<std::string_view>> split(std::string_view path) {
  if (!path.starts_with('/')) return std::nullopt;
  path.remove_prefix(1);
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    const auto segment = cut(path, '/');
    if (segment.empty() || segments.size() == path_segments_max) return std::nullopt;
    segments.push_back(segment);
  }
  return segments;
}

std::uint32_t static_bits(const std::vector<std::string_view>& segments) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (!is_parameter(segments[i])) bits |= 1U << (path_segments_max - i);
  }
  return bits;
}

std::string allow_list(std::uint32_t methods) {
  std::string list;
  for (const auto method : {Method::get, Method::head, Method::post, Method::put, Method::patch,
                            Method::del, Method::options}) {
    if ((methods & (1U << static_cast<unsigned>(method))) == 0) continue;
    if (!list.empty()) list += ", ";
    list += to_string(method);
  }
  return list;
}

std::uint32_t served_by(Method method) {
  const auto bit = [](Method one) { return 1U << static_cast<unsigned>(one); };
  return method == Method::get ? bit(Method::get) | bit(Method::head) : bit(method);
}

}  // namespace

std::string_view PathParameters::operator[](std::string_view name) const {
  const auto* const end = entries_.data() + size_;
  const auto* const found =
      std::find_if(entries_.data(), end, [name](const auto& entry) { return entry.first == name; });
  VECHE_EXPECTS(found != end);
  return found->second;
}

std::size_t RouteTable::add(Method method, std::string pattern) {
  const auto segments = split(pattern);
  VECHE_EXPECTS(segments.has_value() && method != Method::other);
  const auto is_alike = [&](const Route& route) {
    return route.method == method && route.segment_count == segments->size() &&
           route.statics == static_bits(*segments) && fits(route, *segments);
  };
  VECHE_EXPECTS(std::none_of(routes_.begin(), routes_.end(), is_alike));
  const auto bits = static_bits(*segments);
  const auto count = segments->size();
  routes_.push_back({method, std::move(pattern), bits, count});
  return routes_.size() - 1;
}

RouteTable::Match RouteTable::match(Method method, std::string_view path) const {
  const auto segments = split(path);
  if (!segments) return {};
  auto found = match_segments(method, *segments);
  if (found.route || prefix_.empty()) return found;

  auto rest = path;
  if (!rest.starts_with(prefix_)) return found;
  rest.remove_prefix(prefix_.size());
  const auto inner = split(rest.empty() ? "/" : rest);
  if (!inner) return found;
  auto prefixed = match_segments(method, *inner);
  return prefixed.route || found.allow.empty() ? prefixed : found;
}

bool RouteTable::fits(const Route& route, const Segments& segments) {
  if (route.segment_count != segments.size()) return false;
  std::string_view rest = route.pattern;
  rest.remove_prefix(1);
  return std::all_of(segments.begin(), segments.end(), [&rest](std::string_view segment) {
    const auto wanted = cut(rest, '/');
    return is_parameter(wanted) || wanted == segment;
  });
}

RouteTable::Match RouteTable::match_segments(Method method, const Segments& segments) const {
  const auto wanted = 1U << static_cast<unsigned>(method);
  const Route* best = nullptr;
  std::uint32_t methods = 0;
  for (const auto& route : routes_) {
    if (!fits(route, segments)) continue;
    const auto served = served_by(route.method);
    methods |= served;
    if ((served & wanted) == 0) continue;
    const bool is_nearer = best == nullptr || route.statics > best->statics ||
                           (route.statics == best->statics && route.method == method);
    if (is_nearer) best = &route;
  }
  Match match;
  if (best == nullptr) {
    match.allow = allow_list(methods);
    return match;
  }
  match.route = static_cast<std::size_t>(best - routes_.data());
  std::string_view rest = best->pattern;
  rest.remove_prefix(1);
  for (const auto segment : segments) {
    const auto name = cut(rest, '/');
    if (is_parameter(name)) match.parameters.add(name.substr(1), segment);
  }
  return match;
}

}  // namespace veche::http
