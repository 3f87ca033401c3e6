#include "veche/base/encoding.hpp"

#include <sodium.h>

#include "veche/base/contract.hpp"

namespace veche {
namespace {

int sodium_variant(Base64 variant) {
  return variant == Base64::url ? sodium_base64_VARIANT_URLSAFE_NO_PADDING
                                : sodium_base64_VARIANT_ORIGINAL;
}

const unsigned char* unsigned_bytes(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

std::string base64_encode(std::string_view bytes, Base64 variant) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_variant(variant)), '\0');
  sodium_bin2base64(text.data(), text.size(), unsigned_bytes(bytes), bytes.size(),
                    sodium_variant(variant));
  text.pop_back();  // libsodium ends it with a zero
  return text;
}

std::optional<std::string> base64_decode(std::string_view text, Base64 variant) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  const int status =
      sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), nullptr, &size, &end, sodium_variant(variant));
  if (status != 0 || end != text.data() + text.size()) return std::nullopt;
  bytes.resize(size);
  return bytes;
}

std::string hex_encode(std::string_view bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), unsigned_bytes(bytes), bytes.size());
  text.pop_back();
  return text;
}

}  // namespace veche
