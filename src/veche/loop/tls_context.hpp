#pragma once

/// @file
/// The certificate of a server, and the TLS sockets that are between two loops.

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "veche/base/result.hpp"
#include "veche/loop/net.hpp"
#include "veche/loop/tls_stream.hpp"

struct ssl_ctx_st;

namespace veche::loop {

/// PEM files: the server's certificate followed by those that lead to its root, and its key,
/// which is not encrypted.
struct TlsFiles {
  std::string certificate;
  std::string key;
};

/// What all TLS connections of a process share: one certificate, changed while the server runs,
/// and the way of a connection from one loop's TlsNet to another's.
///
///     auto context = TlsContext::load({"/etc/veche/fullchain.pem", "/etc/veche/key.pem"});
///     TlsNet net{epoll, **context, log};
///     auto reloaded = (*context)->reload();      // from now on new connections see the new one
///
/// TLS 1.2 (forward secret, authenticated ciphers only) and 1.3, in the server's order of ciphers;
/// ALPN http/1.1; stateless session tickets; no renegotiation, no compression, no early data.
///
/// Time      load() and reload() read two files. Memory  About 100 KB, and a connection on its
///           way. Threads  Any. Errors  load() and reload() say which file is wrong and why.
/// Lifetime  Outlives the nets that use it.
class TlsContext {
 public:
  /// Errc::invalid with one line: a file cannot be read, holds nothing of use, or the key does
  /// not belong to the certificate.
  [[nodiscard]] static Result<std::unique_ptr<TlsContext>> load(TlsFiles files);

  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  ~TlsContext();

  /// Reads the same files again, for connections that come from now on; older ones keep what they
  /// have. On failure, as of load(), everything stays as it was.
  [[nodiscard]] Result<void> reload();
  [[nodiscard]] const TlsFiles& files() const { return files_; }

  // For TlsNet.

  /// A listener has accepted this socket; no net watches it yet.
  void accepted(SocketId socket, std::string address);
  /// A net has given this socket up; another may take it.
  void park(SocketId socket, std::unique_ptr<TlsStream> stream);
  /// The state of a socket that was accepted or parked; null for a socket without TLS.
  [[nodiscard]] std::unique_ptr<TlsStream> take(SocketId socket);
  /// The socket is closed without having been watched again.
  void forget(SocketId socket);
  /// Sockets that nobody watches.
  [[nodiscard]] std::size_t parked_count() const;

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  using ContextPtr = std::unique_ptr<ssl_ctx_st, Free>;

  /// Between two nets. A fresh socket gets its stream where it is taken.
  struct Parked {
    std::unique_ptr<TlsStream> stream;
    std::string address;
  };

  TlsContext(TlsFiles files, ContextPtr context);
  [[nodiscard]] static Result<ContextPtr> read(const TlsFiles& files);
  [[nodiscard]] ContextPtr current() const;

  TlsFiles files_;
  mutable std::mutex mutex_;  // guards what follows
  ContextPtr context_;
  std::unordered_map<SocketId, Parked> parked_;
};

}  // namespace veche::loop
