#include "veche/base/time.hpp"

#include <algorithm>
#include <cstdint>

namespace veche {
namespace {

void put_digits(char* last, std::int64_t value, int digits) {
  for (; digits > 0; --digits, value /= 10) *last-- = static_cast<char>('0' + value % 10);
}

}  // namespace

std::string iso8601(WallTime time) {
  using namespace std::chrono;
  constexpr WallTime first = sys_days{year{0} / 1 / 1};
  constexpr WallTime last = sys_days{year{10000} / 1 / 1} - Milliseconds{1};
  const WallTime shown = std::clamp(time, first, last);
  const sys_days day = floor<days>(shown);
  const year_month_day date{day};
  const hh_mm_ss<Milliseconds> clock{shown - day};

  std::string text = "0000-00-00T00:00:00.000Z";
  put_digits(&text[3], int{date.year()}, 4);
  put_digits(&text[6], unsigned{date.month()}, 2);
  put_digits(&text[9], unsigned{date.day()}, 2);
  put_digits(&text[12], clock.hours().count(), 2);
  put_digits(&text[15], clock.minutes().count(), 2);
  put_digits(&text[18], clock.seconds().count(), 2);
  put_digits(&text[22], clock.subseconds().count(), 3);
  return text;
}

}  // namespace veche
