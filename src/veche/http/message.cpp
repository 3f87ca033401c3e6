#include "veche/http/message.hpp"

#include <algorithm>
#include <utility>

#include "veche/http/syntax.hpp"

namespace veche::http {
namespace {

/// Whether it says what it stands for.
bool is_plain(std::string_view encoded) {
  return std::none_of(encoded.begin(), encoded.end(), [](char c) { return c == '%' || c == '+'; });
}

/// application/x-www-form-urlencoded: '+' is a space; a '%' that starts no escape is itself.
std::string form_decode(std::string_view text) {
  if (is_plain(text)) return std::string{text};
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_escape = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                           hex_value(text[i + 2]) >= 0;
    if (is_escape) {
      decoded += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

/// Compares without a copy unless something is encoded.
bool is_name(std::string_view encoded, std::string_view name) {
  return is_plain(encoded) ? encoded == name : form_decode(encoded) == name;
}

}  // namespace

std::string_view to_string(Method method) {
  switch (method) {
    case Method::get: return "GET";
    case Method::head: return "HEAD";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::patch: return "PATCH";
    case Method::del: return "DELETE";
    case Method::options: return "OPTIONS";
    case Method::other: return "";
  }
  return "";
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  const auto found = std::find_if(fields_.begin(), fields_.end(), [name](const Header& field) {
    return equals_ignoring_case(field.name, name);
  });
  if (found == fields_.end()) return std::nullopt;
  return found->value;
}

std::size_t Headers::count(std::string_view name) const {
  const auto matches = std::count_if(fields_.begin(), fields_.end(), [name](const Header& field) {
    return equals_ignoring_case(field.name, name);
  });
  return static_cast<std::size_t>(matches);
}

bool Headers::has_token(std::string_view name, std::string_view token) const {
  for (const auto& field : fields_) {
    if (!equals_ignoring_case(field.name, name)) continue;
    for (std::string_view rest = field.value; !rest.empty();) {
      if (equals_ignoring_case(trim(cut(rest, ',')), token)) return true;
    }
  }
  return false;
}

void Headers::add(std::string name, std::string value) {
  fields_.push_back({std::move(name), std::move(value)});
}

void Headers::set(std::string_view name, std::string value) {
  std::erase_if(fields_,
                [name](const Header& field) { return equals_ignoring_case(field.name, name); });
  add(std::string{name}, std::move(value));
}

bool is_json(const Request& request) {
  auto type = request.headers.find("content-type").value_or("");
  return equals_ignoring_case(trim(cut(type, ';')), "application/json");
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100: return "Continue";
    case 101: return "Switching Protocols";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "";
  }
}

std::optional<std::string> query_parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    auto value = cut(query, '&');
    const bool is_pair = !value.empty();
    if (is_pair && is_name(cut(value, '='), name)) return form_decode(value);
  }
  return std::nullopt;
}

std::vector<Header> query_parameters(std::string_view query, std::size_t count_max) {
  std::vector<Header> parameters;
  while (!query.empty() && parameters.size() < count_max) {
    auto value = cut(query, '&');
    if (value.empty()) continue;
    auto name = form_decode(cut(value, '='));
    parameters.push_back({std::move(name), form_decode(value)});
  }
  return parameters;
}

}  // namespace veche::http
