#include "veche/engineio/cookie.hpp"

#include "veche/base/contract.hpp"
#include "veche/http/syntax.hpp"

namespace veche::engineio {
namespace {

std::string_view to_string(SameSite same_site) {
  switch (same_site) {
    case SameSite::strict: return "Strict";
    case SameSite::lax: return "Lax";
    case SameSite::none: return "None";
  }
  return "";
}

bool is_attribute(std::string_view value) {
  return http::is_field_value(value) && value.find(';') == std::string_view::npos;
}

}  // namespace

std::string set_cookie(const CookieOptions& options, std::string_view sid) {
  VECHE_EXPECTS(http::is_token(options.name));
  VECHE_EXPECTS(is_attribute(options.path) && is_attribute(options.domain));
  std::string cookie = options.name;
  cookie += '=';
  cookie += sid;
  if (options.max_age) cookie += "; Max-Age=" + std::to_string(options.max_age->count());
  if (!options.domain.empty()) cookie += "; Domain=" + options.domain;
  if (!options.path.empty()) cookie += "; Path=" + options.path;
  if (options.http_only) cookie += "; HttpOnly";
  if (options.secure) cookie += "; Secure";
  if (options.same_site) {
    cookie += "; SameSite=";
    cookie += to_string(*options.same_site);
  }
  return cookie;
}

}  // namespace veche::engineio
