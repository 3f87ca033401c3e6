#pragma once

/// @file
/// What the clients of one loop share.

#include "veche/base/rng.hpp"
#include "veche/base/time.hpp"
#include "veche/json/parser.hpp"
#include "veche/loop/loop.hpp"
#include "veche/loop/net.hpp"

namespace veche::client {

/// Everything is the loop's: `net` is the one it runs on. All of it outlives the clients.
struct Context {
  loop::Loop& loop;
  loop::Net& net;
  const Clock& clock;
  Rng& rng;
  json::Parser& parser;
};

}  // namespace veche::client
