#include "veche/server/stderr_log.hpp"

#include <cstdio>
#include <string>

namespace veche::server {

void StderrLog::write(LogLevel level, std::string_view text) {
  if (level == LogLevel::debug) return;
  const std::string line = printable_ascii(text).append("\n");
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void StderrLog::event(std::string_view kind, std::string_view text) {
  LineRate::Verdict verdict;
  {
    const std::lock_guard lock{mutex_};
    verdict = limiter_.admit(kind, clock_.now());
  }
  if (verdict.more > 0) {
    write(LogLevel::info,
          std::string{kind}.append(": and ").append(std::to_string(verdict.more)).append(" more"));
  }
  if (verdict.is_written) write(LogLevel::info, text);
}

std::string printable_ascii(std::string_view text) {
  static constexpr std::string_view digits{"0123456789abcdef"};
  std::string line;
  line.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F) {
      line.push_back(c);
    } else {
      line.append("\\x").push_back(digits[byte >> 4U]);
      line.push_back(digits[byte & 0xFU]);
    }
  }
  return line;
}

}  // namespace veche::server
