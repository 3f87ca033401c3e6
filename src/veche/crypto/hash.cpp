#include "veche/crypto/hash.hpp"

#include <climits>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "veche/base/contract.hpp"
#include "veche/crypto/unsigned_bytes.hpp"

namespace veche::crypto {
namespace {

/// OpenSSL fails here only when it has no memory or no such algorithm.
std::string digest(const EVP_MD* algorithm, std::string_view bytes) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  const int done =
      EVP_Digest(bytes.data(), bytes.size(), unsigned_bytes(out), &size, algorithm, nullptr);
  VECHE_EXPECTS(done == 1);
  out.resize(size);
  return out;
}

}  // namespace

std::string sha1(std::string_view bytes) { return digest(EVP_sha1(), bytes); }

std::string sha256(std::string_view bytes) { return digest(EVP_sha256(), bytes); }

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  VECHE_EXPECTS(key.size() <= INT_MAX);
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  // A null key would mean "the key of the last call".
  const char* const key_bytes = key.empty() ? "" : key.data();
  const auto* const done = HMAC(EVP_sha256(), key_bytes, static_cast<int>(key.size()),
                                unsigned_bytes(bytes), bytes.size(), unsigned_bytes(out), &size);
  VECHE_EXPECTS(done != nullptr);
  out.resize(size);
  return out;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace veche::crypto
