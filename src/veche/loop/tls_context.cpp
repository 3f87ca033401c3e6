#include "veche/loop/tls_context.hpp"

#include <cerrno>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "veche/base/contract.hpp"

namespace veche::loop {
namespace {

constexpr auto* ciphers_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr unsigned char protocols[] = "\x08http/1.1";
constexpr unsigned protocols_size = sizeof(protocols) - 1;

/// The oldest error of OpenSSL's queue, which is left empty.
tl::unexpected<Error> openssl_failure(const std::string& what) {
  const char* reason = ERR_reason_error_string(ERR_peek_error());
  ERR_clear_error();
  return fail(Errc::invalid, what + ": " + (reason == nullptr ? "unknown reason" : reason));
}

Result<void> check_readable(std::string_view what, const std::string& file) {
  const std::ifstream stream{file};
  if (stream) return {};
  return fail(Errc::invalid, "cannot read the " + std::string{what} + " " + file + ": " +
                                 std::system_category().message(errno));
}

/// Nobody is asked for a password.
int no_password(char* /*into*/, int /*size*/, int /*is_writing*/, void* /*user*/) { return -1; }

// NOLINTNEXTLINE(readability-function-size): OpenSSL's signature
int choose_protocol(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned offered_size, void* /*user*/) {
  unsigned char* found = nullptr;
  const int outcome =
      SSL_select_next_proto(&found, chosen_size, protocols, protocols_size, offered, offered_size);
  if (outcome != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

void set_rules(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, ciphers_1_2);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_PRIORITIZE_CHACHA | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // A record comes with one read of the socket instead of two.
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  SSL_CTX_set_default_passwd_cb(context, no_password);
}

bool is_mismatch() {
  const unsigned long error = ERR_peek_error();
  const int reason = ERR_GET_REASON(error);
  return ERR_GET_LIB(error) == ERR_LIB_X509 &&
         (reason == X509_R_KEY_VALUES_MISMATCH || reason == X509_R_KEY_TYPE_MISMATCH);
}

}  // namespace

void TlsContext::Free::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

Result<TlsContext::ContextPtr> TlsContext::read(const TlsFiles& files) {
  const auto& [certificate, key] = files;
  if (auto read = check_readable("certificate", certificate); !read)
    return tl::unexpected{read.error()};
  if (auto read = check_readable("key", key); !read) return tl::unexpected{read.error()};

  ERR_clear_error();
  ContextPtr context{SSL_CTX_new(TLS_server_method())};
  if (context == nullptr) return openssl_failure("TLS cannot start");
  set_rules(context.get());
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate.c_str()) != 1) {
    return openssl_failure(certificate + " is no certificate that can be used");
  }
  const std::string mismatch = "the key " + key + " does not belong to " + certificate;
  if (SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return openssl_failure(is_mismatch() ? mismatch : key + " is no key that can be used");
  }
  if (SSL_CTX_check_private_key(context.get()) != 1) return openssl_failure(mismatch);
  ERR_clear_error();
  return context;
}

Result<std::unique_ptr<TlsContext>> TlsContext::load(TlsFiles files) {
  auto context = read(files);
  if (!context) return tl::unexpected{context.error()};
  return std::unique_ptr<TlsContext>{new TlsContext{std::move(files), std::move(*context)}};
}

TlsContext::TlsContext(TlsFiles files, ContextPtr context)
    : files_{std::move(files)}, context_{std::move(context)} {}

TlsContext::~TlsContext() = default;

Result<void> TlsContext::reload() {
  auto context = read(files_);
  if (!context) return tl::unexpected{context.error()};
  const std::lock_guard lock{mutex_};
  context_ = std::move(*context);
  return {};
}

TlsContext::ContextPtr TlsContext::current() const {
  const std::lock_guard lock{mutex_};
  VECHE_EXPECTS(SSL_CTX_up_ref(context_.get()) == 1);
  return ContextPtr{context_.get()};
}

void TlsContext::accepted(SocketId socket, std::string address) {
  const std::lock_guard lock{mutex_};
  parked_.insert_or_assign(socket, Parked{nullptr, std::move(address)});
}

void TlsContext::park(SocketId socket, std::unique_ptr<TlsStream> stream) {
  const std::lock_guard lock{mutex_};
  parked_.insert_or_assign(socket, Parked{std::move(stream), {}});
}

std::unique_ptr<TlsStream> TlsContext::take(SocketId socket) {
  std::unique_lock lock{mutex_};
  auto node = parked_.extract(socket);
  lock.unlock();
  if (node.empty()) return nullptr;
  Parked& parked = node.mapped();
  if (parked.stream != nullptr) return std::move(parked.stream);
  return std::make_unique<TlsStream>(SSL_new(current().get()), std::move(parked.address));
}

void TlsContext::forget(SocketId socket) {
  std::unique_lock lock{mutex_};
  const auto node = parked_.extract(socket);
  lock.unlock();
}

std::size_t TlsContext::parked_count() const {
  const std::lock_guard lock{mutex_};
  return parked_.size();
}

}  // namespace veche::loop
