#pragma once

/// @file
/// Two users and a chat to try things with.

#include <string_view>

#include "veche/base/result.hpp"
#include "veche/base/time.hpp"
#include "veche/domain/credentials.hpp"
#include "veche/domain/ledger.hpp"

namespace veche::app {

inline constexpr std::string_view demo_chat_id = "64656d6f0000000000000001";
inline constexpr std::string_view demo_password = "password123";

/// Makes test1@example.com and test2@example.com, and a chat of both with a fixed id; what is
/// there already is left as it is. Errc::io when the store failed.
[[nodiscard]] Result<void> make_demo(domain::Ledger& ledger, const domain::Passwords& passwords,
                                     const Clock& clock);

}  // namespace veche::app
