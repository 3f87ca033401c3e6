#include "veche/api/user_routes.hpp"

#include <string>
#include <utility>

#include "veche/api/reading.hpp"
#include "veche/api/writing.hpp"
#include "veche/domain/people.hpp"
#include "veche/dto/inputs.hpp"
#include "veche/dto/people.hpp"
#include "veche/dto/shapes.hpp"

namespace veche::api {

namespace {

using domain::People;
using domain::Queries;

std::string written(const domain::User& user) {
  std::string out;
  json::Writer json{out};
  dto::write_user(json, user);
  return out;
}

Result<std::string> write_one_user(const People& people, std::string_view user_id) {
  const auto user = people.find(user_id);
  if (!user) return tl::unexpected<Error>{user.error()};
  return written(*user);
}

Result<std::string> write_found(const People& people, std::string_view text, People::Part part) {
  const auto page = people.search(text, part);
  if (!page) return tl::unexpected<Error>{page.error()};
  std::string out;
  json::Writer json{out};
  dto::write_users(json, *page);
  return out;
}

}  // namespace

void UserRoutes::add_to(Routes& routes) {
  using http::Method;
  const auto signed_in = [this](void (UserRoutes::*handler)(Call&)) {
    return Route{Access::signed_in, [this, handler](Call& call) { (this->*handler)(call); }};
  };
  routes.add(Method::get, "/users/search", signed_in(&UserRoutes::search));
  routes.add(Method::get, "/users/me", signed_in(&UserRoutes::me));
  routes.add(Method::patch, "/users/me", signed_in(&UserRoutes::change_me));
  routes.add(Method::del, "/users/me", signed_in(&UserRoutes::erase_me));
  routes.add(Method::get, "/users/:id", signed_in(&UserRoutes::show));
}

void UserRoutes::search(Call& call) {
  const std::string_view query = call.request.query;
  const auto slice =
      dto::parse_slice(http::query_parameter(query, "limit"), http::query_parameter(query, "skip"));
  if (!slice) return call.reply.refuse(slice.error());
  auto text = http::query_parameter(query, "query").value_or(std::string{});
  answer_by_reading(
      services_.commands, call, [text = std::move(text), slice = *slice](const Queries& queries) {
        return write_found(queries.people(), text, {.limit = slice.limit, .skip = slice.skip});
      });
}

void UserRoutes::show(Call& call) {
  const std::string id{call.parameters["id"]};
  if (!domain::is_id(id)) return call.reply.refuse({Errc::not_found, "User not found"});
  answer_by_reading(services_.commands, call,
                    [id](const Queries& queries) { return write_one_user(queries.people(), id); });
}

void UserRoutes::me(Call& call) { answer_by_reading(services_.commands, call, write_me); }

void UserRoutes::change_me(Call& call) {
  auto changes = dto::parse_profile(call.body);
  if (!changes) return call.reply.refuse(changes.error());
  answer_by_writing<domain::UserPtr>(
      services_.commands, call,
      [changes = std::move(*changes)](domain::Transaction& t, domain::UserRef user) {
        return domain::Accounts{t}.change_profile(user, changes);
      },
      [](Reply& reply, const domain::UserPtr& user) { reply.json(200, written(*user)); });
}

void UserRoutes::erase_me(Call& call) {
  answer_by_writing<bool>(
      services_.commands, call,
      [](domain::Transaction& t, domain::UserRef user) -> Result<bool> {
        if (auto erased = domain::Accounts{t}.erase(user); !erased)
          return tl::unexpected<Error>{std::move(erased.error())};
        return true;
      },
      [](Reply& reply, bool) { reply.json(200, R"({"success":true})"); });
}

}  // namespace veche::api
