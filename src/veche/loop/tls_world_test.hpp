#pragma once

/// @file
/// What the tests of TLS stand on: certificates made on the spot, and a client that speaks TLS
/// over a wire in memory.

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "veche/base/contract.hpp"
#include "veche/loop/tls_context.hpp"

#include "support/fake_net.hpp"
#include "support/temp_folder.hpp"

namespace veche::loop {

/// Writes a self-signed certificate and its key (P-256) as name.pem and name.key.
inline TlsFiles make_certificate(const std::filesystem::path& folder, const std::string& name) {
  TlsFiles files{folder / (name + ".pem"), folder / (name + ".key")};
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  VECHE_EXPECTS(key != nullptr && certificate != nullptr);
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3'600);
  X509_NAME* subject = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate, subject);
  X509_set_pubkey(certificate, key);
  VECHE_EXPECTS(X509_sign(certificate, key, EVP_sha256()) > 0);
  BIO* file = BIO_new_file(files.certificate.c_str(), "w");
  VECHE_EXPECTS(PEM_write_bio_X509(file, certificate) == 1);
  BIO_free(file);
  file = BIO_new_file(files.key.c_str(), "w");
  VECHE_EXPECTS(PEM_write_bio_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  BIO_free(file);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return files;
}

/// A client's end of TLS over any wire: bytes that came are fed(), bytes to send are taken.
class TlsClient {
 public:
  explicit TlsClient(int version = 0, std::string_view protocols = {})
      : context_{SSL_CTX_new(TLS_client_method())} {
    if (version != 0) {
      SSL_CTX_set_min_proto_version(context_.get(), version);
      SSL_CTX_set_max_proto_version(context_.get(), version);
    }
    ssl_.reset(SSL_new(context_.get()));
    if (!protocols.empty()) {
      SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(protocols.data()),
                          static_cast<unsigned>(protocols.size()));
    }
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(ssl_.get());
    SSL_do_handshake(ssl_.get());
  }

  /// Takes bytes of the server in; what they say is appended to said().
  void feed(std::string_view bytes) {
    if (!bytes.empty()) {
      BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
    }
    ERR_clear_error();
    char buffer[16'384];
    std::size_t count = 0;
    while (SSL_read_ex(ssl_.get(), buffer, sizeof(buffer), &count) == 1) {
      said_.append(buffer, count);
    }
    ERR_clear_error();
  }
  void say(std::string_view bytes) {
    std::size_t count = 0;
    VECHE_EXPECTS(SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count) == 1);
  }
  void say_close_notify() { SSL_shutdown(ssl_.get()); }
  /// Bytes for the server.
  [[nodiscard]] std::string take_wire() {
    std::string bytes(static_cast<std::size_t>(BIO_ctrl_pending(SSL_get_wbio(ssl_.get()))), '\0');
    if (!bytes.empty()) {
      BIO_read(SSL_get_wbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
    }
    return bytes;
  }

  /// What the server has said since the last time.
  [[nodiscard]] std::string take_said() { return std::exchange(said_, {}); }
  [[nodiscard]] bool is_established() const { return SSL_is_init_finished(ssl_.get()) == 1; }
  [[nodiscard]] bool has_close_notify() const {
    return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  }
  [[nodiscard]] std::string version() const { return SSL_get_version(ssl_.get()); }
  [[nodiscard]] std::string protocol() const {
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &chosen, &size);
    return size == 0 ? std::string{} : std::string{reinterpret_cast<const char*>(chosen), size};
  }
  /// The name in the server's certificate.
  [[nodiscard]] std::string server_name() const {
    X509* certificate = SSL_get1_peer_certificate(ssl_.get());
    if (certificate == nullptr) return {};
    char name[64] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name,
                              sizeof(name));
    X509_free(certificate);
    return name;
  }
  [[nodiscard]] ssl_st* ssl() { return ssl_.get(); }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> ssl_;
  std::string said_;
};

}  // namespace veche::loop
