#include "veche/gateway/offset.hpp"

#include <charconv>
#include <cstdint>

#include "veche/base/digits.hpp"

namespace veche::gateway {

void append_offset(std::string& text, std::string_view epoch, Offset offset) {
  text.append(epoch).push_back('.');
  append_place(text, offset);
}

void append_place(std::string& text, Offset offset) {
  text.append(Digits{static_cast<std::uint64_t>(offset.pos)}.text());
  if (offset.step == 0) return;
  text.push_back('.');
  text.push_back(static_cast<char>('0' + offset.step));
}

std::optional<Offset> parse_offset(std::string_view text, std::string_view epoch) {
  const bool is_of_epoch = text.size() > epoch.size() && text.size() <= offset_bytes_max &&
                           text.starts_with(epoch) && text[epoch.size()] == '.';
  if (!is_of_epoch) return std::nullopt;
  const auto numbers = text.substr(epoch.size() + 1);
  Offset offset;
  const auto* end =
      std::from_chars(numbers.data(), numbers.data() + numbers.size(), offset.pos).ptr;
  const auto rest = numbers.substr(static_cast<std::size_t>(end - numbers.data()));
  if (rest.size() == 2 && rest[0] == '.') offset.step = rest[1] - '0';
  if (offset.pos < 0 || offset.step < 0 || offset.step > last_step) return std::nullopt;
  std::string again;
  append_offset(again, epoch, offset);
  return again == text ? std::optional{offset} : std::nullopt;
}

}  // namespace veche::gateway
