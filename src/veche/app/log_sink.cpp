#include "veche/app/log_sink.hpp"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "veche/base/utf8.hpp"
#include "veche/json/writer.hpp"

namespace veche::app {
namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warn: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
  }
  return spdlog::level::info;
}

bool is_control(unsigned char byte) { return byte < 0x20 || byte == 0x7F; }

}  // namespace

LogSink::LogSink(const Clock& clock, LogFormat format, std::string_view level)
    : clock_{clock},
      format_{format},
      logger_{std::make_shared<spdlog::logger>("veche",
                                               std::make_shared<spdlog::sinks::stdout_sink_mt>())} {
  logger_->set_pattern(format == LogFormat::json
                           ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","text":%v})"
                           : "%Y-%m-%dT%H:%M:%S.%eZ %^%-5l%$ %v",
                       spdlog::pattern_time_type::utc);
  logger_->set_level(spdlog::level::from_str(level == "error" ? "err" : std::string{level}));
  logger_->flush_on(spdlog::level::debug);
}

LogSink::~LogSink() = default;

void LogSink::write(LogLevel level, std::string_view text) {
  logger_->log(spdlog_level(level), "{}", printable(text, format_));
}

void LogSink::events(std::string_view kind, std::string_view text, std::uint64_t count) {
  LineRate::Verdict verdict;
  {
    const std::lock_guard lock{mutex_};
    verdict = limiter_.admit(kind, clock_.now(), count);
  }
  if (verdict.more > 0) write(LogLevel::info, fmt::format("{}: and {} more", kind, verdict.more));
  if (verdict.is_written) write(LogLevel::info, text);
}

std::string printable(std::string_view text, LogFormat format) {
  const bool is_valid = is_utf8(text);
  std::string line;
  line.reserve(text.size() + 2);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_control(byte) || (!is_valid && byte >= 0x80)) {
      fmt::format_to(std::back_inserter(line), "\\x{:02x}", byte);
    } else {
      line.push_back(c);
    }
  }
  if (format == LogFormat::text) return line;
  std::string json;
  json::Writer{json}.string(line);
  return json;
}

}  // namespace veche::app
