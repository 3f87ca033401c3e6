#include "veche/client/bench/message_scan.hpp"

#include <cstring>

namespace veche::client::bench {
namespace {

/// Where `name` stands, first looked for at `hint`. npos when nowhere.
std::size_t find(std::string_view json, std::string_view name, std::size_t hint) {
  if (hint < json.size() && json.substr(hint).starts_with(name)) return hint;
  const void* found = memmem(json.data(), json.size(), name.data(), name.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - json.data());
}

/// What stands after `name` up to the next quote. None when the name or the quote is missing.
std::optional<std::string_view> value(std::string_view json, std::string_view name,
                                      std::size_t& hint) {
  const std::size_t at = find(json, name, hint);
  if (at == std::string_view::npos) return std::nullopt;
  hint = at;
  const std::string_view rest = json.substr(at + name.size());
  const auto end = rest.find('"');
  if (end == std::string_view::npos) return std::nullopt;
  return rest.substr(0, end);
}

}  // namespace

std::optional<ScannedMessage> MessageScan::read(std::string_view json) {
  const auto text = value(json, R"("text":")", text_at_);
  if (!text) return std::nullopt;
  return ScannedMessage{.text = *text, .chat = value(json, R"("chat":")", chat_at_).value_or("")};
}

Answer read_answer(std::string_view json) {
  constexpr std::string_view success = R"("success":true)";
  if (json.substr(0, 1) != "{") return Answer::failure;
  if (json.substr(1).starts_with(success)) return Answer::success;
  for (const std::string_view code :
       {R"("code":"rate_limited")", R"("code":"overloaded")", R"("code":"unavailable")"}) {
    if (json.find(code) != std::string_view::npos) return Answer::refused;
  }
  return json.find(success) != std::string_view::npos ? Answer::success : Answer::failure;
}

}  // namespace veche::client::bench
