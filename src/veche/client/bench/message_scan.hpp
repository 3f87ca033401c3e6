#pragma once

/// @file
/// The two fields of a message that a benchmark judges, found without reading the JSON.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace veche::client::bench {

/// What a `message:new` says of itself.
struct ScannedMessage {
  std::string_view text;  ///< as it stands between the quotes
  std::string_view chat;  ///< likewise; empty when the field is missing
};

/// Finds `text` and `chat` in the JSON of messages that look much alike: where they stood last is
/// looked at first.
///
///     scan.read(R"({"chat":"c0","text":"hi"})")   // {"hi", "c0"}
///
/// It takes the first such names that it finds, at any depth, with a text value and no spaces
/// around the colon. Worlds and stamps are made so that nothing else can be found; a value with
/// an escape in it ends there and fails its checksum.
///
/// Time      About 10 ns when the layout is that of the message before. Memory  Two numbers.
/// Threads   One. Errors  None when there is no text. Lifetime  The views are the message's.
class MessageScan {
 public:
  [[nodiscard]] std::optional<ScannedMessage> read(std::string_view json);

 private:
  std::size_t text_at_{};
  std::size_t chat_at_{};
};

/// What the JSON of an ack says.
enum class Answer : std::uint8_t {
  success,  ///< `{"success":true...`
  refused,  ///< the server has too much to do: rate_limited, overloaded or unavailable
  failure,  ///< anything else
};
[[nodiscard]] Answer read_answer(std::string_view json);

/// Whether it went well.
[[nodiscard]] inline bool says_success(std::string_view json) {
  return read_answer(json) == Answer::success;
}

}  // namespace veche::client::bench
