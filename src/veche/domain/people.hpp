#pragma once

/// @file
/// Who may be looked for, and what a user may know of another (the seed's UsersModule).

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "veche/base/result.hpp"
#include "veche/domain/store.hpp"

namespace veche::domain {

/// Users as somebody may see them.
struct UserPage {
  std::vector<User> users{};
  std::int64_t total{};
  std::int64_t limit{};  ///< as it was brought into 1 to 200
  std::int64_t skip{};
  [[nodiscard]] bool has_more() const {
    return skip + static_cast<std::int64_t>(users.size()) < total;
  }
};

/// The questions a user may ask about others. The email of another user is empty, unless they
/// share a chat.
///
///     People{reader, user}.find("ann");
///     People{reader, user}.search("ann", {.limit = 20, .skip = 0});
///
/// Threads   The reader's. Lifetime  Made anew for each job. Errors  Errc::unauthorized when the
/// user who asks is not there.
class People {
 public:
  struct Part {
    std::int64_t limit{20};  ///< brought into 1 to 200
    std::int64_t skip{};     ///< not below 0
  };
  static constexpr std::size_t text_max = 100;

  /// `user` is none when the one who asks is not there.
  People(Reader& reader, UserPtr user) : reader_{reader}, user_{std::move(user)} {}

  /// Errc::not_found when there is no such user.
  [[nodiscard]] Result<User> find(std::string_view user_id) const;
  /// By part of a name or a handle, or by a whole email, regardless of case.
  /// Errc::validation unless `text` has 1 to text_max characters after trimming.
  [[nodiscard]] Result<UserPage> search(std::string_view text, Part part) const;

 private:
  [[nodiscard]] User as_seen(const User& user) const;

  Reader& reader_;
  UserPtr user_;
};

}  // namespace veche::domain
