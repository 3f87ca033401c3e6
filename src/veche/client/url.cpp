#include "veche/client/url.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace veche::client {
namespace {

bool is_printable(char c) { return c > ' ' && c < '\x7f'; }

tl::unexpected<Error> malformed(std::string_view url, std::string_view why) {
  return fail(Errc::invalid, "\"" + std::string{url} + "\": " + std::string{why});
}

/// Takes the host off `rest`, without the brackets of an IPv6 address.
std::string_view take_host(std::string_view& rest) {
  const bool is_bracketed = rest.starts_with('[');
  const std::size_t end = is_bracketed ? rest.find(']') : rest.find_first_of(":/");
  if (is_bracketed && end == std::string_view::npos) return {};
  const std::string_view host = rest.substr(0, end);
  rest.remove_prefix(std::min(rest.size(), is_bracketed ? end + 1 : host.size()));
  return is_bracketed ? host.substr(1) : host;
}

bool is_numeric_address(std::string_view host) {
  return !host.empty() && host.find_first_not_of("0123456789abcdefABCDEF.:") == host.npos &&
         host.find_first_of(".:") != host.npos;
}

/// Takes ":PORT" off `rest`; 80 when there is none.
std::optional<std::uint16_t> take_port(std::string_view& rest) {
  if (!rest.starts_with(':')) return std::uint16_t{80};
  std::uint16_t port = 0;
  const char* const end = rest.data() + rest.size();
  const auto [stop, error] = std::from_chars(rest.data() + 1, end, port);
  if (error != std::errc{} || port == 0) return std::nullopt;
  rest = std::string_view{stop, static_cast<std::size_t>(end - stop)};
  return port;
}

}  // namespace

Result<ServerAddress> parse_server_address(std::string_view url) {
  if (!std::all_of(url.begin(), url.end(), is_printable)) {
    return fail(Errc::invalid, "the URL holds a space, a control byte or a letter beyond ASCII");
  }
  std::string_view rest = url;
  if (const auto scheme = rest.find("://"); scheme != std::string_view::npos) {
    const std::string_view name = rest.substr(0, scheme);
    if (name != "http" && name != "ws") return malformed(url, "only http:// and ws:// are known");
    rest.remove_prefix(scheme + 3);
  }
  if (rest.find_first_of("?#@") != std::string_view::npos) {
    return malformed(url, "credentials, query and fragment have no place here");
  }
  std::string_view host = take_host(rest);
  if (host == "localhost") host = "127.0.0.1";
  if (!is_numeric_address(host)) return malformed(url, "the host is not a numeric address");
  const auto port = take_port(rest);
  if (!port) return malformed(url, "the port is not a number from 1 to 65535");
  if (!rest.empty() && rest.front() != '/')
    return malformed(url, "what follows the port is no path");

  ServerAddress address;
  address.endpoint = {.host = std::string{host}, .port = *port};
  const bool is_v6 = host.find(':') != std::string_view::npos;
  address.host =
      (is_v6 ? "[" + std::string{host} + "]" : std::string{host}) + ":" + std::to_string(*port);
  if (rest.size() > 1) address.path = std::string{rest} + (rest.ends_with('/') ? "" : "/");
  return address;
}

}  // namespace veche::client
