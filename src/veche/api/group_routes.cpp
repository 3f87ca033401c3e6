#include "veche/api/group_routes.hpp"

#include <string>
#include <utility>

#include "veche/api/reading.hpp"
#include "veche/api/writing.hpp"
#include "veche/domain/chats.hpp"
#include "veche/domain/groups.hpp"
#include "veche/dto/inputs.hpp"
#include "veche/dto/shapes.hpp"

namespace veche::api {

namespace {

using domain::Groups;
using domain::Queries;
using domain::Regrouped;
using domain::UserRef;

// A chat as the one who acted sees it, and who that is.
struct Seen {
  Regrouped chat;
  UserRef viewer{};
};

// `{chat}`, or `{success:true}` when the chat is gone with its last member.
std::string written(const Seen& seen) {
  std::string out;
  json::Writer json{out};
  json.begin_object();
  if (seen.chat) {
    json.key("chat");
    dto::write_chat(json, *seen.chat, seen.viewer);
  } else {
    json.member("success", true);
  }
  json.end_object();
  return out;
}

void answer_with_chat(Reply& reply, const Seen& seen) { reply.json(200, written(seen)); }

// A path may hold anything; what can be no id names no chat and no user.
Result<domain::MemberChoice> choice_of(const Call& call) {
  auto chat_id = chat_id_of(call);
  if (!chat_id) return tl::unexpected<Error>{chat_id.error()};
  return domain::MemberChoice{
      .chat_id = std::move(*chat_id),
      .user_id = std::string{call.parameters["userId"]},
  };
}

Result<std::string> write_members(const Queries& queries, std::string_view chat_id,
                                  const dto::Slice& slice) {
  const auto page = queries.members(chat_id, slice.skip, slice.limit);
  if (!page) return tl::unexpected<Error>{page.error()};
  std::string out;
  json::Writer json{out};
  dto::write_member_page(json, *page, slice);
  return out;
}

Result<std::string> write_personal(const Queries& queries, std::string_view user_id) {
  const auto me = queries.me();
  if (!me) return tl::unexpected<Error>{me.error()};
  const auto view = queries.personal_with(user_id);
  if (!view) return tl::unexpected<Error>{view.error()};
  std::string out;
  json::Writer json{out};
  json.begin_object().member("exists", view->has_value()).key("chat");
  if (*view) {
    dto::write_chat(json, **view, (*me)->ref);
  } else {
    json.null();
  }
  json.end_object();
  return out;
}

}  // namespace

void GroupRoutes::add_to(Routes& routes) {
  using http::Method;
  const auto signed_in = [this](void (GroupRoutes::*handler)(Call&), Body body = Body::wanted) {
    return Route{Access::signed_in, [this, handler](Call& call) { (this->*handler)(call); }, body};
  };
  routes.add(Method::post, "/chats/group", signed_in(&GroupRoutes::create));
  routes.add(Method::post, "/chats/find-or-check/:userId",
             signed_in(&GroupRoutes::find, Body::optional));
  routes.add(Method::get, "/chats/:id/members", signed_in(&GroupRoutes::list));
  routes.add(Method::post, "/chats/:id/members", signed_in(&GroupRoutes::add));
  routes.add(Method::del, "/chats/:id/members/:userId", signed_in(&GroupRoutes::remove));
  routes.add(Method::patch, "/chats/:id/members/:userId/role", signed_in(&GroupRoutes::set_role));
  routes.add(Method::post, "/chats/:id/leave", signed_in(&GroupRoutes::leave, Body::optional));
}

template <typename Act, typename Answer>
void GroupRoutes::submit(Call& call, Act act, Answer answer) {
  answer_by_writing<Seen>(
      services_.commands, call,
      [act = std::move(act)](domain::Transaction& transaction,
                             UserRef user) mutable -> Result<Seen> {
        auto chat = act(transaction, user);
        if (!chat) return tl::unexpected<Error>{chat.error()};
        return Seen{std::move(*chat), user};
      },
      std::move(answer));
}

void GroupRoutes::create(Call& call) {
  auto input = dto::parse_new_chat(call.body, domain::ChatType::group);
  if (!input) return call.reply.refuse(input.error());
  input->type = domain::ChatType::group;
  submit(
      call,
      [input = std::move(*input)](domain::Transaction& transaction,
                                  UserRef user) mutable -> Result<Regrouped> {
        input.creator = user;
        auto created = domain::Chats{transaction}.create(input);
        if (!created) return tl::unexpected<Error>{created.error()};
        return Regrouped{std::move(created->chat)};
      },
      [](Reply& reply, const Seen& seen) {
        std::string body;
        json::Writer json{body};
        dto::write_chat(json, *seen.chat, seen.viewer);
        reply.json(201, std::move(body));
      });
}

void GroupRoutes::find(Call& call) {
  answer_by_reading(services_.commands, call,
                    [id = std::string{call.parameters["userId"]}](const Queries& queries) {
                      return write_personal(queries, id);
                    });
}

void GroupRoutes::list(Call& call) {
  const auto id = chat_id_of(call);
  if (!id) return call.reply.refuse(id.error());
  const std::string_view query = call.request.query;
  const auto slice =
      dto::parse_slice(http::query_parameter(query, "limit"), http::query_parameter(query, "skip"));
  if (!slice) return call.reply.refuse(slice.error());
  answer_by_reading(services_.commands, call, [id = *id, slice = *slice](const Queries& queries) {
    return write_members(queries, id, slice);
  });
}

void GroupRoutes::add(Call& call) {
  const auto id = chat_id_of(call);
  if (!id) return call.reply.refuse(id.error());
  auto user_ids = dto::parse_user_ids(call.body);
  if (!user_ids) return call.reply.refuse(user_ids.error());
  submit(
      call,
      [input = domain::NewMembers{.chat_id = *id, .user_ids = std::move(*user_ids)}](
          domain::Transaction& transaction, UserRef user) mutable {
        input.by = user;
        return Groups{transaction}.add(input);
      },
      answer_with_chat);
}

void GroupRoutes::remove(Call& call) {
  auto choice = choice_of(call);
  if (!choice) return call.reply.refuse(choice.error());
  submit(
      call,
      [input = std::move(*choice)](domain::Transaction& transaction, UserRef user) mutable {
        input.by = user;
        return Groups{transaction}.remove(input);
      },
      answer_with_chat);
}

void GroupRoutes::set_role(Call& call) {
  auto choice = choice_of(call);
  if (!choice) return call.reply.refuse(choice.error());
  const auto role = dto::parse_role(call.body);
  if (!role) return call.reply.refuse(role.error());
  submit(
      call,
      [input = std::move(*choice), role = *role](domain::Transaction& transaction,
                                                 UserRef user) mutable {
        input.by = user;
        return Groups{transaction}.set_role(input, role);
      },
      answer_with_chat);
}

void GroupRoutes::leave(Call& call) {
  const auto id = chat_id_of(call);
  if (!id) return call.reply.refuse(id.error());
  submit(
      call,
      [id = *id](domain::Transaction& transaction, UserRef user) {
        return Groups{transaction}.leave(user, id);
      },
      [](Reply& reply, const Seen&) { reply.json(200, R"({"success":true})"); });
}

}  // namespace veche::api
