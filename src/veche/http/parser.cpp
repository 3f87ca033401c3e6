#include "veche/http/parser.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include "veche/http/authority.hpp"
#include "veche/http/scan.hpp"
#include "veche/http/syntax.hpp"
#include "veche/http/target.hpp"

namespace veche::http {
namespace {

namespace beast = boost::beast;
using beast::error_code;
using beast::http::field;
using beast::http::verb;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

Method to_method(verb method) {
  switch (method) {
    case verb::get: return Method::get;
    case verb::head: return Method::head;
    case verb::post: return Method::post;
    case verb::put: return Method::put;
    case verb::patch: return Method::patch;
    case verb::delete_: return Method::del;
    case verb::options: return Method::options;
    default: return Method::other;
  }
}

/// RFC 9112 section 6.3: 400 when the length of the body cannot be known, 501 for a coding
/// under the chunks that is not spoken here.
Refused refuse_coding(std::string_view value) {
  std::string_view last;
  int members = 0;
  int chunked = 0;
  while (!value.empty()) {
    ++members;
    last = trim(cut(value, ','));
    if (last.empty()) break;
    if (equals_ignoring_case(last, "chunked")) ++chunked;
  }
  const bool is_framed = members > 1 && chunked == 1 && equals_ignoring_case(last, "chunked");
  if (is_framed) return {501, "The transfer coding is not known"};
  return {400, "The transfer coding is malformed"};
}

/// Whether the request line of a head ends with a version, whichever it is.
bool names_version(std::string_view head) {
  const auto line = head.substr(0, head.find('\r'));
  const auto version = line.substr(line.rfind(' ') + 1);
  return version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) &&
         version[6] == '.' && is_digit(version[7]);
}

/// Beast reads the elements, this class holds them to the rules of RequestParser.
class Reader final : public beast::http::basic_parser<true> {
 public:
  explicit Reader(const Limits& limits) {
    body_limit(limits.body_bytes);
    // The scan has measured the head; here it is always whole.
    header_limit(std::numeric_limits<std::uint32_t>::max());
  }

  /// Reads one whole element, or a piece of a body. Answers how much of it was read;
  /// refused() tells whether it was in order.
  std::size_t read(std::string_view element) {
    error_code error;
    const auto size = put(boost::asio::const_buffer{element.data(), element.size()}, error);
    if (error && refused_.status == 0) refused_ = reason(error, element);
    return size;
  }

  /// So many, and no room for more: requests are kept while a session waits for its CONNECT.
  void expect_fields(std::size_t count) { request_.headers.reserve(count); }

  [[nodiscard]] const Refused& refused() const { return refused_; }
  [[nodiscard]] std::uint64_t chunk_left() const { return chunk_left_; }
  [[nodiscard]] bool expects_continue() const { return expects_continue_; }
  [[nodiscard]] const Request& request() const { return request_; }
  [[nodiscard]] Request take_request() { return std::move(request_); }

 private:
  static Refused reason(error_code code, std::string_view element) {
    using beast::http::error;
    if (code == error::body_limit) return {413, "The body is too large"};
    if (code == error::bad_version && names_version(element)) {
      return {505, "The version of HTTP is not supported"};
    }
    if (code == error::bad_content_length) return {400, "Content-Length is malformed"};
    if (code == error::bad_transfer_encoding) return {400, "The transfer coding is malformed"};
    return {400, "The request is malformed"};
  }

  void refuse(error_code& error, Refused refused) {
    refused_ = refused;
    error = beast::http::error::bad_value;
  }

  void on_request_impl(verb method, beast::string_view, beast::string_view text, int version,
                       error_code& error) override {
    is_http10_ = version < 11;
    request_.method = to_method(method);
    auto target = http::parse_target(request_.method, view(text));
    if (!target || method == verb::connect) return refuse(error, {400, "The target is malformed"});
    request_.target = view(text);
    request_.path = std::move(target->path);
    request_.query = std::move(target->query);
    authority_ = std::move(target->authority);
  }

  void on_field_impl(field name, beast::string_view name_text, beast::string_view value_text,
                     error_code& error) override {
    const auto value = view(value_text);
    check_framing(name, value, error);
    if (error || (is_http10_ && name == field::upgrade)) return;
    request_.headers.add(std::string{view(name_text)}, std::string{value});
  }

  void check_framing(field name, std::string_view value, error_code& error) {
    if (name == field::content_length) {
      const bool is_number = std::all_of(value.begin(), value.end(), http::is_digit);
      if (!is_number || has_length_) return refuse(error, {400, "Content-Length is malformed"});
      has_length_ = true;
    } else if (name == field::transfer_encoding) {
      if (is_http10_) return refuse(error, {400, "HTTP/1.0 knows no transfer coding"});
      if (!equals_ignoring_case(value, "chunked")) refuse(error, refuse_coding(value));
    }
  }

  void on_header_impl(error_code& error) override {
    check_host(error);
    if (error) return;
    request_.keep_alive = !is_http10_ && keep_alive();
    const auto expectation = request_.headers.find("expect");
    if (!expectation || is_http10_) return;
    if (!equals_ignoring_case(*expectation, "100-continue")) {
      return refuse(error, {417, "The expectation is not known"});
    }
    expects_continue_ = !is_done();
  }

