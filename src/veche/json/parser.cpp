#include "veche/json/parser.hpp"

#include <algorithm>
#include <bit>

#include <simdjson.h>

#include "veche/base/contract.hpp"

namespace veche::json {
namespace {

static_assert(simdjson::SIMDJSON_PADDING <= Parser::padding);
static_assert(sizeof(Value) == 16);
// simdjson counts children up to 2^24 - 1; two bytes a child keep every count below.
static_assert(Parser::bytes_max_limit / 2 < simdjson::internal::JSON_COUNT_MASK);
static_assert(simdjson::internal::JSON_COUNT_MASK == 0x00FF'FFFF);

/// Room is made in powers of two from here on, so that growing texts do not mean a new
/// allocation each.
constexpr std::size_t room_min = 4096;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

Error explain(simdjson::error_code code) {
  switch (code) {
    case simdjson::CAPACITY: return {Errc::too_large, "JSON too long"};
    case simdjson::MEMALLOC: return {Errc::overloaded, "out of memory"};
    case simdjson::DEPTH_ERROR: return {Errc::bad_request, "JSON nested too deeply"};
    case simdjson::UTF8_ERROR: return {Errc::bad_request, "JSON is not UTF-8"};
    case simdjson::NUMBER_ERROR: return {Errc::bad_request, "bad number in JSON"};
    case simdjson::STRING_ERROR: return {Errc::bad_request, "bad string in JSON"};
    case simdjson::EMPTY: return {Errc::bad_request, "JSON is empty"};
    default: return {Errc::bad_request, "malformed JSON"};
  }
}

}  // namespace

/// simdjson's parser and document with the room they keep.
struct Parser::Buffers {
  simdjson::dom::parser parser;
  Tape tape;
};

Parser::Parser(std::size_t bytes_max)
    : bytes_max_{bytes_max}, buffers_{std::make_unique<Buffers>()} {
  VECHE_EXPECTS(bytes_max >= 1 && bytes_max <= bytes_max_limit);
}

Parser::~Parser() = default;

Result<Value> Parser::parse(std::string_view text) { return read(text, Padding::present); }

Result<Value> Parser::parse_copy(std::string_view text) { return read(text, Padding::missing); }

Result<Value> Parser::read(std::string_view text, Padding padding_state) {
  if (text.size() > bytes_max_) return fail(Errc::too_large, "JSON too long");
  if (text.substr(0, byte_order_mark.size()) == byte_order_mark) {
    return fail(Errc::bad_request, "JSON starts with a byte order mark");
  }
  if (!make_room(std::max<std::size_t>(text.size(), 1))) {
    return fail(Errc::overloaded, "out of memory");
  }
  auto& parser = buffers_->parser;
  const auto parsed = parser.parse(text.data(), text.size(), padding_state == Padding::missing);
  if (const auto error = parsed.error(); error != simdjson::SUCCESS) {
    return tl::unexpected{explain(error)};
  }
  // The tape's first word is simdjson's own; the root value stands after it.
  buffers_->tape = {parser.doc.tape.get(), parser.doc.string_buf.get()};
  return Value{&buffers_->tape, 1};
}

bool Parser::make_room(std::size_t bytes) {
  auto& parser = buffers_->parser;
  if (parser.capacity() > text_bytes_kept && bytes <= text_bytes_kept) {
    parser = simdjson::dom::parser{};
  }
  if (bytes <= parser.capacity()) return true;
  const std::size_t room = std::bit_ceil(std::max(bytes, room_min));
  return parser.doc.allocate(room) == simdjson::SUCCESS &&
         parser.allocate(room, depth_max) == simdjson::SUCCESS;
}

}  // namespace veche::json
