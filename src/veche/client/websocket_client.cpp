#include "veche/client/websocket_client.hpp"

#include <array>
#include <cstddef>
#include <cstring>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/client/masked_frame.hpp"
#include "veche/client/nobody.hpp"

namespace veche::client {
namespace {

constexpr websocket::ReceiverOptions receiver_options{
    .message_bytes_max = WebsocketClient::message_bytes_max,
    .fragments_max = 65'536,
    .peer = websocket::Peer::server};

/// The next state of Marsaglia's xorshift generator. Needs a state that is not 0.
std::uint64_t next(std::uint64_t state) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

}  // namespace

WebsocketClient::WebsocketClient(const Context& context, TransportEvents& events)
    : context_{context}, events_{events}, receiver_{receiver_options} {}

WebsocketClient::~WebsocketClient() {
  if (connection_ != nullptr) abandon(*connection_);
}

Result<void> WebsocketClient::connect(const ServerAddress& server, std::string_view target,
                                      const std::string& local) {
  VECHE_EXPECTS(state_ == State::idle);
  const auto socket = context_.net.connect(server.endpoint, local);
  if (!socket) return tl::unexpected<Error>{socket.error()};
  std::array<std::byte, sizeof(mask_state_)> seed{};
  context_.rng.fill(seed);
  std::memcpy(&mask_state_, seed.data(), seed.size());
  mask_state_ |= 1;
  state_ = State::opening;
  upgrade_.emplace(server.host, target, context_.rng);
  connection_ = &context_.loop.adopt(*socket, {}, *this);
  connection_->send(Frame::copy(upgrade_->request()), Priority::hi);
  return {};
}

void WebsocketClient::send_text(std::string_view text) {
  if (is_open()) send(websocket::Opcode::text, text);
}

void WebsocketClient::send(websocket::Opcode opcode, std::string_view payload) {
  mask_state_ = next(mask_state_);
  websocket::MaskingKey key{};
  std::memcpy(key.data(), &mask_state_, key.size());
  connection_->send(make_masked_frame(opcode, payload, key), Priority::hi);
}

void WebsocketClient::pause_reading() {
  if (connection_ != nullptr) connection_->pause_reading();
}

void WebsocketClient::resume_reading() {
  if (connection_ != nullptr) connection_->resume_reading();
}

void WebsocketClient::close() {
  if (state_ == State::opening || state_ == State::open) {
    finish(websocket::close_code::normal, CloseCause::own, {});
  }
}

void WebsocketClient::finish(std::optional<std::uint16_t> code, CloseCause cause,
                             std::string text) {
  if (state_ != State::opening && state_ != State::open) return;
  why_ = Closed{cause, std::move(text)};
  if (state_ == State::opening) {
    connection_->abort();
  } else {
    std::array<char, 2> payload{};
    if (code) payload = {static_cast<char>(*code >> 8), static_cast<char>(*code & 0xFF)};
    send(websocket::Opcode::close, {payload.data(), code ? payload.size() : 0});
    connection_->close_after_flush();
  }
  receiver_.close();
  state_ = State::closing;
}

void WebsocketClient::received(loop::Connection& /*connection*/, std::span<char> bytes,
                               Instant /*now*/) {
  read_at_ = context_.clock.now();
  if (state_ == State::opening) {
    const auto progress = upgrade_->receive({bytes.data(), bytes.size()});
    if (progress.outcome == Upgrade::Outcome::need_more) return;
    if (progress.outcome == Upgrade::Outcome::refused) {
      return finish(std::nullopt, CloseCause::never_opened, upgrade_->why());
    }
    upgrade_.reset();
    state_ = State::open;
    bytes = bytes.subspan(progress.taken);
    events_.opened();
  }
  receiver_.receive(bytes, *this);
}

void WebsocketClient::ended(loop::Connection& /*connection*/, loop::EndReason reason,
                            Instant /*now*/) {
  const Closed why = closed_by(reason);
  connection_ = nullptr;
  state_ = State::closed;
  receiver_.close();
  events_.closed(why);
}

Closed WebsocketClient::closed_by(loop::EndReason reason) {
  if (why_) return *std::move(why_);
  std::string text{loop::to_string(reason)};
  if (state_ == State::opening) {
    if (reason == loop::EndReason::broken) text = "connection refused or reset";
    return {CloseCause::never_opened, std::move(text)};
  }
  const bool is_peer = reason == loop::EndReason::peer_closed;
  return {is_peer ? CloseCause::peer_closed : CloseCause::broken, std::move(text)};
}

void WebsocketClient::message(const websocket::Message& message) {
  events_.message(message, read_at_);
}

void WebsocketClient::ping(std::string_view payload) {
  if (is_open()) send(websocket::Opcode::pong, payload);
}

void WebsocketClient::closed(std::optional<std::uint16_t> code, std::string_view reason) {
  std::string text = code ? "closed with code " + std::to_string(*code) : "closed without a code";
  if (!reason.empty()) text.append(": ").append(reason);
  finish(code, CloseCause::peer_closed, std::move(text));
}

void WebsocketClient::violation(std::uint16_t code, std::string_view text) {
  finish(code, CloseCause::violation, std::string{text});
}

}  // namespace veche::client