  void check_host(error_code& error) {
    const auto count = request_.headers.count("host");
    if (count > 1 || (count == 0 && !is_http10_))
      return refuse(error, {400, "Host must stand once"});
    const auto host = request_.headers.find("host").value_or("");
    const auto named = parse_authority(host);
    if (!named && !host.empty()) return refuse(error, {400, "Host is malformed"});
    if (authority_.empty()) return;
    if (count == 0) return request_.headers.add("Host", authority_);
    const auto origin = parse_origin(std::string_view{request_.target}.substr(
        0, request_.target.find("://") + 3 + authority_.size()));
    if (!named || !origin || !is_same(*named, origin->authority, origin->default_port())) {
      refuse(error, {400, "Host and target differ"});
    }
  }

  std::size_t on_body_impl(beast::string_view bytes, error_code&) override {
    request_.body.append(view(bytes));
    return bytes.size();
  }

  void on_chunk_header_impl(std::uint64_t size, beast::string_view, error_code&) override {
    chunk_left_ = size;
  }

  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, error_code&) override {
    request_.body.append(view(bytes));
    chunk_left_ -= bytes.size();
    return bytes.size();
  }

  void on_response_impl(int, beast::string_view, int, error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  void on_finish_impl(error_code&) override {}

  Request request_;
  std::string authority_;
  Refused refused_{};
  std::uint64_t chunk_left_{};
  bool is_http10_{};
  bool has_length_{};
  bool expects_continue_{};
};

}  // namespace

/// One request while it is read. The scans find where an element ends, so that the reader only
/// ever sees whole ones, once.
struct RequestParser::Reading {
  explicit Reading(const Limits& limits) : head_scan{limits}, reader{limits} {}

  Outcome read(std::string_view bytes) {
    if (phase == Phase::head) return read_head(bytes);
    if (reader.chunked() && reader.chunk_left() == 0) return read_chunk_header(bytes);
    const auto size = reader.read(bytes);
    return {size, event()};
  }

  Outcome read_head(std::string_view bytes) {
    const auto scanned = head_scan.feed(bytes);
    if (scanned.status == Scanned::Status::refused) return {scanned.consumed, scanned.refused};
    if (scanned.status == Scanned::Status::done) reader.expect_fields(head_scan.field_count());
    if (!read_element(bytes, scanned)) return {scanned.consumed, NeedMore{}};
    phase = Phase::body;
    auto found = event();
    if (std::holds_alternative<NeedMore>(found) && reader.expects_continue()) {
      found = ContinueExpected{};
    }
    return {scanned.consumed, std::move(found)};
  }

  Outcome read_chunk_header(std::string_view bytes) {
    const auto scanned = chunk_scan.feed(bytes);
    if (scanned.status == Scanned::Status::refused) return {scanned.consumed, scanned.refused};
    if (!read_element(bytes, scanned)) return {scanned.consumed, NeedMore{}};
    chunk_scan = ChunkScan{ChunkScan::Position::after_data};
    return {scanned.consumed, event()};
  }

  /// Keeps what was scanned until the element is whole, then has it read. False until then.
  bool read_element(std::string_view bytes, const Scanned& scanned) {
    auto element = bytes.substr(0, scanned.consumed);
    const bool is_whole = scanned.status == Scanned::Status::done;
    if (!is_whole || !pending.empty()) element = pending.append(element);
    if (!is_whole) return false;
    if (element.starts_with("\r\n") && phase == Phase::head) element.remove_prefix(2);
    reader.read(element);
    pending = {};
    return true;
  }

  Event event() {
    if (reader.refused().status != 0) return reader.refused();
    if (reader.is_done()) return reader.take_request();
    return NeedMore{};
  }

  Phase phase{Phase::head};
  HeadScan head_scan;
  ChunkScan chunk_scan{ChunkScan::Position::first};
  std::string pending;
  Reader reader;
};

RequestParser::RequestParser(const Limits& limits) : limits_{limits} {}
RequestParser::RequestParser(RequestParser&&) noexcept = default;
RequestParser& RequestParser::operator=(RequestParser&&) noexcept = default;
RequestParser::~RequestParser() = default;

RequestParser::Outcome RequestParser::feed(std::string_view bytes) {
  if (refused_.status != 0) return {bytes.size(), refused_};
  std::size_t consumed = 0;
  while (consumed < bytes.size()) {
    if (!reading_) reading_ = std::make_unique<Reading>(limits_);
    auto outcome = reading_->read(bytes.substr(consumed));
    consumed += outcome.consumed;
    if (std::holds_alternative<NeedMore>(outcome.event)) continue;
    if (const auto* refused = std::get_if<Refused>(&outcome.event)) refused_ = *refused;
    if (std::holds_alternative<Request>(outcome.event)) reading_.reset();
    return {consumed, std::move(outcome.event)};
  }
  return {consumed, NeedMore{}};
}

RequestParser::Phase RequestParser::phase() const {
  return reading_ && refused_.status == 0 ? reading_->phase : Phase::idle;
}

const Request* RequestParser::head() const {
  const bool is_known = phase() == Phase::body || refused_.status != 0;
  return is_known && reading_ ? &reading_->reader.request() : nullptr;
}

Response to_response(const Refused& refused) {
  Response response{.status = refused.status, .body = std::string{refused.text}, .close = true};
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  return response;
}

}  // namespace veche::http
