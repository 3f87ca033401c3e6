#include "veche/domain/people.hpp"

#include <algorithm>
#include <utility>

#include "veche/base/utf8.hpp"
#include "veche/domain/text.hpp"

namespace veche::domain {
namespace {

constexpr std::int64_t people_page_max = 200;

}  // namespace

Result<User> People::find(std::string_view user_id) const {
  if (!user_) return fail(Errc::unauthorized, "Unknown user");
  const auto account = reader_.find_account_by_id(user_id);
  if (!account || account->user->is_erased) return fail(Errc::not_found, "User not found");
  return as_seen(*account->user);
}

Result<UserPage> People::search(std::string_view text, Part part) const {
  if (!user_) return fail(Errc::unauthorized, "Unknown user");
  if (!is_utf8(text) || !has_length(trim(text), 1, text_max))
    return fail(Errc::validation, "query must have 1 to 100 characters");
  const UserSearch search{.text = fold_case(trim(text)),
                          .limit = std::clamp<std::int64_t>(part.limit, 1, people_page_max),
                          .skip = std::max<std::int64_t>(part.skip, 0)};
  const auto matches = reader_.find_users(search);
  UserPage page{.users = {}, .total = matches.total, .limit = search.limit, .skip = search.skip};
  page.users.reserve(matches.users.size());
  for (const auto& user : matches.users) page.users.push_back(as_seen(*user));
  return page;
}

User People::as_seen(const User& user) const {
  User seen = user;
  if (user.ref != user_->ref && !reader_.share_chat(user_->ref, user.ref)) seen.email.clear();
  return seen;
}

}  // namespace veche::domain
