#include "veche/http/cors.hpp"

#include <algorithm>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/http/authority.hpp"
#include "veche/http/syntax.hpp"

namespace veche::http {
namespace {

bool is_visible(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

bool is_header_list(std::string_view text) {
  return text.size() <= Cors::requested_headers_bytes_max &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_token_char(c) || c == ',' || c == ' '; });
}

/// "a" or "a.b": what a star may stand for.
bool is_labels(std::string_view text) {
  while (true) {
    const auto dot = text.find('.');
    const auto label = text.substr(0, dot);
    const bool is_label = !label.empty() && std::all_of(label.begin(), label.end(), [](char c) {
      return is_alphanumeric(c) || c == '-' || c == '_';
    });
    if (!is_label) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool matches(const Origin& origin, const Origin& pattern) {
  const auto host = origin.authority.host;
  const auto ending = pattern.authority.host.substr(1);  // with its dot
  if (host.size() <= ending.size()) return false;
  const auto labels = host.size() - ending.size();
  if (!equals_ignoring_case(host.substr(labels), ending)) return false;
  Origin same_host = pattern;
  same_host.authority.host = host;
  return is_labels(host.substr(0, labels)) && is_same(origin, same_host);
}

}  // namespace

Result<Cors> Cors::parse(std::string_view origins) {
  Cors cors;
  while (!origins.empty()) {
    auto origin = trim(cut(origins, ','));
    if (origin.ends_with('/')) origin.remove_suffix(1);
    if (origin.empty()) continue;
    if (origin == "*") {
      cors.allows_any_ = true;
    } else if (auto added = cors.add_listed(origin); !added) {
      return tl::unexpected{added.error()};
    }
  }
  return cors;
}

Cors Cors::allowing(Predicate predicate) {
  VECHE_EXPECTS(predicate != nullptr);
  Cors cors;
  cors.predicate_ = std::move(predicate);
  return cors;
}

void Cors::set_options(CorsOptions options) {
  VECHE_EXPECTS(is_field_value(options.methods) && is_field_value(options.allowed_headers) &&
                is_field_value(options.exposed_headers));
  options_ = std::move(options);
}

Result<void> Cors::add_listed(std::string_view origin) {
  const auto parsed = parse_origin(origin);
  const auto host = parsed ? parsed->authority.host : std::string_view{};
  const bool is_pattern = host.starts_with("*.") && host.size() > 2;
  if (!parsed || host.find('*', is_pattern ? 1 : 0) != std::string_view::npos) {
    return fail(Errc::invalid, "'" + std::string{origin} + "' is not an origin");
  }
  if (is_pattern) {
    patterns_.emplace_back(origin);
  } else if (!is_listed(origin)) {
    origins_.emplace_back(origin);
  }
  return {};
}

Cors::Verdict Cors::verdict(std::optional<std::string_view> origin, std::string_view host) const {
  if (!origin) return Verdict::allowed;
  if (allows_any_) return is_visible(*origin) ? Verdict::allowed : Verdict::refused;
  if (allows(*origin)) return Verdict::allowed;

  const auto page = parse_origin(*origin);
  const auto server = parse_authority(host);
  if (!page || !server) return Verdict::refused;
  const bool is_web =
      equals_ignoring_case(page->scheme, "http") || equals_ignoring_case(page->scheme, "https");
  const bool is_own = is_web && is_same(page->authority, *server, page->default_port());
  return is_own ? Verdict::allowed : Verdict::refused;
}

void Cors::add_headers(std::optional<std::string_view> origin, Headers& answer) const {
  add_origin(origin, answer);
  answer.add("Vary", "Origin");
  add_exposed(answer);
}

void Cors::add_exposed(Headers& answer) const {
  if (options_.exposed_headers.empty()) return;
  answer.add("Access-Control-Expose-Headers", options_.exposed_headers);
}

Response Cors::preflight(const Headers& request) const {
  Response response{.status = 204};
  auto& headers = response.headers;
  add_origin(request.find("origin"), headers);
  const bool repeats_headers = options_.allowed_headers.empty();
  headers.add("Vary", repeats_headers ? "Origin, Access-Control-Request-Headers" : "Origin");
  headers.add("Access-Control-Allow-Methods", options_.methods);
  const auto asked = request.find("access-control-request-headers").value_or("");
  if (!repeats_headers) {
    headers.add("Access-Control-Allow-Headers", options_.allowed_headers);
  } else if (!asked.empty() && is_header_list(asked)) {
    headers.add("Access-Control-Allow-Headers", std::string{asked});
  }
  if (options_.max_age) {
    headers.add("Access-Control-Max-Age", std::to_string(options_.max_age->count()));
  }
  add_exposed(headers);
  headers.add("Content-Length", "0");
  return response;
}

void Cors::add_origin(std::optional<std::string_view> origin, Headers& answer) const {
  const bool is_fixed = origins_.size() == 1 && patterns_.empty() && predicate_ == nullptr;
  std::string_view named;
  if (allows_any_) {
    named = options_.credentials && origin && is_visible(*origin) ? *origin : "*";
  } else if (origin && !is_fixed && allows(*origin)) {
    named = *origin;
  } else if (!origins_.empty()) {
    named = origins_.front();
  }
  if (named.empty()) return;
  answer.add("Access-Control-Allow-Origin", std::string{named});
  if (options_.credentials && named != "*") {
    answer.add("Access-Control-Allow-Credentials", "true");
  }
}

bool Cors::allows(std::string_view origin) const {
  if (!is_visible(origin)) return false;
  if (is_listed(origin) || (predicate_ != nullptr && predicate_(origin))) return true;
  const auto asked = parse_origin(origin);
  return asked && std::any_of(patterns_.begin(), patterns_.end(), [&](const std::string& pattern) {
           return matches(*asked, *parse_origin(pattern));
         });
}

bool Cors::is_listed(std::string_view origin) const {
  const auto asked = parse_origin(origin);
  if (!asked) return false;
  return std::any_of(origins_.begin(), origins_.end(), [&](const std::string& listed) {
    return is_same(*asked, *parse_origin(listed));
  });
}

}  // namespace veche::http
