#include "veche/loop/tls_stream.hpp"

#include <algorithm>
#include <utility>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "veche/base/contract.hpp"

namespace veche::loop {
namespace {

constexpr std::size_t record_bytes_max = SSL3_RT_MAX_PLAIN_LENGTH;

}  // namespace

/// OpenSSL's view of the socket. The functions have C's linkage types, as BIO_METHOD wants them.
struct TlsStream::Bio {
  static TlsStream& stream(bio_st* bio) { return *static_cast<TlsStream*>(BIO_get_data(bio)); }

  static int read(bio_st* bio, char* into, int size) {
    TlsStream& self = stream(bio);
    BIO_clear_retry_flags(bio);
    if (self.chunks_left_ == 0) {
      BIO_set_retry_read(bio);
      return -1;
    }
    --self.chunks_left_;
    const IoResult result =
        self.net_->read(self.socket_, std::span{into, static_cast<std::size_t>(size)});
    switch (result.status) {
      case IoStatus::done: return self.counted(result.bytes);
      case IoStatus::again: BIO_set_retry_read(bio); return -1;
      case IoStatus::end: self.is_at_eof_ = true; return 0;
      case IoStatus::error: self.is_cut_ = true; return -1;
    }
    return -1;
  }

  static int write(bio_st* bio, const char* bytes, int size) {
    TlsStream& self = stream(bio);
    BIO_clear_retry_flags(bio);
    if (self.is_write_closed_) return -1;
    const IoResult result =
        self.net_->write(self.socket_, std::string_view{bytes, static_cast<std::size_t>(size)});
    if (result.status == IoStatus::done) return static_cast<int>(result.bytes);
    if (result.status == IoStatus::again) {
      BIO_set_retry_write(bio);
    } else {
      self.is_cut_ = true;
    }
    return -1;
  }

  static long control(bio_st* bio, int command, long /*number*/, void* /*pointer*/) {
    if (command == BIO_CTRL_FLUSH) return 1;
    if (command == BIO_CTRL_EOF) return stream(bio).is_at_eof_ ? 1 : 0;
    return 0;
  }

  /// One table for the process; it holds no state.
  static BIO_METHOD* method() {
    static BIO_METHOD* const table = [] {
      BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "veche net");
      VECHE_EXPECTS(made != nullptr);
      BIO_meth_set_read(made, read);
      BIO_meth_set_write(made, write);
      BIO_meth_set_ctrl(made, control);
      return made;
    }();
    return table;
  }
};

void TlsStream::Free::operator()(ssl_st* ssl) const { SSL_free(ssl); }

TlsStream::TlsStream(ssl_st* ssl, std::string address) : ssl_{ssl}, address_{std::move(address)} {
  bio_st* bio = ssl == nullptr ? nullptr : BIO_new(Bio::method());
  if (bio == nullptr) {
    fail();
    return;
  }
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl, bio, bio);
  SSL_set_accept_state(ssl);
}

TlsStream::~TlsStream() = default;

void TlsStream::attach(Net& net, SocketId socket) {
  net_ = &net;
  socket_ = socket;
}

int TlsStream::counted(std::size_t bytes) {
  if (!is_established_) {
    handshake_bytes_ += static_cast<std::uint32_t>(bytes);
    if (handshake_bytes_ > handshake_bytes_max) return -1;
  }
  return static_cast<int>(bytes);
}

IoResult TlsStream::read(std::span<char> into) {
  read_wants_write_ = false;
  has_more_ = false;
  if (is_discarding_) return discard(into);
  std::size_t total = 0;
  chunks_left_ = chunks_a_read;
  while (!end_.has_value()) {
    ERR_clear_error();
    std::size_t count = 0;
    const int read = SSL_read_ex(ssl_.get(), into.data() + total, into.size() - total, &count);
    settle();
    if (read != 1) {
      stopped(Call::read, read);
      break;
    }
    total += count;
    const bool has_pending = SSL_has_pending(ssl_.get()) == 1;
    if (total == into.size()) has_more_ = has_pending;
    if (total == into.size() || !has_pending) break;
  }
  if (total == 0) return {end_.value_or(IoStatus::again), 0};
  if (end_.has_value()) has_more_ = true;
  return {IoStatus::done, total};
}

