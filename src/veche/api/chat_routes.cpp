#include "veche/api/chat_routes.hpp"

#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "veche/api/reading.hpp"
#include "veche/api/writing.hpp"
#include "veche/domain/chats.hpp"
#include "veche/domain/messages.hpp"
#include "veche/domain/reads.hpp"
#include "veche/dto/inputs.hpp"
#include "veche/dto/shapes.hpp"

namespace veche::api {

namespace {

using domain::Queries;

constexpr std::int64_t chats_max = 1'000;

Result<std::int64_t> chats_limit(std::string_view query) {
  const auto text = http::query_parameter(query, "limit");
  if (!text) return chats_max;
  std::int64_t limit{};
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
  if (error != std::errc{} || end != text->data() + text->size() || limit < 1 ||
      limit > chats_max) {
    return fail(Errc::validation, "limit must be an integer from 1 to 1000");
  }
  return limit;
}

Result<Listed> write_chats(const Queries& queries, std::int64_t limit,
                           const std::optional<domain::ChatsCursor>& after) {
  const auto me = queries.me();
  if (!me) return tl::unexpected<Error>{me.error()};
  const auto views = queries.chats(limit, after);
  if (!views) return tl::unexpected<Error>{views.error()};
  Listed listed;
  json::Writer json{listed.body};
  json.begin_array();
  for (const auto& view : *views) dto::write_chat(json, view, (*me)->ref);
  json.end_array();
  const bool may_have_more = static_cast<std::int64_t>(views->size()) == limit;
  if (may_have_more) listed.next_cursor = dto::chats_cursor(views->back().chat);
  return listed;
}

Result<std::string> write_one_chat(const Queries& queries, std::string_view chat_id) {
  const auto me = queries.me();
  if (!me) return tl::unexpected<Error>{me.error()};
  const auto view = queries.chat(chat_id);
  if (!view) return tl::unexpected<Error>{view.error()};
  std::string out;
  json::Writer json{out};
  dto::write_chat(json, *view, (*me)->ref);
  return out;
}

Result<std::string> write_messages(const Queries& queries, std::string_view chat_id,
                                   const domain::Window& window) {
  const auto page = queries.messages(chat_id, window);
  if (!page) return tl::unexpected<Error>{page.error()};
  std::string out;
  json::Writer json{out};
  json.begin_object();
  dto::write_page(json, *page, window);
  json.end_object();
  return out;
}

// A chat as its creator sees it, and who that is.
struct OpenedChat {
  domain::CreatedChat created;
  domain::UserRef viewer{};
};

std::string written(const OpenedChat& opened) {
  std::string out;
  json::Writer json{out};
  json.begin_object();
  dto::write_chat_members(json, opened.created.chat, opened.viewer);
  if (opened.created.existed) json.member("existing", true);
  json.end_object();
  return out;
}

std::string written(const domain::Sent& sent) {
  std::string out;
  json::Writer json{out};
  json.begin_object().member("success", true).key("message");
  dto::write_message(json, *sent.message);
  if (sent.is_duplicate) json.member("duplicate", true);
  json.end_object();
  return out;
}

// A path may hold anything; what can be no id names no chat.
Result<domain::NewMessage> posted(const Call& call) {
  domain::NewMessage input;
  if (auto read = dto::parse_post(call.body, input); !read) {
    return tl::unexpected<Error>{std::move(read.error())};
  }
  const auto key = call.request.headers.find("Idempotency-Key");
  if (!key) return input;
  if (auto checked = dto::check_client_message_id(*key); !checked) {
    return fail(Errc::validation, "Idempotency-Key must be 1 to 64 characters");
  }
  input.client_message_id = *key;
  return input;
}

}  // namespace

void ChatRoutes::add_to(Routes& routes) {
  using http::Method;
  const auto signed_in = [this](void (ChatRoutes::*handler)(Call&)) {
    return Route{Access::signed_in, [this, handler](Call& call) { (this->*handler)(call); }};
  };
  routes.add(Method::get, "/chats", signed_in(&ChatRoutes::list));
  routes.add(Method::post, "/chats", signed_in(&ChatRoutes::create));
  routes.add(Method::get, "/chats/:id", signed_in(&ChatRoutes::show));
  routes.add(Method::get, "/chats/:id/messages", signed_in(&ChatRoutes::messages));
  routes.add(Method::get, "/messages/chats/:id", signed_in(&ChatRoutes::messages));
  routes.add(Method::post, "/messages", signed_in(&ChatRoutes::post_message));
  auto reading = signed_in(&ChatRoutes::read);
  reading.pace = Pace::free;
  routes.add(Method::patch, "/chats/:id/read", std::move(reading));
  routes.add(Method::patch, "/chats/:id", signed_in(&ChatRoutes::update));
  routes.add(Method::patch, "/chats/:id/info", signed_in(&ChatRoutes::update));
  routes.add(Method::del, "/chats/:id", signed_in(&ChatRoutes::erase));
}

void ChatRoutes::list(Call& call) {
  const auto limit = chats_limit(call.request.query);
  if (!limit) return call.reply.refuse(limit.error());
  std::optional<domain::ChatsCursor> after;
  if (const auto text = http::query_parameter(call.request.query, "cursor")) {
    auto cursor = dto::parse_chats_cursor(*text);
    if (!cursor) return call.reply.refuse(cursor.error());
    after = std::move(*cursor);
  }
  answer_by_reading(services_.commands, call, [limit = *limit, after](const Queries& queries) {
    return write_chats(queries, limit, after);
  });
}

void ChatRoutes::show(Call& call) {
  const auto id = chat_id_of(call);
  if (!id) return call.reply.refuse(id.error());
  answer_by_reading(services_.commands, call,
                    [id = *id](const Queries& queries) { return write_one_chat(queries, id); });
}

void ChatRoutes::messages(Call& call) {
  const auto id = chat_id_of(call);
  if (!id) return call.reply.refuse(id.error());
  const std::string_view query = call.request.query;
  const auto window = dto::parse_window({.before_seq = http::query_parameter(query, "beforeSeq"),
                                         .after_seq = http::query_parameter(query, "afterSeq"),
                                         .around_seq = http::query_parameter(query, "aroundSeq"),
                                         .before = http::query_parameter(query, "before"),
                                         .skip = http::query_parameter(query, "skip"),
                                         .limit = http::query_parameter(query, "limit")});
  if (!window) return call.reply.refuse(window.error());
  answer_by_reading(services_.commands, call, [id = *id, window = *window](const Queries& queries) {
    return write_messages(queries, id, window);
  });
}

void ChatRoutes::create(Call& call) {
  auto input = dto::parse_new_chat(call.body);
  if (!input) return call.reply.refuse(input.error());
  answer_by_writing<OpenedChat>(
      services_.commands, call,
      [input = std::move(*input)](domain::Transaction& t,
                                  domain::UserRef user) mutable -> Result<OpenedChat> {
        input.creator = user;
        auto created = domain::Chats{t}.create(input);
        if (!created) return tl::unexpected<Error>{created.error()};
        return OpenedChat{std::move(*created), user};
      },
      [](Reply& reply, const OpenedChat& opened) {
        reply.json(opened.created.existed ? 200 : 201, written(opened));
      });
}

void ChatRoutes::post_message(Call& call) {
  auto input = posted(call);
  if (!input) return call.reply.refuse(input.error());
  answer_by_writing<domain::Sent>(
      services_.commands, call,
      [input = std::move(*input)](domain::Transaction& t,
                                  domain::UserRef user) mutable -> Result<domain::Sent> {
        input.sender = user;
        return domain::Messages{t}.send(std::move(input));
      },
      [](Reply& reply, const domain::Sent& sent) { reply.json(201, written(sent)); });
}

void ChatRoutes::read(Call& call) {
  const auto id = chat_id_of(call);
  if (!id) return call.reply.refuse(id.error());
  answer_by_writing<domain::ReadOutcome>(
      services_.commands, call,
      [id = *id](domain::Transaction& t, domain::UserRef user) -> Result<domain::ReadOutcome> {
        return domain::Reads{t}.mark({.reader = user, .chat_id = id});
      },
      [](Reply& reply, const domain::ReadOutcome& outcome) {
        std::string body;
        json::Writer json{body};
        json.begin_object().member("success", true);
        json.member("unreadCount", outcome.unread).end_object();
        reply.json(200, std::move(body));
      });
}

void ChatRoutes::update(Call& call) {
  const auto id = chat_id_of(call);
  if (!id) return call.reply.refuse(id.error());
  auto changes = dto::parse_changes(call.body);
  if (!changes) return call.reply.refuse(changes.error());
  answer_by_writing<OpenedChat>(
      services_.commands, call,
      [id = *id, changes = std::move(*changes)](
          domain::Transaction& t, domain::UserRef user) mutable -> Result<OpenedChat> {
        auto view = domain::Chats{t}.update(user, id, std::move(changes));
        if (!view) return tl::unexpected<Error>{view.error()};
        return OpenedChat{{std::move(*view), false}, user};
      },
      [](Reply& reply, const OpenedChat& opened) { reply.json(200, written(opened)); });
}

void ChatRoutes::erase(Call& call) {
  const auto id = chat_id_of(call);
  if (!id) return call.reply.refuse(id.error());
  answer_by_writing<domain::Rev>(
      services_.commands, call,
      [id = *id](domain::Transaction& t, domain::UserRef user) -> Result<domain::Rev> {
        return domain::Chats{t}.erase(user, id);
      },
      [](Reply& reply, domain::Rev) {
        reply.json(200, R"({"success":true,"message":"Chat deleted"})");
      });
}

}  // namespace veche::api
