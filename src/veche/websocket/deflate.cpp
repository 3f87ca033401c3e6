#include "veche/websocket/deflate.hpp"

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

#include <zlib.h>

#include "veche/base/contract.hpp"
#include "veche/websocket/receiver.hpp"

namespace veche::websocket {
namespace {

/// What a sender cuts off the end of a message and a receiver appends (section 7.2).
constexpr std::string_view tail{"\x00\x00\xff\xff", 4};

/// Beyond it a buffer is given back after use.
constexpr std::size_t kept_bytes_max = 65'536;

/// zlib's set bit of data_type after a whole block.
constexpr int at_block_end = 128;

/// Half the time of zlib's default, for 5 to 7 % more bytes of JSON.
constexpr int compression_level = 3;

void set_input(z_stream_s& stream, std::string_view bytes) {
  VECHE_EXPECTS(bytes.size() <= std::numeric_limits<uInt>::max());
  // zlib takes a pointer to what it does not change.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // NOLINT
  stream.avail_in = static_cast<uInt>(bytes.size());
}

void set_output(z_stream_s& stream, char* to, std::size_t size) {
  stream.next_out = reinterpret_cast<Bytef*>(to);
  stream.avail_out =
      static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

/// Inflates into a string that grows, up to a limit.
class Inflating {
 public:
  Inflating(z_stream_s& stream, std::size_t bytes_max, std::string& out)
      : stream_{stream}, bytes_max_{bytes_max}, out_{out} {}

  Inflation run(std::string_view compressed) {
    inflateReset(&stream_);
    out_.clear();
    // An empty message is one zero byte; none at all is taken for it, as other servers do.
    if (compressed.empty()) return Inflation::done;
    for (const std::string_view part : {compressed, tail}) {
      if (const Inflation read = take(part); read != Inflation::done) return read;
      if (has_ended_) break;
    }
    if (!has_ended_ && (stream_.data_type & at_block_end) == 0) return Inflation::malformed;
    out_.resize(size_);
    return Inflation::done;
  }

 private:
  Inflation take(std::string_view part) {
    set_input(stream_, part);
    do {
      // A block may say that it is the last one, and the message go on behind it (7.2.3.4).
      if (std::exchange(has_ended_, false)) inflateReset(&stream_);
      const int outcome = step();
      if (size_ > bytes_max_) return Inflation::too_big;
      has_ended_ = outcome == Z_STREAM_END;
      if (outcome == Z_BUF_ERROR) break;  // nothing is left to be done
      if (outcome != Z_OK && !has_ended_) return Inflation::malformed;
    } while (stream_.avail_in > 0 || (stream_.avail_out == 0 && !has_ended_));
    return Inflation::done;
  }

  /// Inflates until the input or the room is used up; one byte over the limit has room.
  int step() {
    constexpr std::size_t first_room = 4'096;
    if (room_ == size_) {
      room_ = std::min(size_ + std::max(first_room, size_), bytes_max_ + 1);
      out_.resize(room_ + Receiver::readable_after);
    }
    set_output(stream_, out_.data() + size_, room_ - size_);
    const std::size_t offered = stream_.avail_out;
    const int outcome = ::inflate(&stream_, Z_SYNC_FLUSH);
    size_ += offered - stream_.avail_out;
    return outcome;
  }

  z_stream_s& stream_;
  std::size_t bytes_max_;
  std::string& out_;
  std::size_t size_{};  // of the message so far
  std::size_t room_{};  // of out_, what must stay readable not counted
  bool has_ended_{};    // by a block that says so
};

}  // namespace

void Deflate::End::operator()(z_stream_s* stream) const {
  deflateEnd(stream);
  delete stream;
}

Deflate::Deflate(const PerMessageDeflateOptions& options, std::uint8_t window_bits,
                 z_stream_s& inflater)
    : deflater_{new z_stream_s{}},
      inflater_{inflater},
      threshold_{options.threshold},
      window_bits_{window_bits} {
  const int made = deflateInit2(deflater_.get(), compression_level, Z_DEFLATED, -window_bits,
                                options.mem_level, Z_DEFAULT_STRATEGY);
  if (made == Z_MEM_ERROR) throw std::bad_alloc{};
  VECHE_EXPECTS(made == Z_OK);
}

std::optional<std::string_view> Deflate::compress(std::string_view payload) {
  // Room for what is worth sending and no more: whatever does not fit has not become shorter.
  const std::size_t room = payload.size() + tail.size() - 1;
  if (compressed_.size() < room) compressed_.resize(room);
  deflateReset(deflater_.get());
  set_input(*deflater_, payload);
  set_output(*deflater_, compressed_.data(), room);
  const int outcome = ::deflate(deflater_.get(), Z_SYNC_FLUSH);
  if (outcome != Z_OK || deflater_->avail_in != 0 || deflater_->avail_out == 0) return std::nullopt;
  const std::size_t size = room - deflater_->avail_out;
  VECHE_EXPECTS(size > tail.size() &&
                std::string_view{compressed_}.substr(0, size).ends_with(tail));
  return std::string_view{compressed_}.substr(0, size - tail.size());
}

void Deflate::append_frame(FrameBuilder& to, Opcode opcode, std::string_view payload) {
  VECHE_EXPECTS(opcode == Opcode::text || opcode == Opcode::binary);
  const auto compressed = is_wanted(payload.size()) ? compress(payload) : std::nullopt;
  const std::string_view sent = compressed.value_or(payload);
  char header[header_size_max];
  const std::size_t size = write_header(header, opcode, Fin::last, sent.size());
  if (compressed) header[0] = static_cast<char>(header[0] | rsv1_bit);
  to.append({header, size});
  to.append(sent);
  if (compressed_.size() > kept_bytes_max) {
    compressed_.clear();
    compressed_.shrink_to_fit();
  }
}

Inflation Deflate::inflate(std::string_view compressed, std::size_t bytes_max,
                           std::string& message) {
  return Inflating{inflater_, bytes_max, message}.run(compressed);
}

void PerMessageDeflate::End::operator()(z_stream_s* stream) const {
  inflateEnd(stream);
  delete stream;
}

PerMessageDeflate::PerMessageDeflate(const PerMessageDeflateOptions& options) : options_{options} {
  VECHE_EXPECTS(options.window_bits >= window_bits_min && options.window_bits <= window_bits_max);
  VECHE_EXPECTS(options.mem_level >= 1 && options.mem_level <= MAX_MEM_LEVEL);
}

PerMessageDeflate::~PerMessageDeflate() = default;

std::optional<DeflateTerms> PerMessageDeflate::agree(const http::Headers& request) const {
  if (!options_.enabled) return std::nullopt;
  return agree_on_deflate(request, options_.window_bits);
}

Deflate& PerMessageDeflate::of(const DeflateTerms& terms) {
  if (inflater_ == nullptr) {
    std::unique_ptr<z_stream_s, End> inflater{new z_stream_s{}};
    if (inflateInit2(inflater.get(), -window_bits_max) != Z_OK) throw std::bad_alloc{};
    inflater_ = std::move(inflater);
  }
  auto& deflate = by_window_.at(terms.window_bits);
  if (deflate == nullptr) {
    deflate = std::make_unique<Deflate>(options_, terms.window_bits, *inflater_);
  }
  return *deflate;
}

Frame make_frame(Opcode opcode, std::string_view payload, Deflate* deflate) {
  if (deflate == nullptr || !deflate->is_wanted(payload.size())) return make_frame(opcode, payload);
  FrameBuilder builder{0, header_size_max + payload.size() / 2};
  deflate->append_frame(builder, opcode, payload);
  return std::move(builder).build();
}

}  // namespace veche::websocket
