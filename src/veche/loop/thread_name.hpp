#pragma once

/// @file
/// What the system's tools call a thread.

#include <string>

#include <pthread.h>

namespace veche::loop {

/// Names the calling thread; the first 15 bytes count.
inline void name_this_thread(const std::string& name) {
  constexpr std::size_t length_max = 15;
  pthread_setname_np(pthread_self(), name.substr(0, length_max).c_str());
}

}  // namespace veche::loop
