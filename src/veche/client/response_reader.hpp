#pragma once

/// @file
/// The answers of an HTTP/1.1 server on one connection (RFC 9112), read as they come.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace veche::client {

/// Reads one answer after the other. Only answers with a Content-Length are known, which is all
/// that Engine.IO's polling sends.
///
///     ResponseReader reader;
///     if (reader.receive(bytes) == ResponseReader::Outcome::done) use(reader.body());
///     ... reader.receive(bytes)     // the next answer
///
/// Time      Linear in the answer, however it is cut. Memory  The longest answer so far.
/// Threads   One. Errors  Outcome::malformed, with why(). Lifetime  body() until the next
///           receive().
class ResponseReader {
 public:
  enum class Outcome : std::uint8_t { need_more, done, malformed };

  static constexpr std::size_t head_bytes_max = 16UL * 1024;
  static constexpr std::size_t body_bytes_max = 16UL << 20;

  /// The next bytes. Those behind the end of an answer that nobody has asked for make it malformed.
  [[nodiscard]] Outcome receive(std::string_view bytes);

  // Of an answer that is done:
  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] std::string_view body() const {
    return std::string_view{bytes_}.substr(head_bytes_);
  }
  /// Whether the connection may be used for another request.
  [[nodiscard]] bool keeps_alive() const { return keeps_alive_; }

  [[nodiscard]] const std::string& why() const { return why_; }

 private:
  [[nodiscard]] Outcome find_head(std::size_t from);
  [[nodiscard]] bool read_head();
  [[nodiscard]] Outcome malformed(std::string why);

  std::string bytes_;
  std::size_t head_bytes_{};  // 0 while it is incomplete
  std::size_t body_bytes_{};
  int status_{};
  bool keeps_alive_{};
  bool is_done_{};
  std::string why_;
};

}  // namespace veche::client
