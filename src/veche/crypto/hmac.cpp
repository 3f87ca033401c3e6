#include "veche/crypto/hmac.hpp"

#include <array>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "veche/base/contract.hpp"
#include "veche/crypto/unsigned_bytes.hpp"

namespace veche::crypto {
namespace {

struct Free {
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

}  // namespace

struct HmacSha256::State {
  std::unique_ptr<EVP_MAC_CTX, Free> context;
};

HmacSha256::HmacSha256(std::string_view key) : state_{std::make_unique<State>()} {
  VECHE_EXPECTS(!key.empty());
  EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  VECHE_EXPECTS(algorithm != nullptr);
  state_->context.reset(EVP_MAC_CTX_new(algorithm));
  EVP_MAC_free(algorithm);
  std::array<char, 7> digest{"SHA256"};
  const std::array<OSSL_PARAM, 2> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_end()};
  const int done =
      EVP_MAC_init(state_->context.get(), unsigned_bytes(key), key.size(), parameters.data());
  VECHE_EXPECTS(done == 1);
}

HmacSha256::~HmacSha256() = default;

std::string HmacSha256::of(std::string_view bytes) {
  EVP_MAC_CTX* const context = state_->context.get();
  std::array<unsigned char, 32> mac{};
  std::size_t size = 0;
  const bool done = EVP_MAC_init(context, nullptr, 0, nullptr) == 1 &&
                    EVP_MAC_update(context, unsigned_bytes(bytes), bytes.size()) == 1 &&
                    EVP_MAC_final(context, mac.data(), &size, mac.size()) == 1;
  VECHE_EXPECTS(done && size == mac.size());
  return {reinterpret_cast<const char*>(mac.data()), mac.size()};
}

}  // namespace veche::crypto
