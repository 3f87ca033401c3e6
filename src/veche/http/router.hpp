#pragma once

/// @file
/// From a method and a path to whoever answers.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "veche/base/contract.hpp"
#include "veche/http/message.hpp"

namespace veche::http {

inline constexpr std::size_t path_segments_max = 16;

/// What stood in place of the `:name` segments of a pattern.
class PathParameters {
 public:
  /// Needs a pattern that has `name`. A view into the path that was matched, never empty.
  [[nodiscard]] std::string_view operator[](std::string_view name) const;
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  friend class RouteTable;
  void add(std::string_view name, std::string_view value) { entries_[size_++] = {name, value}; }

  std::array<std::pair<std::string_view, std::string_view>, path_segments_max> entries_{};
  std::size_t size_{};
};

/// Patterns and their numbers; Router puts handlers to the numbers.
class RouteTable {
 public:
  struct Match {
    std::optional<std::size_t> route{};  ///< none: not found, or the method is not allowed
    PathParameters parameters{};
    std::string allow{};  ///< "GET, HEAD, POST" when only the method does not fit, else empty
  };

  explicit RouteTable(std::string prefix) : prefix_{std::move(prefix)} {}

  /// The number of the pattern: 0, 1, 2 and so on.
  std::size_t add(Method method, std::string pattern);
  [[nodiscard]] Match match(Method method, std::string_view path) const;

 private:
  using Segments = std::vector<std::string_view>;

  struct Route {
    Method method{};
    std::string pattern{};
    std::uint32_t statics{};  ///< a bit a segment, the first the highest: larger is nearer
    std::size_t segment_count{};
  };

  [[nodiscard]] static bool fits(const Route& route, const Segments& segments);
  [[nodiscard]] Match match_segments(Method method, const Segments& segments) const;

  std::string prefix_;
  std::vector<Route> routes_;
};

/// Paths with their handlers.
///
///     Router<Handler> router{"/api"};
///     router.add(Method::get, "/chats/:id/messages", list_messages);
///     auto match = router.match(request.method, request.path);
///     if (match.handler != nullptr) (*match.handler)(request, match.parameters["id"]);
///     // else 405 with `Allow: match.allow` unless that is empty, then 404
///
/// A static segment goes before a `:name`, from the left. GET serves HEAD too, unless HEAD has a
/// handler of its own; OPTIONS is CORS's. Every path is served with and without the prefix, and
/// with one slash at its end or none. Empty segments fit nothing.
///
/// Time      Linear in routes and segments. Memory  What is added. Threads  match() from any
/// while nobody adds. Errors  Patterns are ours: at most 16 segments, each beginning with '/',
/// no two of one method alike. Lifetime  Matches view the router and the path.
template <typename Handler>
class Router {
 public:
  struct Match {
    const Handler* handler{};
    PathParameters parameters{};
    std::string allow{};
  };

  /// `prefix` is "" or "/segment".
  explicit Router(std::string prefix = "") : table_{std::move(prefix)} {}

  /// Needs a pattern that begins with '/' and a method other than Method::other.
  void add(Method method, std::string pattern, Handler handler) {
    table_.add(method, std::move(pattern));
    handlers_.push_back(std::move(handler));
  }

  [[nodiscard]] Match match(Method method, std::string_view path) const {
    auto found = table_.match(method, path);
    const auto* handler = found.route ? &handlers_[*found.route] : nullptr;
    return {handler, found.parameters, std::move(found.allow)};
  }

 private:
  RouteTable table_;
  std::vector<Handler> handlers_;
};

}  // namespace veche::http
