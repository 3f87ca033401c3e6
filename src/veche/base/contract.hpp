#pragma once

/// @file
/// Preconditions and invariants. A broken contract is a bug in veche, never bad input: the
/// process stops with the text of the condition. Input errors are values, see result.hpp.

#include <cstdio>
#include <cstdlib>

namespace veche {

[[noreturn]] inline void contract_broken(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: contract broken: %s\n", file, line, condition);
  std::abort();
}

}  // namespace veche

/// Checked in every build type; keep the condition cheap and free of side effects.
#define VECHE_EXPECTS(condition) \
  ((condition) ? static_cast<void>(0) : ::veche::contract_broken(#condition, __FILE__, __LINE__))
