#pragma once

/// @file
/// The wall between what a feature does and the machine that runs it.

#include <exception>
#include <string>
#include <utility>

#include "veche/base/log.hpp"

namespace veche::commands {

/// Runs `action` and says whether it ended well. An exception is logged with `what` and ends
/// here, so that one feature's bug is not the end of everybody's commands.
template <typename Action>
[[nodiscard]] bool guarded(Log& log, const char* what, Action&& action) {
  try {
    std::forward<Action>(action)();
    return true;
  } catch (const std::exception& thrown) {
    log.write(LogLevel::error, std::string{what} + " threw: " + thrown.what());
  } catch (...) {
    log.write(LogLevel::error, std::string{what} + " threw");
  }
  return false;
}

}  // namespace veche::commands
