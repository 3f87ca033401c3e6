#pragma once

/// @file
/// Entropy as a parameter: the system's generator in production, a seeded one in tests.

#include <cstddef>
#include <span>
#include <string>

namespace veche {

/// A source of random bytes. In production every byte is fit for keys and session ids.
/// Threads: each user has one of its own unless the implementation says otherwise.
class Rng {
 public:
  Rng() = default;
  Rng(const Rng&) = delete;
  Rng& operator=(const Rng&) = delete;
  virtual ~Rng() = default;

  virtual void fill(std::span<std::byte> bytes) = 0;
};

/// `length` characters of base64url without padding, 6 random bits each; at most 64.
[[nodiscard]] std::string random_id(Rng& rng, std::size_t length);

}  // namespace veche
