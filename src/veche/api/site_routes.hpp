#pragma once

/// @file
/// What is no part of the chat: the page at `/`, and how the server is (CONTRACT section 5,
/// "operations").

#include <functional>
#include <string>

#include "veche/api/call.hpp"
#include "veche/base/task.hpp"

namespace veche::api {

/// `/healthz`, `/readyz`, `/metrics` and a page that says what answers here.
///
///     SiteRoutes site{commands, {.version = "0.1.0", .is_ready = [&] { return !draining; }}};
///     site.add_to(routes);
///
/// Threads   The loop of its commands. Errors  `/readyz` answers 503 while the process is not
/// ready or the store does not answer. `/metrics` answers 403 unless asked from this machine, and
/// not through a proxy. Lifetime  Outlives the routes' last call.
class SiteRoutes {
 public:
  struct Options {
    std::string version;
    std::function<bool()> is_ready{};  ///< none: ready as soon as the store answers
    /// Writes the metrics down, and hands them over on this loop; none: there are none.
    std::function<void(UniqueFunction<void(std::string)>)> metrics{};
  };

  SiteRoutes(domain::Commands& commands, Options options);
  SiteRoutes(const SiteRoutes&) = delete;
  SiteRoutes& operator=(const SiteRoutes&) = delete;

  void add_to(Routes& routes);

 private:
  void readyz(Call& call);
  void metrics(Call& call);

  domain::Commands& commands_;
  Options options_;
  std::string page_;
};

}  // namespace veche::api
