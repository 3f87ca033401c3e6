#include "veche/crypto/password.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>

#include <crypt.h>
#include <sodium.h>

#include "veche/base/contract.hpp"
#include "veche/base/encoding.hpp"
#include "veche/crypto/hash.hpp"

namespace veche::crypto {
namespace {

constexpr std::size_t hash_bytes = 32;

/// What a hash from elsewhere may cost at most.
constexpr unsigned foreign_memory_kib_max = 65'536;
constexpr unsigned foreign_passes_max = 10;
constexpr unsigned foreign_lanes_max = 16;
constexpr unsigned bcrypt_cost_max = 14;

/// The rounds and sizes that a PHC string of Argon2id names.
struct Argon2 {
  unsigned memory_kib{};
  unsigned passes{};
  unsigned lanes{};
  std::size_t salt_bytes{};
  std::size_t hash_bytes{};
};

/// Reads a text from its start, piece by piece; after the first miss nothing matches.
class Scan {
 public:
  explicit Scan(std::string_view text) : rest_{text} {}

  void literal(std::string_view expected) {
    if (rest_.substr(0, expected.size()) != expected) return miss();
    rest_.remove_prefix(expected.size());
  }

  /// Decimal digits without a leading 0.
  unsigned number() {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc{} || rest_.front() == '0') {
      miss();
      return 0;
    }
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }

  /// How many bytes unpadded base64 stands for, up to the next `$` or the end.
  std::size_t base64_bytes() {
    std::string text{rest_.substr(0, rest_.find('$'))};
    rest_.remove_prefix(text.size());
    if (text.find('=') != std::string::npos) miss();
    text.append((4 - text.size() % 4) % 4, '=');
    const auto bytes = base64_decode(text, Base64::standard);
    if (!bytes) miss();
    return bytes ? bytes->size() : 0;
  }

  [[nodiscard]] bool is_done() const { return !missed_ && rest_.empty(); }

 private:
  void miss() {
    missed_ = true;
    rest_ = {};
  }

  std::string_view rest_;
  bool missed_{};
};

std::optional<Argon2> read_argon2(std::string_view hash) {
  if (hash.size() >= crypto_pwhash_STRBYTES) return std::nullopt;
  Scan scan{hash};
  Argon2 found;
  scan.literal("$argon2id$v=19$m=");
  found.memory_kib = scan.number();
  scan.literal(",t=");
  found.passes = scan.number();
  scan.literal(",p=");
  found.lanes = scan.number();
  scan.literal("$");
  found.salt_bytes = scan.base64_bytes();
  scan.literal("$");
  found.hash_bytes = scan.base64_bytes();
  if (!scan.is_done()) return std::nullopt;
  return found;
}

bool is_bearable(const Argon2& argon2) {
  return argon2.lanes <= foreign_lanes_max && argon2.memory_kib >= 8 * argon2.lanes &&
         argon2.memory_kib <= foreign_memory_kib_max && argon2.passes <= foreign_passes_max &&
         argon2.salt_bytes >= 8 && argon2.hash_bytes >= 16;
}

/// `$2a$` or `$2b$`, two digits of cost, `$`, 22 characters of salt and 31 of hash.
bool is_bcrypt(std::string_view hash) {
  if (hash.size() != 60) return false;
  const std::string_view scheme = hash.substr(0, 4);
  if ((scheme != "$2a$" && scheme != "$2b$") || hash[6] != '$') return false;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!is_digit(hash[4]) || !is_digit(hash[5])) return false;
  const int cost = (hash[4] - '0') * 10 + (hash[5] - '0');
  if (cost < 4 || cost > static_cast<int>(bcrypt_cost_max)) return false;
  constexpr std::string_view alphabet =
      "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return hash.find_first_not_of(alphabet, 7) == std::string_view::npos;
}

bool is_argon2(std::string_view hash) {
  const auto argon2 = read_argon2(hash);
  return argon2 && is_bearable(*argon2);
}

/// libsodium chooses its fastest code here, once.
void prepare_sodium() {
  static const int status = sodium_init();
  VECHE_EXPECTS(status >= 0);
}

bool verify_bcrypt(std::string_view password, std::string_view hash) {
  if (password.find('\0') != std::string_view::npos) return false;
  std::string phrase{password};
  const std::string setting{hash};
  const auto room = std::make_unique<crypt_data>();
  const char* const made = crypt_r(phrase.c_str(), setting.c_str(), room.get());
  const bool is_same = made != nullptr && equal_constant_time(made, hash);
  sodium_memzero(room.get(), sizeof(crypt_data));
  sodium_memzero(phrase.data(), phrase.size());
  return is_same;
}

std::string unpadded_base64(std::string_view bytes) {
  std::string text = base64_encode(bytes, Base64::standard);
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

}  // namespace

std::string hash_password(std::string_view password, std::span<const std::byte, 16> salt) {
  static_assert(crypto_pwhash_SALTBYTES == 16);
  prepare_sodium();
  std::array<unsigned char, hash_bytes> hash{};
  const int status =
      crypto_pwhash(hash.data(), hash.size(), password.data(), password.size(),
                    reinterpret_cast<const unsigned char*>(salt.data()), argon2_passes,
                    std::size_t{argon2_memory_kib} * 1024, crypto_pwhash_ALG_ARGON2ID13);
  if (status != 0) throw std::bad_alloc{};
  return "$argon2id$v=19$m=" + std::to_string(argon2_memory_kib) +
         ",t=" + std::to_string(argon2_passes) + ",p=1$" +
         unpadded_base64({reinterpret_cast<const char*>(salt.data()), salt.size()}) + "$" +
         unpadded_base64({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

bool verify_password(std::string_view password, std::string_view hash) {
  prepare_sodium();
  if (is_bcrypt(hash)) return verify_bcrypt(password, hash);
  if (!is_argon2(hash)) return false;
  return crypto_pwhash_str_verify(std::string{hash}.c_str(), password.data(), password.size()) == 0;
}

bool is_password_hash(std::string_view hash) { return is_bcrypt(hash) || is_argon2(hash); }

bool needs_rehash(std::string_view hash) {
  const auto argon2 = read_argon2(hash);
  return !argon2 || argon2->memory_kib != argon2_memory_kib || argon2->passes != argon2_passes ||
         argon2->lanes != 1 || argon2->salt_bytes != crypto_pwhash_SALTBYTES ||
         argon2->hash_bytes != hash_bytes;
}

}  // namespace veche::crypto
