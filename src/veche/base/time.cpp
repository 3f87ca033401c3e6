#include "veche/base/time.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "veche/base/digits.hpp"

namespace veche {
namespace {

/// Two digits and what stands behind them.
void put_two(char* to, unsigned value, char behind) {
  std::memcpy(to, two_digits[value].data(), 2);
  to[2] = behind;
}

/// Reads a text from its front; once something is missing, all that follows fails too.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_{text} {}

  bool take(char letter) {
    const bool is_there = !rest_.empty() && rest_.front() == letter;
    if (is_there) rest_.remove_prefix(1);
    return is_there;
  }
  void need(char letter) { has_failed_ = !take(letter) || has_failed_; }

  /// A number of so many digits, at most `max`.
  int number(std::size_t digits, int max) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) value = value * 10 + digit();
    has_failed_ = has_failed_ || value > max;
    return value;
  }
  /// The milliseconds of a fraction of any length.
  int fraction() {
    int value = 0;
    int count = 0;
    do {
      const int next = digit();
      if (count++ < 3) value = value * 10 + next;
    } while (!rest_.empty() && is_digit(rest_.front()));
    for (; count < 3; ++count) value *= 10;
    return value;
  }
  [[nodiscard]] bool is_at_end() const { return rest_.empty(); }
  [[nodiscard]] bool has_failed() const { return has_failed_; }

 private:
  static bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }
  int digit() {
    if (rest_.empty() || !is_digit(rest_.front())) {
      has_failed_ = true;
      return 0;
    }
    const int value = rest_.front() - '0';
    rest_.remove_prefix(1);
    return value;
  }

  std::string_view rest_;
  bool has_failed_{};
};

Milliseconds read_clock(Reader& text) {
  using namespace std::chrono;
  Milliseconds clock = hours{text.number(2, 23)};
  text.need(':');
  clock += minutes{text.number(2, 59)};
  if (!text.take(':')) return clock;
  clock += seconds{text.number(2, 59)};
  if (text.take('.')) clock += Milliseconds{text.fraction()};
  return clock;
}

/// How far the clock is ahead of UTC.
Milliseconds read_offset(Reader& text) {
  if (text.take('Z')) return {};
  const bool is_behind = text.take('-');
  if (!is_behind) text.need('+');
  Milliseconds offset = std::chrono::hours{text.number(2, 23)};
  text.need(':');
  offset += std::chrono::minutes{text.number(2, 59)};
  return is_behind ? -offset : offset;
}

}  // namespace

std::optional<WallTime> parse_iso8601(std::string_view text) {
  using namespace std::chrono;
  Reader reader{text};
  const year in_year{reader.number(4, 9999)};
  reader.need('-');
  const month in_month{static_cast<unsigned>(reader.number(2, 12))};
  reader.need('-');
  const day on_day{static_cast<unsigned>(reader.number(2, 31))};
  const year_month_day date{in_year, in_month, on_day};
  if (reader.has_failed() || !date.ok()) return std::nullopt;
  WallTime time = sys_days{date};
  if (reader.is_at_end()) return time;
  reader.need('T');
  time += read_clock(reader);
  time -= read_offset(reader);
  if (reader.has_failed() || !reader.is_at_end()) return std::nullopt;
  return time;
}

FixedText<24> iso8601(WallTime time) {
  using namespace std::chrono;
  constexpr WallTime first = sys_days{year{0} / 1 / 1};
  constexpr WallTime last = sys_days{year{10000} / 1 / 1} - Milliseconds{1};
  const WallTime shown = std::clamp(time, first, last);
  const sys_days day = floor<days>(shown);
  const year_month_day date{day};
  const hh_mm_ss<Milliseconds> clock{shown - day};

  const auto year_number = static_cast<unsigned>(int{date.year()});
  const auto milliseconds = static_cast<unsigned>(clock.subseconds().count());
  FixedText<24> text;
  char* const to = text.bytes.data();
  put_two(to, year_number / 100, '\0');
  put_two(to + 2, year_number % 100, '-');
  put_two(to + 5, unsigned{date.month()}, '-');
  put_two(to + 8, unsigned{date.day()}, 'T');
  put_two(to + 11, static_cast<unsigned>(clock.hours().count()), ':');
  put_two(to + 14, static_cast<unsigned>(clock.minutes().count()), ':');
  put_two(to + 17, static_cast<unsigned>(clock.seconds().count()), '.');
  put_two(to + 20, milliseconds / 10, static_cast<char>('0' + milliseconds % 10));
  to[23] = 'Z';
  return text;
}

}  // namespace veche
