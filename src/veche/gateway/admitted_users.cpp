#include "veche/gateway/admitted_users.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace veche::gateway {

namespace {

bool is_of(std::string_view key, std::string_view user_id) {
  return key.size() > user_id.size() && key[user_id.size()] == '/' && key.starts_with(user_id);
}

}  // namespace

std::size_t AdmittedUsers::begin_of(std::string_view user_id) {
  return std::hash<std::string_view>{}(user_id) % (places / ways) * ways;
}

domain::UserRef AdmittedUsers::find(std::string_view user_id, std::string_view session_id) const {
  const auto begin = begin_of(user_id);
  for (std::size_t i = begin; i < begin + ways; ++i) {
    const std::string_view key = places_[i].key;
    if (is_of(key, user_id) && key.substr(user_id.size() + 1) == session_id) return places_[i].user;
  }
  return domain::UserRef::none;
}

void AdmittedUsers::remember(std::string_view user_id, std::string_view session_id,
                             domain::UserRef user, std::uint64_t since) {
  if (since != revocations_ || find(user_id, session_id) != domain::UserRef::none) return;
  const auto first = places_.begin() + static_cast<std::ptrdiff_t>(begin_of(user_id));
  std::rotate(first, first + ways - 1, first + ways);  // whom it has known for longest goes
  first->key.assign(user_id).append("/").append(session_id);
  first->user = user;
}

void AdmittedUsers::hear(const domain::SessionsRevoked& revoked) {
  ++revocations_;
  if (revoked.user == nullptr) {
    std::fill(places_.begin(), places_.end(), Place{});
    return;
  }
  const auto begin = begin_of(revoked.user->id);
  for (std::size_t i = begin; i < begin + ways; ++i) {
    if (is_of(places_[i].key, revoked.user->id)) places_[i] = {};
  }
}

}  // namespace veche::gateway
