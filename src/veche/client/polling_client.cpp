#include "veche/client/polling_client.hpp"

#include <utility>

#include "veche/base/contract.hpp"
#include "veche/engineio/payload.hpp"

namespace veche::client {
namespace {

constexpr std::string_view close_packet = "1";

std::string make_get(const ServerAddress& server, std::string_view target) {
  std::string text{"GET "};
  text.append(target).append(" HTTP/1.1\r\nHost: ").append(server.host).append("\r\n\r\n");
  return text;
}

/// Whether a sid can stand in a URL as it is.
bool fits_into_target(std::string_view sid) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return !sid.empty() && sid.find_first_not_of(letters) == std::string_view::npos;
}

}  // namespace

PollingClient::PollingClient(const Context& context, TransportEvents& events)
    : context_{context},
      events_{events},
      get_{context, *this},
      post_{context, *this},
      deadline_{*this} {}

Result<void> PollingClient::connect(const ServerAddress& server, std::string_view target,
                                    const std::string& local) {
  VECHE_EXPECTS(state_ == State::idle);
  server_ = server;
  local_ = local;
  target_ = target;
  request_ = make_get(server, target_);
  auto asked = get_.ask(server_, local_, request_);
  if (asked) state_ = State::opening;
  return asked;
}

// Out.

void PollingClient::send_text(std::string_view text) {
  if (!is_open()) return;
  if (!waiting_.empty()) waiting_.push_back(engineio::record_separator);
  waiting_.append(text);
  post();
}

void PollingClient::post() {
  if (waiting_.empty() || post_.is_waiting()) return;
  std::size_t size = waiting_.size();
  if (size > max_payload_) {
    // The last separator that leaves the rest for another POST; a longer packet goes as it is.
    const auto cut = waiting_.rfind(engineio::record_separator, max_payload_);
    size = cut != std::string::npos ? cut : waiting_.find(engineio::record_separator);
  }
  const std::string payload = waiting_.substr(0, size);
  waiting_.erase(0, payload.size() == waiting_.size() ? payload.size() : payload.size() + 1);
  if (auto asked = post_.ask(server_, local_, make_post(payload)); !asked) {
    // It is the owner who calls: closed() has to wait for a turn.
    why_ = Closed{CloseCause::broken, asked.error().text};
    state_ = State::closing;
    context_.loop.timers().arm(deadline_, context_.clock.now());
  }
}

std::string PollingClient::make_post(std::string_view payload) const {
  std::string text{"POST "};
  text.append(target_).append(" HTTP/1.1\r\nHost: ").append(server_.host);
  text.append("\r\nContent-Type: text/plain;charset=UTF-8\r\nContent-Length: ");
  text.append(std::to_string(payload.size())).append("\r\n\r\n").append(payload);
  return text;
}

void PollingClient::close() {
  if (state_ != State::opening && state_ != State::open) return;
  const bool has_session = state_ == State::open;
  why_ = Closed{CloseCause::own, {}};
  state_ = State::closing;
  Milliseconds patience{0};
  if (has_session) {
    if (!waiting_.empty()) waiting_.push_back(engineio::record_separator);
    waiting_.append(close_packet);
    if (post_.ask_last(server_, local_, make_post(waiting_))) patience = close_timeout;
  }
  context_.loop.timers().arm(deadline_, context_.clock.now() + patience);
}

void PollingClient::fail(CloseCause cause, std::string text) {
  why_ = Closed{cause, std::move(text)};
  end();
}

void PollingClient::end() {
  get_.abandon();
  post_.abandon();
  deadline_.disarm();
  state_ = State::closed;
  const Closed why = *std::move(why_);
  events_.closed(why);
}

// In.

void PollingClient::answered(HttpConnection& connection, int status, std::string_view body,
                             Instant now) {
  if (state_ == State::closing) {
    if (&connection == &post_) end();
    return;
  }
  if (status != 200) {
    return fail(
        state_ == State::opening ? CloseCause::never_opened : CloseCause::violation,
        "the server answered " + std::to_string(status) + " " + std::string{body.substr(0, 200)});
  }
  if (&connection == &post_) return post();
  take_payload(body, now);
  if (state_ == State::open) return poll();
  if (state_ == State::opening) fail(CloseCause::never_opened, "the server opened no session");
}

void PollingClient::unanswered(HttpConnection& connection, std::string_view why) {
  if (state_ == State::closing) {
    if (&connection == &post_) end();
    return;
  }
  fail(state_ == State::opening ? CloseCause::never_opened : CloseCause::broken, std::string{why});
}

void PollingClient::take_payload(std::string_view payload, Instant now) {
  while (state_ == State::opening || state_ == State::open) {
    const auto separator = payload.find(engineio::record_separator);
    const std::string_view packet = payload.substr(0, separator);
    if (state_ == State::opening && !open(packet)) return;
    events_.message({.data = packet}, now);
    if (separator == std::string_view::npos) return;
    payload.remove_prefix(separator + 1);
  }
}

bool PollingClient::open(std::string_view packet) {
  if (packet.empty() || packet.front() != '0') return false;
  const auto read = context_.parser.parse_copy(packet.substr(1));
  const auto sid = read ? read->find("sid") : std::nullopt;
  const auto text = sid ? sid->as_string() : std::nullopt;
  if (!text || !fits_into_target(*text)) return false;
  const auto limit = read->find("maxPayload");
  const auto bytes = limit ? limit->as_uint() : std::nullopt;
  max_payload_ = bytes.value_or(1'000'000);
  target_.append("&sid=").append(*text);
  request_ = make_get(server_, target_);
  state_ = State::open;
  events_.opened();
  return true;
}

void PollingClient::poll() {
  if (auto asked = get_.ask(server_, local_, request_); !asked) {
    fail(CloseCause::broken, asked.error().text);
  }
}

}  // namespace veche::client
