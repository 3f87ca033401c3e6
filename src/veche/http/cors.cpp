#include "veche/http/cors.hpp"

#include <algorithm>

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

}  // namespace

Result<Cors> Cors::parse(std::string_view origins) {
  Cors cors;
  while (!origins.empty()) {
    auto origin = trim(cut(origins, ','));
    if (origin.ends_with('/')) origin.remove_suffix(1);
    if (origin.empty()) continue;
    if (origin == "*") {
      cors.allows_any_ = true;
    } else if (!parse_origin(origin)) {
      return fail(Errc::invalid, "'" + std::string{origin} + "' is not an origin");
    } else if (!cors.is_listed(origin)) {
      cors.origins_.emplace_back(origin);
    }
  }
  return cors;
}

Cors::Verdict Cors::verdict(std::optional<std::string_view> origin, std::string_view host) const {
  if (!origin) return Verdict::allowed;
  if (allows_any_) return is_visible(*origin) ? Verdict::allowed : Verdict::refused;
  if (is_listed(*origin)) return Verdict::allowed;

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
}

Response Cors::preflight(const Headers& request) const {
  Response response{.status = 204};
  auto& headers = response.headers;
  add_origin(request.find("origin"), headers);
  headers.add("Vary", "Origin, Access-Control-Request-Headers");
  headers.add("Access-Control-Allow-Methods", "GET,HEAD,PUT,PATCH,POST,DELETE");
  const auto asked = request.find("access-control-request-headers").value_or("");
  if (!asked.empty() && is_header_list(asked)) {
    headers.add("Access-Control-Allow-Headers", std::string{asked});
  }
  headers.add("Content-Length", "0");
  return response;
}

void Cors::add_origin(std::optional<std::string_view> origin, Headers& answer) const {
  std::string_view named;
  if (origin && (allows_any_ ? is_visible(*origin) : origins_.size() > 1 && is_listed(*origin))) {
    named = *origin;
  } else if (!allows_any_ && !origins_.empty()) {
    named = origins_.front();
  }
  if (!named.empty()) {
    answer.add("Access-Control-Allow-Origin", std::string{named});
    answer.add("Access-Control-Allow-Credentials", "true");
  } else if (allows_any_) {
    answer.add("Access-Control-Allow-Origin", "*");
  }
}

bool Cors::is_listed(std::string_view origin) const {
  const auto asked = parse_origin(origin);
  if (!asked) return false;
  return std::any_of(origins_.begin(), origins_.end(), [&](const std::string& listed) {
    return is_same(*asked, *parse_origin(listed));
  });
}

}  // namespace veche::http
