#pragma once

/// @file
/// Who has been let in, for the next time.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "veche/domain/facts.hpp"
#include "veche/domain/model.hpp"

namespace veche::gateway {

/// Users whom the writer has let in, and the sessions of their tokens, until one of theirs may
/// have been revoked: a client that comes back need not wait for the writer.
///
///     const auto since = admitted.revocations();
///     admitted.find("ada", session_id);                 // none: ask the writer, and then
///     admitted.remember("ada", session_id, user, since);
///     admitted.hear(revoked);                           // every revocation
///
/// Whoever revokes a session is answered when every loop has heard of it (domain::takes_away), so
/// from then on no loop lets it in from here. What the writer said is not remembered when a
/// revocation was heard since it was asked.
///
/// Time      A look at `ways` places; each user has so many, which others share. Memory  At most
/// `places` pairs of ids. Threads  One loop. Errors  None.
class AdmittedUsers {
 public:
  static constexpr std::size_t places = 4'096;
  static constexpr std::size_t ways = 4;

  /// domain::UserRef::none when the writer is to be asked.
  [[nodiscard]] domain::UserRef find(std::string_view user_id, std::string_view session_id) const;

  /// How many revocations have been heard.
  [[nodiscard]] std::uint64_t revocations() const { return revocations_; }
  /// The writer, asked when revocations() was `since`, has let the user in.
  void remember(std::string_view user_id, std::string_view session_id, domain::UserRef user,
                std::uint64_t since);
  void hear(const domain::SessionsRevoked& revoked);

 private:
  struct Place {
    std::string key;  // the user's id, which holds no '/', then one, then the session's
    domain::UserRef user{};
  };

  /// Where in `places_` the user's begin.
  [[nodiscard]] static std::size_t begin_of(std::string_view user_id);

  std::vector<Place> places_{places};
  std::uint64_t revocations_{};
};

}  // namespace veche::gateway
