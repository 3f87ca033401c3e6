#include "veche/websocket/extension.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/http/syntax.hpp"

namespace veche::websocket {
namespace {

constexpr std::string_view field_name = "Sec-WebSocket-Extensions";
constexpr std::string_view extension_name = "permessage-deflate";

/// Takes the tokens, values and separators of one header field off its front.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_{text} {}

  [[nodiscard]] bool is_at_end() {
    skip_space();
    return rest_.empty();
  }

  [[nodiscard]] bool is_before(char separator) {
    skip_space();
    return rest_.starts_with(separator);
  }

  /// Whether the next character is `separator`; then it is taken.
  [[nodiscard]] bool take(char separator) {
    if (!is_before(separator)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  [[nodiscard]] std::optional<std::string_view> token() {
    skip_space();
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), http::is_token_char);
    const auto size = static_cast<std::size_t>(end - rest_.begin());
    if (size == 0) return std::nullopt;
    const auto token = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return token;
  }

  /// A token, or a token in quotes (RFC 6455 section 9.1 allows no other text there).
  [[nodiscard]] std::optional<std::string> value() {
    std::string unquoted;
    if (!take('"')) {
      const auto plain = token();
      if (!plain) return std::nullopt;
      return std::string{*plain};
    }
    while (!rest_.empty() && rest_.front() != '"') {
      if (rest_.front() == '\\') rest_.remove_prefix(1);
      if (rest_.empty()) return std::nullopt;
      unquoted += rest_.front();
      rest_.remove_prefix(1);
    }
    if (rest_.empty() || !http::is_token(unquoted)) return std::nullopt;
    rest_.remove_prefix(1);
    return unquoted;
  }

 private:
  void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size())); }

  std::string_view rest_;
};

/// "8" to "15", without leading zeros.
std::optional<std::uint8_t> window_of(std::string_view text) {
  constexpr std::string_view all[] = {"8", "9", "10", "11", "12", "13", "14", "15"};
  const auto* const found = std::find(std::begin(all), std::end(all), text);
  if (found == std::end(all)) return std::nullopt;
  return static_cast<std::uint8_t>(8 + (found - std::begin(all)));
}

/// The parameters of one offer, judged as they come.
class Offer {
 public:
  void add(std::string_view name, const std::optional<std::string>& value) {
    if (!is_acceptable(name, value)) is_acceptable_ = false;
  }
  void decline() { is_acceptable_ = false; }

  [[nodiscard]] std::optional<DeflateTerms> terms(std::uint8_t window_bits) const {
    if (!is_acceptable_ || server_window_ == 8) return std::nullopt;
    if (!server_window_) return DeflateTerms{window_bits, false};
    return DeflateTerms{std::min(window_bits, *server_window_), true};
  }

 private:
  static bool is_first(bool& seen) { return !std::exchange(seen, true); }

  [[nodiscard]] bool is_acceptable(std::string_view name, const std::optional<std::string>& value) {
    if (name == "server_no_context_takeover") return !value && is_first(has_server_context_);
    if (name == "client_no_context_takeover") return !value && is_first(has_client_context_);
    // The client's own window matters to nobody here: a window of 15 bits reads them all.
    if (name == "client_max_window_bits") {
      return (!value || window_of(*value)) && is_first(has_client_window_);
    }
    if (name != "server_max_window_bits" || !value || server_window_) return false;
    server_window_ = window_of(*value);
    return server_window_.has_value();
  }

  std::optional<std::uint8_t> server_window_;
  bool has_server_context_{};
  bool has_client_context_{};
  bool has_client_window_{};
  bool is_acceptable_{true};
};

/// Reads "name; parameter; parameter=value". None for a syntax error.
std::optional<Offer> read_offer(Reader& reader) {
  const auto name = reader.token();
  if (!name) return std::nullopt;
  Offer offer;
  if (*name != extension_name) offer.decline();
  while (reader.take(';')) {
    const auto parameter = reader.token();
    if (!parameter) return std::nullopt;
    std::optional<std::string> value;
    if (reader.take('=') && !(value = reader.value())) return std::nullopt;
    offer.add(*parameter, value);
  }
  const bool is_whole = reader.is_at_end() || reader.is_before(',');
  return is_whole ? std::optional{offer} : std::nullopt;
}

}  // namespace

std::optional<DeflateTerms> agree_on_deflate(const http::Headers& request,
                                             std::uint8_t window_bits) {
  VECHE_EXPECTS(window_bits >= window_bits_min && window_bits <= window_bits_max);
  for (const auto& field : request) {
    if (!http::equals_ignoring_case(field.name, field_name)) continue;
    Reader reader{field.value};
    do {
      const auto offer = read_offer(reader);
      if (!offer) return std::nullopt;
      if (const auto terms = offer->terms(window_bits)) return terms;
    } while (reader.take(','));
  }
  return std::nullopt;
}

std::string to_string(const DeflateTerms& terms) {
  std::string text{extension_name};
  text += "; server_no_context_takeover; client_no_context_takeover";
  if (terms.has_named_window) {
    text += "; server_max_window_bits=" + std::to_string(terms.window_bits);
  }
  return text;
}

}  // namespace veche::websocket