IoResult TlsStream::discard(std::span<char> into) {
  const IoResult result = net_->read(socket_, into);
  return {result.status == IoStatus::done ? IoStatus::again : result.status, 0};
}

IoResult TlsStream::write(std::string_view bytes) {
  write_wants_read_ = false;
  if (has_failed_ || is_write_closed_) return {IoStatus::error, 0};
  std::size_t total = 0;
  chunks_left_ = chunks_a_read;
  while (total < bytes.size()) {
    const std::string_view rest = bytes.substr(total);
    const std::size_t size =
        pending_write_ != 0 ? pending_write_ : std::min(record_bytes_max, rest.size());
    VECHE_EXPECTS(size <= rest.size());
    ERR_clear_error();
    std::size_t count = 0;
    const int written = SSL_write_ex(ssl_.get(), rest.data(), size, &count);
    settle();
    if (written != 1) {
      pending_write_ = static_cast<std::uint32_t>(size);
      stopped(Call::write, written);
      break;
    }
    pending_write_ = 0;
    total += count;
  }
  if (total > 0) return {IoStatus::done, total};
  return {has_failed_ ? IoStatus::error : IoStatus::again, 0};
}

/// Decides what a call that moved nothing means.
void TlsStream::stopped(Call call, int returned) {
  switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_WANT_READ: write_wants_read_ = call == Call::write; return;
    case SSL_ERROR_WANT_WRITE: read_wants_write_ = call == Call::read; return;
    case SSL_ERROR_ZERO_RETURN: end_ = IoStatus::end; return;
    default: return fail();
  }
}

void TlsStream::fail() {
  has_failed_ = true;
  // A scanner that hangs up is gone; what is cut in mid-conversation may lack its end.
  end_ = is_at_eof_ && !is_established_ ? IoStatus::end : IoStatus::error;
  if (!is_established_ && !is_at_eof_ && !is_cut_) {
    const char* text = ERR_reason_error_string(ERR_peek_error());
    if (handshake_bytes_ > handshake_bytes_max) text = "the handshake does not end";
    reason_ = address_ + ": " + (text == nullptr ? "no memory" : text);
  }
  ERR_clear_error();
}

void TlsStream::settle() {
  if (is_established_ || SSL_is_init_finished(ssl_.get()) != 1) return;
  is_established_ = true;
  address_ = {};
}

void TlsStream::shutdown() {
  if (is_established_ && !has_failed_) return say_close_notify();
  is_discarding_ = true;
  finish_writing();
}

void TlsStream::resume_shutdown() {
  if (is_closing_) say_close_notify();
}

void TlsStream::say_close_notify() {
  ERR_clear_error();
  const int said = SSL_shutdown(ssl_.get());
  is_closing_ = said < 0 && SSL_get_error(ssl_.get(), said) == SSL_ERROR_WANT_WRITE;
  if (is_closing_) return;
  if (said < 0) {
    ERR_clear_error();
    is_discarding_ = true;
  }
  finish_writing();
}

void TlsStream::finish_writing() {
  is_write_closed_ = true;
  net_->shutdown(socket_);
}

void TlsStream::close() {
  const bool is_asked = end_ == IoStatus::end && is_established_;
  if (!is_asked || is_write_closed_ || is_closing_ || pending_write_ != 0) return;
  ERR_clear_error();
  static_cast<void>(SSL_shutdown(ssl_.get()));
  ERR_clear_error();
}

Interest TlsStream::needs(Interest wanted) const {
  return {.read = wanted.read || (wanted.write && write_wants_read_),
          .write = is_closing_ || (wanted.write && !write_wants_read_) ||
                   (wanted.read && read_wants_write_)};
}

Ready TlsStream::told(const Ready& socket, Interest wanted) const {
  Ready ready = socket;
  if (socket.broken) return ready;
  ready.readable =
      wanted.read && (socket.readable || has_more_ || (socket.writable && read_wants_write_));
  ready.writable = wanted.write && (write_wants_read_ ? socket.readable : socket.writable);
  return ready;
}

}  // namespace veche::loop
