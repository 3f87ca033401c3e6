#pragma once

/// @file
/// Hashes of passwords: Argon2id (RFC 9106) for our own, bcrypt for those brought along.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace veche::crypto {

/// What an Argon2id hash costs: 19 MiB, two passes, one lane.
inline constexpr unsigned argon2_memory_kib = 19'456;
inline constexpr unsigned argon2_passes = 2;

/// "$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>". `salt` is fresh from an Rng. Takes some 15 ms
/// and 19 MiB, so it belongs on an Offload, never on a loop. The password is taken whole; the
/// caller has limited its length.
/// Throws std::bad_alloc when there is no memory for it.
[[nodiscard]] std::string hash_password(std::string_view password,
                                        std::span<const std::byte, 16> salt);

/// Whether `password` is the one that was hashed; false for a hash that is_password_hash()
/// refuses. As costly as the hash says. bcrypt reads 72 bytes of a password and no more, and
/// takes none with U+0000 inside.
[[nodiscard]] bool verify_password(std::string_view password, std::string_view hash);

/// Whether verify_password() takes this hash: well-formed `$2a$`, `$2b$` or `$argon2id$v=19$`,
/// and no costlier than bcrypt 14, or 64 MiB, 10 passes and 16 lanes (about a second), so that
/// a hash brought in by an import cannot stall sign-in.
[[nodiscard]] bool is_password_hash(std::string_view hash);

/// Whether to hash anew at the next sign-in: anything but Argon2id at our own cost.
[[nodiscard]] bool needs_rehash(std::string_view hash);

}  // namespace veche::crypto
