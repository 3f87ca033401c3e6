#include "wire.hpp"

#include <array>
#include <charconv>
#include <cstring>
#include <ctime>

#include <openssl/evp.h>

namespace bare {
namespace {

constexpr std::size_t mask_bytes = 4;

unsigned char byte_at(const char* bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

std::uint64_t big_endian(const char* bytes, std::size_t count) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < count; ++i) number = number << 8 | byte_at(bytes, i);
  return number;
}

void unmask(char* payload, std::size_t size, const char* mask) {
  std::uint64_t twice = 0;
  std::memcpy(&twice, mask, mask_bytes);
  twice |= twice << 32;
  std::size_t at = 0;
  for (; at + sizeof(twice) <= size; at += sizeof(twice)) {
    std::uint64_t word = 0;
    std::memcpy(&word, payload + at, sizeof(word));
    word ^= twice;
    std::memcpy(payload + at, &word, sizeof(word));
  }
  for (; at < size; ++at) payload[at] = static_cast<char>(payload[at] ^ mask[at % mask_bytes]);
}

}  // namespace

std::optional<ClientFrame> take_frame(char* bytes, std::size_t size) {
  if (size < 2) return std::nullopt;
  std::uint64_t length = byte_at(bytes, 1) & 0x7FU;
  const std::size_t extra = length == 126 ? 2 : length == 127 ? 8 : 0;
  const std::size_t head = 2 + extra + mask_bytes;
  if (size < head) return std::nullopt;
  if (extra > 0) length = big_endian(bytes + 2, extra);
  if (size - head < length) return std::nullopt;
  unmask(bytes + head, length, bytes + 2 + extra);
  return ClientFrame{.opcode = static_cast<Opcode>(byte_at(bytes, 0) & 0x0FU),
                     .payload = {bytes + head, length},
                     .size = head + length};
}

void append_frame_header(std::string& out, Opcode opcode, std::size_t payload_size) {
  out.push_back(static_cast<char>(0x80U | static_cast<unsigned>(opcode)));
  const std::size_t extra = payload_size < 126 ? 0 : payload_size < 65'536 ? 2 : 8;
  if (extra == 0) {
    out.push_back(static_cast<char>(payload_size));
    return;
  }
  out.push_back(static_cast<char>(extra == 2 ? 126 : 127));
  for (std::size_t i = extra; i-- > 0;) out.push_back(static_cast<char>(payload_size >> (8 * i)));
}

void append_text_frame(std::string& out, std::string_view text) {
  append_frame_header(out, Opcode::text, text.size());
  out.append(text);
}

std::string upgrade_answer(std::string_view request) {
  constexpr std::string_view name = "\r\nSec-WebSocket-Key: ";
  const auto at = request.find(name);
  if (at == std::string_view::npos) return {};
  const auto rest = request.substr(at + name.size());
  std::string key{rest.substr(0, rest.find("\r\n"))};
  key.append("258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int digest_size = 0;
  EVP_Digest(key.data(), key.size(), digest.data(), &digest_size, EVP_sha1(), nullptr);
  std::array<unsigned char, 64> accept{};
  const int size = EVP_EncodeBlock(accept.data(), digest.data(), static_cast<int>(digest_size));
  std::string answer{
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: "};
  answer.append(reinterpret_cast<const char*>(accept.data()), static_cast<std::size_t>(size));
  return answer.append("\r\n\r\n");
}

std::string claims_of(std::string_view token) {
  const auto first = token.find('.');
  const auto second = token.find('.', first + 1);
  if (second == std::string_view::npos) return {};
  std::string claims;
  unsigned bits = 0;
  unsigned held = 0;
  for (const char c : token.substr(first + 1, second - first - 1)) {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    held = held << 6 | static_cast<unsigned>(alphabet.find(c) & 63U);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    claims.push_back(static_cast<char>(held >> bits));
  }
  return claims;
}

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void append_hex(std::string& out, std::uint64_t number, int digits) {
  for (int i = digits; i-- > 0;) out.push_back("0123456789abcdef"[number >> (4 * i) & 0xFU]);
}

std::string_view TimeText::now() {
  timespec at{};
  clock_gettime(CLOCK_REALTIME, &at);
  const auto milliseconds = static_cast<std::uint64_t>(at.tv_sec) * 1'000 +
                            static_cast<std::uint64_t>(at.tv_nsec) / 1'000'000;
  if (milliseconds == milliseconds_) return text_;
  if (milliseconds / 1'000 != seconds()) {
    tm parts{};
    gmtime_r(&at.tv_sec, &parts);
    text_.resize(32);
    text_.resize(std::strftime(text_.data(), text_.size(), "%Y-%m-%dT%H:%M:%S.000Z", &parts));
  }
  milliseconds_ = milliseconds;
  const auto part = static_cast<unsigned>(milliseconds % 1'000);
  text_[20] = static_cast<char>('0' + part / 100);
  text_[21] = static_cast<char>('0' + part / 10 % 10);
  text_[22] = static_cast<char>('0' + part % 10);
  return text_;
}

}  // namespace bare
