#pragma once

/// @file
/// Whole numbers in decimal, in place: lengths, counters and ids on their way out.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace veche {

/// "00" to "99".
inline constexpr std::array<std::array<char, 2>, 100> two_digits = [] {
  std::array<std::array<char, 2>, 100> all{};
  for (unsigned i = 0; i < all.size(); ++i)
    all[i] = {static_cast<char>('0' + i / 10), static_cast<char>('0' + i % 10)};
  return all;
}();

/// A number in digits.
///
///     const Digits id{17};
///     out.append(id.text());
///
/// Time      A division for every two digits; std::to_chars() counts them first.
class Digits {
 public:
  static constexpr std::size_t size_max = 20;

  explicit Digits(std::uint64_t number) {
    for (; number >= 100; number /= 100) put_two(number % 100);
    if (number >= 10) {
      put_two(number);
    } else {
      bytes_[--begin_] = static_cast<char>('0' + number);
    }
  }

  [[nodiscard]] std::string_view text() const {
    return {bytes_.data() + begin_, size_max - begin_};
  }

 private:
  void put_two(std::uint64_t number) {
    begin_ -= 2;
    std::memcpy(bytes_.data() + begin_, two_digits[number].data(), 2);
  }

  std::array<char, size_max>
      bytes_;  // NOLINT(cppcoreguidelines-pro-type-member-init): from the end
  std::size_t begin_{size_max};
};

}  // namespace veche
