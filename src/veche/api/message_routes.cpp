#include "veche/api/message_routes.hpp"

#include <string>
#include <utility>

#include "veche/api/reading.hpp"
#include "veche/api/writing.hpp"
#include "veche/domain/access.hpp"
#include "veche/domain/messages.hpp"
#include "veche/dto/inputs.hpp"
#include "veche/dto/shapes.hpp"

namespace veche::api {

namespace {

using domain::Queries;

// A path may hold anything; what can be no id names no message.
Result<std::string> message_id_of(const Call& call) {
  const std::string_view id = call.parameters["id"];
  if (!domain::is_id(id)) return tl::unexpected<Error>{domain::no_message()};
  return std::string{id};
}

Result<std::string> write_one_message(const Queries& queries, std::string_view id) {
  const auto message = queries.message(id);
  if (!message) return tl::unexpected<Error>{message.error()};
  std::string out;
  json::Writer json{out};
  dto::write_message(json, *message);
  return out;
}

std::string written(const domain::Message& message) {
  std::string out;
  json::Writer json{out};
  json.begin_object().member("success", true).key("message");
  dto::write_message(json, message);
  json.end_object();
  return out;
}

}  // namespace

void MessageRoutes::add_to(Routes& routes) {
  using http::Method;
  const auto signed_in = [this](void (MessageRoutes::*handler)(Call&)) {
    return Route{Access::signed_in, [this, handler](Call& call) { (this->*handler)(call); }};
  };
  routes.add(Method::get, "/messages/:id", signed_in(&MessageRoutes::show));
  routes.add(Method::patch, "/messages/:id", signed_in(&MessageRoutes::edit));
  routes.add(Method::del, "/messages/:id", signed_in(&MessageRoutes::erase));
}

void MessageRoutes::show(Call& call) {
  const auto id = message_id_of(call);
  if (!id) return call.reply.refuse(id.error());
  answer_by_reading(services_.commands, call,
                    [id = *id](const Queries& queries) { return write_one_message(queries, id); });
}

void MessageRoutes::edit(Call& call) {
  const auto id = message_id_of(call);
  if (!id) return call.reply.refuse(id.error());
  auto input = dto::parse_edit_body(call.body);
  if (!input) return call.reply.refuse(input.error());
  input->message_id = *id;
  answer_by_writing<domain::Message>(
      services_.commands, call,
      [input = std::move(*input)](domain::Transaction& t,
                                  domain::UserRef user) mutable -> Result<domain::Message> {
        input.editor = user;
        return domain::Messages{t}.edit(input);
      },
      [](Reply& reply, const domain::Message& edited) { reply.json(200, written(edited)); });
}

void MessageRoutes::erase(Call& call) {
  const auto id = message_id_of(call);
  if (!id) return call.reply.refuse(id.error());
  if (const auto scope = http::query_parameter(call.request.query, "scope")) {
    const auto checked = dto::check_scope(*scope);
    if (!checked) return call.reply.refuse(checked.error());
  }
  answer_by_writing<domain::Rev>(
      services_.commands, call,
      [id = *id](domain::Transaction& t, domain::UserRef user) -> Result<domain::Rev> {
        return domain::Messages{t}.erase({.deleter = user, .message_id = id});
      },
      [](Reply& reply, domain::Rev) {
        reply.json(200, R"({"success":true,"message":"Message deleted"})");
      });
}

}  // namespace veche::api
