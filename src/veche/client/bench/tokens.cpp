#include "veche/client/bench/tokens.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <utility>

#include "veche/client/bench/world.hpp"

namespace veche::client::bench {
namespace {

bool stands_in_json(std::string_view token) {
  return std::all_of(token.begin(), token.end(),
                     [](char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '\\'; });
}

struct Line {
  std::size_t user{};
  std::string_view token;
};

/// None when the line is neither of the two forms.
std::optional<Line> read_line(std::string_view text, std::size_t next_user) {
  Line line{.user = next_user, .token = text};
  const auto blank = text.find_first_of(" \t");
  if (blank != std::string_view::npos) {
    const char* const end = text.data() + blank;
    const auto [stop, error] = std::from_chars(text.data(), end, line.user);
    if (error != std::errc{} || stop != end) return std::nullopt;
    line.token = text.substr(std::min(text.size(), text.find_first_not_of(" \t", blank)));
  }
  if (line.user >= users_max || line.token.empty() || !stands_in_json(line.token)) {
    return std::nullopt;
  }
  return line;
}

std::string mint(const crypto::Jwt& jwt, std::uint32_t user, WallTime now) {
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  crypto::Claims claims;
  claims.sub = user_id(user);
  claims.iat = seconds;
  claims.exp = seconds + 86'400;
  return jwt.sign(claims);
}

}  // namespace

Result<std::vector<std::string>> parse_tokens(std::string_view text) {
  std::vector<std::string> tokens;
  std::size_t next_user = 0;
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view one = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    if (!one.empty() && one.back() == '\r') one.remove_suffix(1);
    if (one.empty()) continue;
    const auto line = read_line(one, next_user);
    if (!line) {
      return fail(Errc::invalid, "tokens, line " + std::to_string(number) +
                                     ": neither a token nor a user's number and a token");
    }
    if (tokens.size() <= line->user) tokens.resize(line->user + 1);
    tokens[line->user] = line->token;
    next_user = line->user + 1;
  }
  return tokens;
}

Credentials::Credentials(const Options& options) : tokens_{options.tokens} {
  if (!tokens_) jwt_.emplace(crypto::JwtAlgorithm::hs256, options.jwt_secret);
}

std::optional<std::string> Credentials::auth(std::uint32_t user, WallTime now,
                                             std::string_view more) const {
  if (tokens_ && (user >= tokens_->size() || (*tokens_)[user].empty())) return std::nullopt;
  std::string text{R"({"token":")"};
  text.append(tokens_ ? (*tokens_)[user] : mint(*jwt_, user, now)).append("\"");
  return text.append(more).append("}");
}

}  // namespace veche::client::bench
