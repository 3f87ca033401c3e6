#include "veche/http/scan.hpp"

#include <algorithm>

#include "veche/base/contract.hpp"
#include "veche/http/syntax.hpp"

namespace veche::http {
namespace {

// Longer than every method there is (RFC 9112 section 3 asks for 501).
constexpr std::size_t method_bytes_max = 32;

std::size_t end_of_name(std::string_view bytes) {
  const auto* const end = std::find_if_not(bytes.begin(), bytes.end(), is_token_char);
  return static_cast<std::size_t>(end - bytes.begin());
}

std::size_t end_of_target(std::string_view bytes) {
  const auto* const end =
      std::find_if(bytes.begin(), bytes.end(), [](char c) { return c == ' ' || is_control(c); });
  return static_cast<std::size_t>(end - bytes.begin());
}

}  // namespace

Scanned HeadScan::feed(std::string_view bytes) {
  VECHE_EXPECTS(state_ != State::done && refused_.status == 0);
  const auto size = std::min(bytes.size(), limits_.header_bytes - seen_);
  for (std::size_t i = 0; i < size; ++i) {
    i += pass_over(bytes.substr(i, size - i));
    if (i == size) break;
    step(bytes[i]);
    if (state_ == State::done) return {Scanned::Status::done, i + 1};
    if (refused_.status != 0) return {Scanned::Status::refused, i + 1, refused_};
  }
  seen_ += size;
  if (seen_ == limits_.header_bytes) {
    refuse(431, "The header fields are too large");
    return {Scanned::Status::refused, size, refused_};
  }
  return {Scanned::Status::need_more, size};
}

std::size_t HeadScan::pass_over(std::string_view bytes) {
  switch (state_) {
    case State::target: {
      const auto size = end_of_target(bytes.substr(0, limits_.request_line_bytes - line_bytes_));
      line_bytes_ += size;
      return size;
    }
    case State::name: return end_of_name(bytes);
    case State::value: return find_control(bytes);
    default: return 0;
  }
}

void HeadScan::step(char c) {
  switch (state_) {
    case State::start: return step_start(c);
    case State::leading_line_feed: return expect_line_feed(c, State::start);
    case State::method:
    case State::target:
    case State::version: return step_request_line(c);
    case State::request_line_feed:
    case State::field_line_feed: return expect_line_feed(c, State::field);
    case State::field: return step_field(c);
    case State::name: return step_name(c);
    case State::value:
      if (c == '\r') {
        state_ = State::field_line_feed;
      } else if (c != '\t') {
        refuse(400, "A header value holds a control byte");
      }
      return;
    case State::last_line_feed: return expect_line_feed(c, State::done);
    case State::done: return;
  }
}

void HeadScan::step_start(char c) {
  if (c == '\r' && !has_leading_line_) {
    has_leading_line_ = true;
    state_ = State::leading_line_feed;
    return;
  }
  state_ = State::method;
  step_request_line(c);
}

void HeadScan::step_request_line(char c) {
  if (c == '\r' && state_ == State::version) {
    state_ = State::request_line_feed;
    return;
  }
  if (++line_bytes_ > limits_.request_line_bytes) return refuse(414, "The target is too long");
  if (state_ == State::method) return step_method(c);
  if (is_control(c)) return refuse(400, "The request line holds a control byte");
  if (c != ' ') return;
  if (state_ == State::version) return refuse(400, "The request line has too many parts");
  state_ = State::version;
}

void HeadScan::step_method(char c) {
  if (c == ' ' && line_bytes_ > 1) {
    state_ = State::target;
  } else if (!is_token_char(c)) {
    refuse(400, "This is not an HTTP/1.1 request");
  } else if (line_bytes_ > method_bytes_max) {
    refuse(501, "The method is not known");
  }
}

void HeadScan::step_field(char c) {
  if (c == '\r') {
    state_ = State::last_line_feed;
  } else if (c == ' ' || c == '\t') {
    refuse(400, "A header line is folded");
  } else if (!is_token_char(c)) {
    refuse(400, "A header name is malformed");
  } else if (++fields_ > limits_.field_count) {
    refuse(431, "There are too many header fields");
  } else {
    state_ = State::name;
  }
}

void HeadScan::step_name(char c) {
  if (c == ':') {
    state_ = State::value;
  } else if (!is_token_char(c)) {
    refuse(400, "A header name is malformed");
  }
}

void HeadScan::expect_line_feed(char c, State next) {
  if (c != '\n') return refuse(400, "A line ends without CRLF");
  state_ = next;
}

Scanned ChunkScan::feed(std::string_view bytes) {
  VECHE_EXPECTS(state_ != State::done && state_ != State::malformed);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    state_ = after(bytes[i]);
    if (state_ == State::done) return {Scanned::Status::done, i + 1};
    if (state_ == State::malformed) {
      return {Scanned::Status::refused, i + 1, {400, "A chunk is malformed"}};
    }
  }
  return {Scanned::Status::need_more, bytes.size()};
}

ChunkScan::State ChunkScan::after(char c) {
  const auto wanted = [c](char byte, State next) { return c == byte ? next : State::malformed; };
  switch (state_) {
    case State::data_return: return wanted('\r', State::data_line_feed);
    case State::data_line_feed: return wanted('\n', State::first_digit);
    case State::first_digit: return after_digit(c);
    case State::digits: return c == '\r' ? State::size_line_feed : after_digit(c);
    case State::size_line_feed: return wanted('\n', is_last_ ? State::last_return : State::done);
    case State::last_return: return wanted('\r', State::last_line_feed);
    case State::last_line_feed: return wanted('\n', State::done);
    case State::done:
    case State::malformed: break;
  }
  return State::malformed;
}

ChunkScan::State ChunkScan::after_digit(char c) {
  if (hex_value(c) < 0 || digits_ == 16) return State::malformed;
  ++digits_;
  is_last_ = is_last_ && c == '0';
  return State::digits;
}

}  // namespace veche::http
