#include "veche/engineio/session.hpp"

#include <algorithm>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/base/utf8.hpp"
#include "veche/engineio/answers.hpp"
#include "veche/engineio/payload.hpp"
#include "veche/websocket/frame.hpp"

namespace veche::engineio {
namespace {

/// Bytes that stay readable behind a text for the layer above.
constexpr std::size_t readable_after = 64;

/// From here on a run of texts to one session is sent, and the next begun.
constexpr std::size_t own_run_bytes = std::size_t{16} * 1024;

constexpr std::string_view close_packet = "1";
constexpr std::string_view noop_packet = "6";
/// What a GET brings that comes after this side has closed: a noop and a close packet.
constexpr std::string_view last_payload =
    "6\x1e"
    "1";

CloseReason reason_of(Closing how) {
  switch (how) {
    case Closing::draining: return CloseReason::server_shutting_down;
    case Closing::slow: return CloseReason::overloaded;
    case Closing::flush:
    case Closing::discard:
    case Closing::policy: return CloseReason::forced_close;
  }
  return CloseReason::forced_close;
}

std::optional<std::uint16_t> code_of(Closing how) {
  switch (how) {
    case Closing::draining: return websocket::close_code::service_restart;
    case Closing::slow: return websocket::close_code::try_again_later;
    case Closing::policy: return websocket::close_code::policy_violation;
    case Closing::flush:
    case Closing::discard: return std::nullopt;
  }
  return std::nullopt;
}

Unsent unsent_of(Closing how) {
  return how == Closing::discard || how == Closing::slow ? Unsent::drop : Unsent::flush;
}

bool is_octet_stream(const http::Request& request) {
  return request.headers.find("Content-Type").value_or("").starts_with("application/octet-stream");
}

}  // namespace

Session::Session(SessionContext& context, std::string_view id, http::Request request)
    : id_size_{static_cast<std::uint8_t>(id.size())},
      context_{context},
      request_{std::make_unique<http::Request>(std::move(request))} {
  VECHE_EXPECTS(!id.empty() && id.size() <= id_size_max);
  std::copy(id.begin(), id.end(), id_.begin());
}

Session::~Session() {
  if (port_ != nullptr) port_->bind(nullptr);
}

void Session::begin(Milliseconds first_ping, Instant now) {
  context_.wheel.arm(*this, now + first_ping);
  context_.events.opened(*this, now);
}

void Session::open_polling(http::Responder handshake, Milliseconds first_ping, Instant now) {
  polling_ = std::make_unique<Polling>();
  const Options& options = context_.options;
  auto opened = answer_get(open_packet(id(), Transport::polling, options));
  if (options.cookie) opened.headers.add("Set-Cookie", set_cookie(*options.cookie, id()));
  handshake.respond(std::move(opened));
  begin(first_ping, now);
}

void Session::open_websocket(WebSocketPort& port, Milliseconds first_ping, Instant now) {
  port_ = &port;
  port.bind(this);
  port.write(websocket::make_frame(websocket::Opcode::text,
                                   open_packet(id(), Transport::websocket, context_.options)),
             Priority::hi);
  begin(first_ping, now);
}

bool Session::is_known() const {
  return state_ == State::open || state_ == State::leaving || state_ == State::lingering;
}

void Session::get(http::Responder responder, Instant now) {
  VECHE_EXPECTS(is_known() && polling_ != nullptr);
  context_.now = now;
  if (polling_->is_waiting()) {
    responder.respond(answer_empty(400));
    return fail(CloseReason::transport_error, close_packet);
  }
  polling_->wait(std::move(responder),
                 [this] { fail(CloseReason::transport_error, close_packet); });
  if (state_ == State::lingering) {
    if (polling_->has_queued()) return polling_->flush();
    finish();
    return polling_->release(last_payload);
  }
  if (is_open() && polling_->has_queued()) owe_answer();
}

void Session::post(http::Request request, http::Responder responder, Instant now) {
  VECHE_EXPECTS(is_known() && polling_ != nullptr);
  context_.now = now;
  const bool overlaps = posts_under_way_ > 0 || polling_->is_holding_post();
  if (is_octet_stream(request) || overlaps) {
    fail(CloseReason::transport_error, close_packet);
    return responder.respond(answer_empty(400));
  }
  if (request.body.size() > context_.options.max_payload) {
    return responder.respond(answer_empty(413));
  }
  if (is_open() && !receive_payload(request.body, now)) {
    fail(CloseReason::parse_error, close_packet);
  }
  if (is_open() && is_reading_paused_) {
    return polling_->hold_post(std::move(responder),
                               [this] { fail(CloseReason::transport_error, close_packet); });
  }
  responder.respond(answer_post());
}

bool Session::receive_payload(std::string& body, Instant now) {
  const std::size_t size = body.size();
  body.append(readable_after, '\0');
  const auto payload = std::string_view{body}.substr(0, size);
  if (!is_utf8(payload)) return false;
  PayloadReader reader{payload, context_.options.packets_max};
  while (is_open()) {
    const auto packet = reader.next();
    if (!packet) break;
    receive(*packet, now);
  }
  return !reader.has_failed();
}

void Session::message(std::string_view data, bool is_binary, Instant now) {
  context_.now = now;
  if (is_binary) return receive({PacketType::message, data, true}, now);
  const auto packet = read_text_packet(data);
  if (!packet) return fail(CloseReason::parse_error, {});
  receive(*packet, now);
}

void Session::receive(const Packet& packet, Instant now) {
  switch (packet.type) {
    case PacketType::message:
      return context_.events.received(*this, packet.data, packet.is_binary, now);
    case PacketType::pong: return pong(now);
    case PacketType::close: return fail(CloseReason::transport_close, noop_packet);
    case PacketType::ping:
      // Only the server pings in revision 4.
      return fail(CloseReason::transport_error, close_packet);
    case PacketType::open:
    case PacketType::upgrade:
    case PacketType::noop: return;  // they say nothing here
  }
}

void Session::pong(Instant now) {
  is_awaiting_pong_ = false;
  context_.wheel.arm(*this, now + context_.options.ping_interval);
}

void Session::expired(Instant now) {
  context_.now = now;
  if (state_ == State::lingering) return finish();
  if (is_awaiting_pong_) return fail(CloseReason::ping_timeout, close_packet);
  is_awaiting_pong_ = true;
  if (!is_reading_paused_) context_.wheel.arm(*this, now + context_.options.ping_timeout);
  if (port_ != nullptr) return port_->write(context_.packets.ping.websocket, Priority::hi);
  queue(context_.packets.ping);
}

bool Session::end_if_overdue(Instant now) {
  if (!is_open() || !is_awaiting_pong_ || !is_armed() || now < deadline()) return false;
  fail(CloseReason::ping_timeout, close_packet);
  return true;
}

void Session::probe(WebSocketPort& port, Instant now) {
  context_.now = now;
  if (!is_open() || polling_ == nullptr || probe_ != nullptr) {
    return port.close(std::nullopt, {}, Unsent::flush);
  }
  probe_ = std::make_unique<Probe>(*this, context_, port, now);
}

void Session::release_poll() {
  if (polling_->has_queued()) return polling_->flush();
  polling_->release(noop_packet);
}

void Session::upgrade_to(WebSocketPort& port) {
  if (has_own_run()) send_own_run();
  const auto polling = std::move(polling_);
  port_ = &port;
  port.bind(this);
  probe_.reset();
  for (const auto& packet : polling->take_queue()) port.write(packet.websocket, Priority::hi);
  if (is_reading_paused_) port.pause_reading();
  polling->release_post();
  polling->release(noop_packet);
  if (is_open()) context_.events.upgraded(*this, context_.now);
}

void Session::owe_answer() {
  if (!std::exchange(is_answer_owed_, true)) context_.unanswered.push_back(this);
}

void Session::answer() {
  is_answer_owed_ = false;
  if (!is_open() || polling_ == nullptr) return;
  if (!is_reading_paused_) polling_->release_post();
  // The answer may have led to the next request, and that to anything.
  if (is_open() && polling_ != nullptr) polling_->flush();
}

void Session::send(const Outgoing& message, Priority priority) {
  if (has_own_run()) send_own_run();
  if (!is_open()) return;
  if (port_ != nullptr) return port_->write(message.websocket(port_->deflate()), priority);
  queue({message.websocket(), message.payload()});
}

TextRun* Session::own_run(std::size_t size) {
  if (!is_open()) return nullptr;
  OwnRun& run = context_.own_run;
  const bool goes_on = run.session == this && run.texts->bytes() < own_run_bytes;
  if (!goes_on) {
    if (run.session != nullptr) run.session->send_own_run();
    // Over polling that may have been too much.
    if (!is_open()) return nullptr;
    run.session = this;
    run.texts.emplace(std::max(size, run.bytes_before));
  }
  return &*run.texts;
}

void Session::send_own_run() {
  OwnRun& run = context_.own_run;
  VECHE_EXPECTS(run.session == this);
  run.session = nullptr;
  run.bytes_before = std::min(run.texts->bytes(), own_run_bytes);
  if (run.bytes_before == 0) return;
  const Outgoing texts = std::move(*run.texts).build();
  run.texts.reset();
  send(texts, Priority::hi);
}

void Session::queue(Encoded packet) {
  polling_->push(std::move(packet));
  if (polling_->bytes_behind_first() > context_.options.queue_bytes_max) {
    return close(Closing::slow);
  }
  if (polling_->is_waiting()) owe_answer();
}

void Session::close(Closing how) {
  if (has_own_run()) send_own_run();
  if (!is_open()) return;
  if (port_ != nullptr) {
    end(State::ended, reason_of(how));
    return hang_up(code_of(how), unsent_of(how));
  }
  if (unsent_of(how) == Unsent::drop) polling_->drop_queue();
  end(State::leaving, reason_of(how));
}

void Session::fail(CloseReason reason, std::string_view last_poll) {
  if (!is_open()) return;
  end(State::ended, reason);
  if (port_ != nullptr) return hang_up(std::nullopt, Unsent::drop);
  polling_->release_post();
  polling_->release(last_poll);
}

void Session::gone(CloseReason reason, Instant now) {
  context_.now = now;
  std::exchange(port_, nullptr)->bind(nullptr);
  if (is_open()) end(State::ended, reason);
}

void Session::hang_up(std::optional<std::uint16_t> code, Unsent unsent) {
  WebSocketPort& port = *std::exchange(port_, nullptr);
  port.bind(nullptr);
  port.close(code, {}, unsent);
}

void Session::end(State state, CloseReason reason) {
  state_ = state;
  reason_ = reason;
  disarm();
  probe_.reset();
  context_.ended.push_back(this);
}

void Session::finish() {
  state_ = State::finished;
  disarm();
  context_.ended.push_back(this);
}

bool Session::settle(Instant now) {
  const bool is_leaving = state_ == State::leaving;
  if (is_leaving || state_ == State::ended) {
    context_.events.closed(*this, reason_, now);
    attach(nullptr);
    forget_request();
  }
  if (!is_leaving) return true;
  // A client acts on a close packet before it looks at the messages that came along, so these go
  // alone, and the close packet answers the next GET.
  const bool is_last = polling_->is_waiting() && !polling_->has_queued();
  state_ = is_last ? State::finished : State::lingering;
  if (!is_last) context_.wheel.arm(*this, now + context_.options.close_timeout);
  polling_->release_post();
  if (is_last) {
    polling_->release(close_packet);
  } else {
    polling_->flush();
  }
  return is_last;
}

const http::Request& Session::request() const {
  static const http::Request none{};
  return request_ != nullptr ? *request_ : none;
}

std::size_t Session::queued_bytes() const {
  const std::size_t added = has_own_run() ? context_.own_run.texts->bytes() : 0;
  if (port_ != nullptr) return port_->queued_bytes() + added;
  return (polling_ != nullptr ? polling_->bytes_behind_first() : 0) + added;
}

void Session::pause_reading() {
  if (!is_open() || std::exchange(is_reading_paused_, true)) return;
  if (is_awaiting_pong_) disarm();
  if (port_ != nullptr) port_->pause_reading();
}

void Session::resume_reading() {
  if (!is_open() || !std::exchange(is_reading_paused_, false)) return;
  if (is_awaiting_pong_) context_.wheel.arm(*this, context_.now + context_.options.ping_timeout);
  if (port_ != nullptr) return port_->resume_reading();
  if (polling_->is_holding_post()) owe_answer();
}

}  // namespace veche::engineio
