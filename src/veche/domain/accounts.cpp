#include "veche/domain/accounts.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "veche/base/contract.hpp"
#include "veche/base/utf8.hpp"
#include "veche/domain/access.hpp"
#include "veche/domain/entries.hpp"
#include "veche/domain/groups.hpp"
#include "veche/domain/sessions.hpp"
#include "veche/domain/text.hpp"

namespace veche::domain {
namespace {

constexpr std::size_t user_name_max = 100;
constexpr std::size_t email_bytes_max = 254;
constexpr std::size_t user_avatar_max = 500;
constexpr std::size_t password_min = 8;
constexpr std::size_t password_max = 128;

bool is_name(std::string_view name) {
  return is_utf8(name) && has_length(trim(name), 1, user_name_max);
}

/// Something before one @ and something after it; whether it is read there only a mail tells.
bool is_email(std::string_view email) {
  if (email.size() > email_bytes_max || !is_storable(email)) return false;
  const auto is_foreign = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7F; };
  if (std::any_of(email.begin(), email.end(), is_foreign)) return false;
  const auto at = email.find('@');
  if (at == std::string_view::npos || at == 0 || email.find('@', at + 1) != email.npos)
    return false;
  const auto host = email.substr(at + 1);
  return !host.empty() && host.front() != '.' && host.back() != '.';
}

Result<void> check_name_and_email(std::string_view name, std::string_view email) {
  if (!is_name(name)) return fail(Errc::validation, "name must have 1 to 100 characters");
  if (!is_email(email)) return fail(Errc::validation, "email must be an email address");
  return {};
}

/// The name a token gives, cut to what a name may be; the id when it gives none.
std::string name_of(const Identity& identity) {
  if (!is_storable(identity.name)) return identity.user_id;
  auto name = trim(identity.name);
  while (count_code_points(name) > user_name_max) {
    auto end = name.size() - 1;
    while ((static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
    name = trim(name.substr(0, end));
  }
  return name.empty() ? identity.user_id : std::string{name};
}

Account account_of(std::string id, std::string_view name, std::string_view email, WallTime now) {
  auto user = std::make_shared<User>();
  user->handle = id;
  user->id = std::move(id);
  user->name = trim(name);
  user->email = email;
  user->created = now;
  return {std::move(user), {}};
}

}  // namespace

Result<void> check_password(std::string_view password) {
  if (!has_length(password, password_min, password_max))
    return fail(Errc::validation, "password must have 8 to 128 characters");
  return {};
}

Result<void> check_registration(std::string_view name, std::string_view email,
                                std::string_view password) {
  if (auto checked = check_name_and_email(name, email); !checked) return checked;
  return check_password(password);
}

Result<UserPtr> Accounts::enrol(const Registration& registration) {
  if (auto checked = check_name_and_email(registration.name, registration.email); !checked)
    return fail(checked.error().code, checked.error().text);
  auto id =
      registration.id.empty() ? make_id(transaction_.now(), transaction_.rng()) : registration.id;
  if (!is_id(id)) return fail(Errc::validation, "id must be 1 to 64 of A-Z a-z 0-9 _ -");
  if (transaction_.user_by_id(id)) return fail(Errc::conflict, "A user with this id exists");
  if (transaction_.store().find_account_by_email(registration.email))
    return fail(Errc::conflict, "A user with this email exists");
  auto account =
      account_of(std::move(id), registration.name, registration.email, transaction_.now());
  account.password_hash = registration.password_hash;
  return transaction_.insert_account(std::move(account));
}

Result<UserPtr> Accounts::admit(const Identity& identity) {
  if (!is_id(identity.user_id)) return fail(Errc::unauthorized, "The token names no user");
  if (is_revoked(transaction_.store(), identity.session_id))
    return fail(Errc::token_revoked, "Token revoked");
  if (auto known = transaction_.user_by_id(identity.user_id)) {
    if (known->is_erased) return fail(Errc::unauthorized, "The user has gone");
    return known;
  }
  const bool has_email =
      is_email(identity.email) && !transaction_.store().find_account_by_email(identity.email);
  return transaction_.insert_account(account_of(identity.user_id, name_of(identity),
                                                has_email ? identity.email : std::string{},
                                                transaction_.now()));
}

bool Accounts::has_password_hash(UserRef user, std::string_view hash) {
  const auto account = transaction_.store().find_account(user);
  return account && account->password_hash == hash;
}

Result<UserPtr> Accounts::change_profile(UserRef user, const ProfileChanges& changes) {
  if (!changes.name && !changes.avatar)
    return fail(Errc::validation, "name or avatar must be given");
  if (changes.name && !is_name(*changes.name))
    return fail(Errc::validation, "name must have 1 to 100 characters");
  if (changes.avatar && !has_length(*changes.avatar, 0, user_avatar_max))
    return fail(Errc::validation, "avatar must have at most 500 characters");
  auto account = transaction_.store().find_account(user);
  if (!account) return fail(Errc::not_found, "User not found");
  auto changed = std::make_shared<User>(*account->user);
  if (changes.name) changed->name = trim(*changes.name);
  if (changes.avatar) changed->avatar = *changes.avatar;
  account->user = changed;
  transaction_.update_account(*account);
  return UserPtr{std::move(changed)};
}

Result<void> Accounts::erase(UserRef user) {
  auto account = transaction_.store().find_account(user);
  if (!account || account->user->is_erased) return fail(Errc::not_found, "User not found");
  for (const auto& row : transaction_.store().unread_by_chat(user)) {
    const auto* chat = transaction_.chat(row.chat);
    const bool stays = chat == nullptr || chat->type == ChatType::personal;
    if (stays || member_of(chat, user) == nullptr) continue;
    if (auto left = Groups{transaction_}.leave(user, chat->id); !left)
      return tl::unexpected<Error>{std::move(left.error())};
  }
  Sessions{transaction_}.revoke_others(user, {});
  const auto& before = *account->user;
  auto gone = std::make_shared<const User>(
      User{.ref = before.ref, .id = before.id, .created = before.created, .is_erased = true});
  transaction_.update_account({gone, {}});
  const auto entry = transaction_.append(
      {.kind = EntryKind::sessions_revoked, .actor = user, .body = std::string{erasure_body}});
  transaction_.tell(entry.pos, SessionsRevoked{gone, {}, true});
  return {};
}

Result<void> Accounts::set_password_hash(UserRef user, std::string_view hash) {
  auto account = transaction_.store().find_account(user);
  if (!account) return fail(Errc::not_found, "User not found");
  account->password_hash = hash;
  transaction_.update_account(*account);
  return {};
}

}  // namespace veche::domain
