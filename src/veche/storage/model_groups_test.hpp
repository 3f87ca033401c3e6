#pragma once

/// @file
/// The steps of model_test.cpp that change who takes part: each on a plain chat and through the
/// rules, with the outcome compared.

#include <algorithm>
#include <cstdint>
#include <string>
#include <tuple>

#include <rapidcheck.h>

#include "veche/domain/groups.hpp"

namespace veche::storage {

inline constexpr int people = 4;

inline std::string id_of(int user) { return "user" + std::to_string(user); }

/// `Pair` has pick(), note(), ref(), now(), recount() and regroup(), which runs a command on
/// members; `Chat` is its plain chat.
template <typename Pair, typename Chat>
struct GroupSteps {
  using Groups = domain::Groups;
  using Role = domain::Role;

  Pair& pair;

  /// Two at once, of whom some may be in already.
  void add(int user, std::uint32_t which) {
    auto* chat = pair.pick(which);
    if (chat == nullptr) return;
    const int one = static_cast<int>(which / 8 % people);
    const int other = static_cast<int>(which / 64 % people);
    const auto added = pair.regroup([&](Groups& groups) {
      return groups.add(
          {.by = pair.ref(user), .chat_id = chat->id, .user_ids = {id_of(one), id_of(other)}});
    });
    const bool may = chat->has(user) && chat->is_group() && chat->roles[user] != Role::member;
    RC_ASSERT(added.has_value() == may);
    if (!may) return;
    if (!chat->has(one) || !chat->has(other)) pair.note(*chat);
    for (const int id : {one, other}) {
      if (chat->has(id)) continue;
      chat->joined[id] = static_cast<domain::Seq>(chat->messages.size());
      chat->joined_at[id] = pair.now();
      chat->roles[id] = Role::member;
    }
    RC_ASSERT((*added)->chat.members.size() == chat->joined.size());
    RC_ASSERT((*added)->unread == pair.recount(*chat, user));
  }

  void forget(Chat& chat, int user) {
    pair.note(chat);
    chat.joined.erase(user);
    chat.read.erase(user);
    chat.roles.erase(user);
    chat.joined_at.erase(user);
  }

  void remove(int user, std::uint32_t which) {
    auto* chat = pair.pick(which);
    const int target = static_cast<int>(which / 8 % people);
    if (chat == nullptr || target == user) return;
    const auto removed = pair.regroup([&](Groups& groups) {
      return groups.remove({.by = pair.ref(user), .chat_id = chat->id, .user_id = id_of(target)});
    });
    const bool may = chat->has(user) && chat->has(target) && chat->is_group() &&
                     (chat->roles[user] == Role::owner ||
                      (chat->roles[user] == Role::admin && chat->roles[target] == Role::member));
    RC_ASSERT(removed.has_value() == may);
    if (may) forget(*chat, target);
  }

  void leave(int user, std::uint32_t which) {
    auto* chat = pair.pick(which);
    if (chat == nullptr) return;
    const auto left =
        pair.regroup([&](Groups& groups) { return groups.leave(pair.ref(user), chat->id); });
    const bool may = chat->has(user) && chat->is_group();
    RC_ASSERT(left.has_value() == may);
    if (!may) return;
    RC_ASSERT(left->has_value() == (chat->joined.size() > 1));
    if (chat->joined.size() == 1) {
      chat->is_deleted = true;
      return pair.note(*chat);
    }
    const bool was_owner = chat->roles[user] == Role::owner;
    forget(*chat, user);
    if (!was_owner) return;
    const auto heir = std::min_element(
        chat->roles.begin(), chat->roles.end(), [&](const auto& one, const auto& other) {
          const auto rank = [&](const auto& member) {
            return std::tuple{member.second != Role::admin, chat->joined_at[member.first],
                              member.first};
          };
          return rank(one) < rank(other);
        });
    heir->second = Role::owner;
    pair.note(*chat);
  }

  void set_role(int user, std::uint32_t which) {
    auto* chat = pair.pick(which);
    const int target = static_cast<int>(which / 8 % people);
    const auto role = static_cast<Role>(which / 64 % 3);
    if (chat == nullptr || target == user) return;
    const auto set = pair.regroup([&](Groups& groups) {
      return groups.set_role({.by = pair.ref(user), .chat_id = chat->id, .user_id = id_of(target)},
                             role);
    });
    const bool may = chat->has(user) && chat->has(target) && chat->is_group() &&
                     chat->roles[user] == Role::owner;
    RC_ASSERT(set.has_value() == may);
    if (!may || chat->roles[target] == role) return;
    chat->roles[target] = role;
    pair.note(*chat);
    if (role != Role::owner) return;
    chat->roles[user] = Role::admin;
    pair.note(*chat);
  }
};

}  // namespace veche::storage
