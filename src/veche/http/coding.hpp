#pragma once

/// @file
/// Compressed answers: content codings (RFC 9110 section 8.4) and who accepts them (12.5.3).

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "veche/http/message.hpp"

struct z_stream_s;

namespace veche::http {

enum class Coding : std::uint8_t { identity, gzip, deflate };

/// "identity", "gzip", "deflate".
[[nodiscard]] std::string_view to_string(Coding coding);

/// What the client of a request likes best, by its Accept-Encoding: of equals gzip, then deflate,
/// then identity. Members that cannot be read are passed over. Identity too when the client
/// refuses everything, for an answer is better than none. Linear.
[[nodiscard]] Coding preferred_coding(const Headers& request);

struct CompressionOptions {
  bool enabled{true};
  std::size_t threshold{1'024};      ///< bytes of a body below which it is sent as it is
  std::size_t bytes_max{1U << 19U};  ///< and above which too: the loop serves nobody else meanwhile
};

/// Compresses the bodies of one loop's answers.
///
///     response.body = long_json;
///     compression.apply(response, request.method, preferred_coding(request.headers));
///
/// Time      About 10 us a KiB (zlib's level 3), on the loop. Memory  About 270 KiB a coding,
///           from its first use on.
/// Threads   One loop. Errors  None but std::bad_alloc: what cannot be made shorter stays as it is.
class Compression {
 public:
  explicit Compression(const CompressionOptions& options) : options_{options} {}

  /// Codes the body and says so (Content-Encoding), when the answer may have one that is
  /// textual, between the thresholds and not coded yet; never to HEAD, and no 204, 206 or 304.
  /// "Vary: Accept-Encoding" stands on every answer that could have been coded. An ETag stays.
  void apply(Response& response, Method method, Coding coding);

 private:
  struct End {
    void operator()(z_stream_s* stream) const;
  };
  using Stream = std::unique_ptr<z_stream_s, End>;

  [[nodiscard]] bool is_eligible(const Response& response) const;
  [[nodiscard]] z_stream_s& stream(Coding coding);

  CompressionOptions options_;
  Stream gzip_;
  Stream deflate_;
};

}  // namespace veche::http
