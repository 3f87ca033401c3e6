#pragma once

/// @file
/// The chats of the model, as plainly as can be.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "veche/domain/model.hpp"

namespace veche::storage {

struct PlainMessage {
  int sender{};  // -1: the system
  std::string text;
  std::string key{};
  std::string id{};
  std::int64_t rev{};
  bool is_deleted{};
};
struct PlainChat {
  std::string id;
  std::map<int, domain::Seq> joined{};
  std::map<int, domain::Seq> read{};
  std::vector<PlainMessage> messages{};
  std::int64_t facts{};
  domain::Pos head{};
  WallTime updated{};
  bool is_deleted{};
  int made{};  // the order in which chats came to be
  std::map<int, domain::Role> roles{};
  std::map<int, WallTime> joined_at{};

  [[nodiscard]] bool has(int user) const { return !is_deleted && joined.count(user) == 1; }
  [[nodiscard]] bool is_group() const { return id.starts_with("chat"); }
};

}  // namespace veche::storage
