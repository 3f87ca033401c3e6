#include "veche/client/bench/stamp.hpp"

#include <array>
#include <cstring>

#include "veche/base/contract.hpp"

namespace veche::client::bench {
namespace {

constexpr char mark = '_';
constexpr std::size_t digits = 8;
constexpr std::size_t head_bytes = 1 + 4 * digits;
constexpr std::uint64_t odd_constant = 0x9E37'79B9'7F4A'7C15;

static_assert(head_bytes + digits <= stamp_bytes_min);

using Letters = std::array<char, digits>;

/// A nibble a letter, the lowest first: a for 0 to p for 15.
Letters letters_of(std::uint32_t number) {
  Letters letters;
  for (std::size_t i = 0; i < digits; ++i) {
    letters[i] = static_cast<char>('a' + (number >> (4 * i) & 0xF));
  }
  return letters;
}

void append_number(std::string& out, std::uint32_t number) {
  out.append(letters_of(number).data(), digits);
}

/// For letters outside a to p the result means nothing; the checksum finds those.
std::uint32_t number_at(std::string_view text, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    number |= static_cast<std::uint32_t>(text[at + i] - 'a') << (4 * i);
  }
  return number;
}

std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * odd_constant;
  return hash ^ hash >> 29;
}

std::uint32_t checksum(std::string_view text) {
  std::uint64_t hash = text.size();
  std::uint64_t word = 0;
  for (; text.size() >= sizeof(word); text.remove_prefix(sizeof(word))) {
    std::memcpy(&word, text.data(), sizeof(word));
    hash = mix(hash, word);
  }
  word = 0;
  if (!text.empty()) std::memcpy(&word, text.data(), text.size());
  hash = mix(hash, word);
  return static_cast<std::uint32_t>(hash >> 32);
}

}  // namespace

void append_stamped(std::string& out, const Stamp& stamp, std::size_t size) {
  VECHE_EXPECTS(size >= stamp_bytes_min && size <= stamp_bytes_max);
  const std::size_t begin = out.size();
  out.push_back(mark);
  append_number(out, stamp.run);
  append_number(out, stamp.chat);
  append_number(out, stamp.sender);
  append_number(out, stamp.sequence);
  out.append(size - head_bytes - digits, static_cast<char>('a' + stamp.sequence % 26));
  append_number(out, checksum(std::string_view{out}.substr(begin)));
}

std::optional<Stamp> read_stamp(std::string_view text) {
  if (text.size() < stamp_bytes_min || text.size() > stamp_bytes_max || text.front() != mark) {
    return std::nullopt;
  }
  const std::size_t end = text.size() - digits;
  // As letters: different letters may make the same number.
  const Letters sum = letters_of(checksum(text.substr(0, end)));
  if (text.substr(end) != std::string_view{sum.data(), sum.size()}) return std::nullopt;
  return Stamp{.run = number_at(text, 1),
               .chat = number_at(text, 1 + digits),
               .sender = number_at(text, 1 + 2 * digits),
               .sequence = number_at(text, 1 + 3 * digits)};
}

}  // namespace veche::client::bench
