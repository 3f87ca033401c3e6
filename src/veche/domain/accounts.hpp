#pragma once

/// @file
/// Accounts and sign-in (the seed's AuthModule and UsersModule).

#include <optional>
#include <string>
#include <string_view>

#include "veche/domain/credentials.hpp"
#include "veche/domain/ledger.hpp"

namespace veche::domain {

struct Registration {
  std::string name{};
  std::string email{};
  std::string password_hash{};  ///< made off the writer, before; empty: no sign-in by password
  std::string id{};             ///< empty: veche makes one (imports bring their own)
};

/// 8 to 128 characters, or Errc::validation.
[[nodiscard]] Result<void> check_password(std::string_view password);

/// Checks what a person typed, before the password is hashed: Errc::validation names the field.
[[nodiscard]] Result<void> check_registration(std::string_view name, std::string_view email,
                                              std::string_view password);

/// What a user changes of the own profile; none stays as it is.
struct ProfileChanges {
  std::optional<std::string> name{};
  std::optional<std::string> avatar{};
};

/// The commands on accounts.
///
/// Made anew for each command. Threads  The writer's only.
class Accounts {
 public:
  explicit Accounts(Transaction& transaction) : transaction_{transaction} {}

  /// Errc::validation for the name, the email or the id; Errc::conflict when the email is
  /// taken, in any case of letters, or the id is.
  [[nodiscard]] Result<UserPtr> enrol(const Registration& registration);

  /// The user of a verified token; made at first use from `sub`, `name` and `email` (no email
  /// when another user has it). Errc::unauthorized when `sub` is no id, Errc::token_revoked when
  /// the token's session is revoked.
  [[nodiscard]] Result<UserPtr> admit(const Identity& identity);

  /// Whether the user's password is still the one that has this hash.
  [[nodiscard]] bool has_password_hash(UserRef user, std::string_view hash);
  /// Errc::validation for the values, and when nothing is to be changed. Those who share a chat
  /// see it the next time they ask.
  [[nodiscard]] Result<UserPtr> change_profile(UserRef user, const ProfileChanges& changes);

  /// The user goes: leaves all groups and channels, is signed out everywhere, and keeps neither
  /// name, email, handle, avatar nor password. What was sent stays, of a nameless sender; the id
  /// is never anybody's again. Errc::not_found when the user is not there.
  [[nodiscard]] Result<void> erase(UserRef user);

  /// Keeps a new hash for the user. Errc::not_found when the user is not there.
  [[nodiscard]] Result<void> set_password_hash(UserRef user, std::string_view hash);

 private:
  Transaction& transaction_;
};

}  // namespace veche::domain
