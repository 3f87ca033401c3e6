#include "veche/dto/inputs.hpp"

#include <charconv>
#include <limits>
#include <utility>

#include "veche/base/time.hpp"
#include "veche/base/utf8.hpp"
#include "veche/domain/accounts.hpp"
#include "veche/dto/fields.hpp"

namespace veche::dto {

namespace {

using domain::ChatType;
using domain::Window;

constexpr std::size_t client_id_length_max = 64;
constexpr std::size_t name_bytes_max = 1'024;
constexpr std::size_t refresh_token_bytes_max = 256;
constexpr std::size_t chat_change_bytes_max = 8'000;
constexpr Range seq_range{0, (std::int64_t{1} << 53) - 1};
constexpr Range limit_range{1, 200};

const Error& no_chat() {
  static const Error error{Errc::forbidden, "Access denied"};
  return error;
}

const Error& no_reply_to() {
  static const Error error{Errc::validation, "replyTo must name a message of the chat"};
  return error;
}

const Error& no_user() {
  static const Error error{Errc::not_found, "User not found"};
  return error;
}

tl::unexpected<Error> refused(const Fields& fields) {
  return tl::unexpected<Error>{*fields.error()};
}

void read_client_message_id(Fields& fields, std::string& target) {
  fields.text("clientMessageId", target, client_id_length_max * 4, Presence::optional);
  if (fields.error() != nullptr || target.empty()) return;
  if (auto checked = check_client_message_id(target); !checked) {
    fields.fail(checked.error().code, checked.error().text);
  }
}

void read_what_may_be_missing(Fields& fields, domain::NewMessage& input) {
  std::string_view type = "text";
  read_client_message_id(fields, input.client_message_id);
  fields.any_text("type", type, Presence::optional);
  if (type != "text") fields.fail(Errc::validation, "type must be text");
  fields.id("replyTo", input.reply_to, no_reply_to(), Presence::optional);
  fields.flag("forwarded", input.is_forwarded);
}

// REST and sockets name the chat differently; the rest of a message is the same.
Result<void> parse_message(json::Value payload, std::string_view chat_key,
                           domain::NewMessage& input) {
  Fields fields{payload};
  fields.id(chat_key, input.chat_id, no_chat()).any_text("text", input.text);
  if (fields.has_more()) read_what_may_be_missing(fields, input);
  if (fields.error() != nullptr) return refused(fields);
  // Held here too, so that no oversized text waits in the writer's queue.
  return domain::check_text(input.text);
}

Result<domain::Edit> read_edit(Fields& fields, domain::Edit input) {
  std::int64_t rev{};
  fields.any_text("text", input.text);
  if (fields.integer("ifRev", rev, seq_range)) input.if_rev = rev;
  if (fields.error() != nullptr) return refused(fields);
  if (auto checked = domain::check_text(input.text); !checked) {
    return tl::unexpected<Error>{std::move(checked.error())};
  }
  return input;
}

std::optional<ChatType> chat_type(std::string_view text) {
  if (text == "personal") return ChatType::personal;
  if (text == "group") return ChatType::group;
  if (text == "channel") return ChatType::channel;
  return std::nullopt;
}

void read_chat_type(Fields& fields, domain::NewChat& input, std::optional<ChatType> unless_told) {
  std::string_view text;
  fields.any_text("type", text, Presence::optional);
  if (text.empty()) {
    const bool is_group = !input.name.empty() || input.participant_ids.size() > 2;
    input.type = unless_told.value_or(is_group ? ChatType::group : ChatType::personal);
  } else if (const auto type = chat_type(text)) {
    input.type = *type;
  } else {
    fields.fail(Errc::validation, "type must be personal, group or channel");
  }
}

// Takes a cursor over; a second one is refused.
void choose(Fields& fields, Window& window, Window::From from, std::int64_t seq) {
  if (window.from != Window::From::newest) {
    fields.fail(Errc::validation, "only one of beforeSeq, afterSeq and aroundSeq may be given");
  }
  window.from = from;
  window.seq = seq;
}

Result<std::int64_t> parse_integer(std::string_view name, std::string_view text, Range range) {
  std::int64_t number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < range.min ||
      number > range.max) {
    return fail(Errc::validation, std::string{name} + " must be an integer from " +
                                      std::to_string(range.min) + " to " +
                                      std::to_string(range.max));
  }
  return number;
}

Result<void> check_password_length(std::string_view password) {
  if (password.size() <= password_length_max) return {};
  if (password.size() > password_length_max * 4 ||
      count_code_points(password) > password_length_max) {
    return fail(Errc::validation, "password must be at most 128 characters");
  }
  return {};
}

}  // namespace

std::string_view parse_handshake_token(json::Value auth) {
  const auto found = auth.lookup("token");
  if (!found || !*found) return {};
  std::string_view token = (*found)->as_string().value_or("");
  constexpr std::string_view bearer = "Bearer ";
  if (token.starts_with(bearer)) token.remove_prefix(bearer.size());
  return token;
}

Result<std::string> parse_token(json::Value payload) {
  Fields fields{payload};
  std::string token;
  fields.text("token", token, std::numeric_limits<std::size_t>::max());
  if (fields.error() != nullptr) return refused(fields);
  return token;
}

Result<std::string_view> parse_chat_ref(json::Value payload) {
  Fields fields{payload};
  std::string_view chat_id;
  fields.id("chatId", chat_id, no_chat());
  if (fields.error() != nullptr) return refused(fields);
  return chat_id;
}

Result<std::string_view> parse_user_ref(json::Value payload) {
  Fields fields{payload};
  std::string_view user_id;
  fields.id("userId", user_id, no_user());
  if (fields.error() != nullptr) return refused(fields);
  return user_id;
}

Result<void> parse_send(json::Value payload, domain::NewMessage& into) {
  return parse_message(payload, "chatId", into);
}

Result<void> parse_post(json::Value body, domain::NewMessage& into) {
  return parse_message(body, "chat", into);
}

Result<domain::NewChat> parse_new_chat(json::Value payload, std::optional<ChatType> unless_told) {
  Fields fields{payload};
  domain::NewChat input;
  std::string participant;
  fields.ids("participants", input.participant_ids, new_chat_ids_max, no_user())
      .ids("memberIds", input.participant_ids, new_chat_ids_max, no_user())
      .id("participantId", participant, no_user(), Presence::optional)
      .text("name", input.name, name_bytes_max, Presence::optional)
      .text("avatar", input.avatar, chat_change_bytes_max, Presence::optional)
      .text("description", input.description, chat_change_bytes_max, Presence::optional)
      .text("clientChatId", input.client_chat_id, client_id_length_max, Presence::optional);
  if (!participant.empty()) input.participant_ids.push_back(std::move(participant));
  read_chat_type(fields, input, unless_told);
  if (fields.error() != nullptr) return refused(fields);
  return input;
}

Result<domain::ReadMark> parse_read(json::Value payload) {
  Fields fields{payload};
  domain::ReadMark input;
  fields.id("messageId", input.message_id, no_chat(), Presence::optional);
  if (!input.message_id.empty()) return input;
  std::int64_t seq{};
  fields.id("chatId", input.chat_id, no_chat());
  if (fields.integer("seq", seq, seq_range)) input.seq = seq;
  if (fields.error() != nullptr) return refused(fields);
  return input;
}

Result<domain::Edit> parse_edit(json::Value payload) {
  Fields fields{payload};
  domain::Edit input;
  fields.id("messageId", input.message_id, no_chat());
  return read_edit(fields, std::move(input));
}

Result<domain::Edit> parse_edit_body(json::Value body) {
  Fields fields{body};
  return read_edit(fields, {});
}

Result<domain::Deletion> parse_deletion(json::Value payload) {
  Fields fields{payload};
  domain::Deletion input;
  std::string_view scope = "all";
  fields.id("messageId", input.message_id, no_chat());
  fields.any_text("scope", scope, Presence::optional);
  if (fields.error() != nullptr) return refused(fields);
  if (auto checked = check_scope(scope); !checked) {
    return tl::unexpected<Error>{std::move(checked.error())};
  }
  return input;
}

Result<void> check_scope(std::string_view scope) {
  if (scope != "all") return fail(Errc::validation, "scope must be all");
  return {};
}

Result<domain::ChatChanges> parse_changes(json::Value body) {
  Fields fields{body};
  domain::ChatChanges changes;
  fields.change("name", changes.name, chat_change_bytes_max);
  fields.change("avatar", changes.avatar, chat_change_bytes_max);
  fields.change("description", changes.description, chat_change_bytes_max);
  if (fields.error() != nullptr) return refused(fields);
  return changes;
}

Result<ChatUpdate> parse_update(json::Value payload) {
  const auto chat_id = parse_chat_ref(payload);
  if (!chat_id) return tl::unexpected<Error>{chat_id.error()};
  auto changes = parse_changes(payload);
  if (!changes) return tl::unexpected<Error>{changes.error()};
  return ChatUpdate{std::string{*chat_id}, std::move(*changes)};
}

Result<domain::NewMembers> parse_new_members(json::Value payload) {
  const auto chat_id = parse_chat_ref(payload);
  if (!chat_id) return tl::unexpected<Error>{chat_id.error()};
  auto user_ids = parse_user_ids(payload);
  if (!user_ids) return tl::unexpected<Error>{user_ids.error()};
  return domain::NewMembers{.chat_id = std::string{*chat_id}, .user_ids = std::move(*user_ids)};
}

Result<std::vector<std::string>> parse_user_ids(json::Value body) {
  Fields fields{body};
  std::vector<std::string> ids;
  fields.ids("userIds", ids, new_chat_ids_max, no_user());
  if (fields.error() == nullptr && ids.empty())
    fields.fail(Errc::validation, "userIds must name at least one user");
  if (fields.error() != nullptr) return refused(fields);
  return ids;
}

Result<domain::MemberChoice> parse_member_choice(json::Value payload) {
  Fields fields{payload};
  domain::MemberChoice input;
  fields.id("chatId", input.chat_id, no_chat()).id("userId", input.user_id, no_user());
  if (fields.error() != nullptr) return refused(fields);
  return input;
}

Result<domain::Role> parse_role(json::Value payload) {
  Fields fields{payload};
  std::string_view text;
  fields.any_text("role", text);
  if (fields.error() != nullptr) return refused(fields);
  if (text == "owner") return domain::Role::owner;
  if (text == "admin") return domain::Role::admin;
  if (text == "member") return domain::Role::member;
  return fail(Errc::validation, "role must be owner, admin or member");
}

Result<Slice> parse_slice(const std::optional<std::string>& limit,
                          const std::optional<std::string>& skip) {
  Slice slice;
  const auto read = [](std::string_view name, const std::optional<std::string>& text, Range range,
                       std::int64_t& target) -> Result<void> {
    if (!text) return {};
    const auto number = parse_integer(name, *text, range);
    if (!number) return tl::unexpected<Error>{number.error()};
    target = *number;
    return {};
  };
  auto done = read("limit", limit, limit_range, slice.limit);
  if (done) done = read("skip", skip, seq_range, slice.skip);
  if (!done) return tl::unexpected<Error>{done.error()};
  return slice;
}

Result<domain::ChatsCursor> parse_chats_cursor(std::string_view text) {
  const auto dot = text.find('.');
  const auto id = dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1);
  const auto updated = parse_integer("cursor", text.substr(0, dot), seq_range);
  if (!updated || !domain::is_id(id))
    return fail(Errc::validation, "cursor must be one that a list gave");
  return domain::ChatsCursor{WallTime{Milliseconds{*updated}}, std::string{id}};
}

Result<ListInput> parse_list(json::Value payload) {
  Fields fields{payload};
  ListInput input;
  std::int64_t seq{};
  fields.id("chatId", input.chat_id, no_chat());
  if (fields.integer("beforeSeq", seq, seq_range)) {
    choose(fields, input.window, Window::From::before, seq);
  }
  if (fields.integer("afterSeq", seq, seq_range)) {
    choose(fields, input.window, Window::From::after, seq);
  }
  if (fields.integer("aroundSeq", seq, seq_range)) {
    choose(fields, input.window, Window::From::around, seq);
  }
  fields.integer("limit", input.window.limit, limit_range);
  if (fields.error() != nullptr) return refused(fields);
  return input;
}

Result<domain::Window> parse_window(const WindowText& text) {
  struct Cursor {
    std::string_view name;
    const std::optional<std::string>& text;
    Window::From from;
  };
  const Cursor cursors[] = {{"beforeSeq", text.before_seq, Window::From::before},
                            {"afterSeq", text.after_seq, Window::From::after},
                            {"aroundSeq", text.around_seq, Window::From::around},
                            {"skip", text.skip, Window::From::skip}};
  Window window;
  int given = text.before ? 1 : 0;
  for (const Cursor& cursor : cursors) {
    if (!cursor.text) continue;
    ++given;
    const auto seq = parse_integer(cursor.name, *cursor.text, seq_range);
    if (!seq) return tl::unexpected<Error>{seq.error()};
    window.from = cursor.from;
    window.seq = *seq;
  }
  if (given > 1) {
    return fail(Errc::validation,
                "only one of beforeSeq, afterSeq, aroundSeq, before and skip may be given");
  }
  if (text.before) {
    window.from = Window::From::before;
    window.created_before = parse_iso8601(*text.before);
    if (!window.created_before) return fail(Errc::validation, "before must be an ISO 8601 date");
  }
  if (text.limit) {
    const auto limit = parse_integer("limit", *text.limit, limit_range);
    if (!limit) return tl::unexpected<Error>{limit.error()};
    window.limit = *limit;
  }
  return window;
}

Result<Login> parse_login(json::Value body) {
  Fields fields{body};
  Login input;
  fields.text("email", input.email, email_bytes_max).any_text("password", input.password);
  if (fields.error() != nullptr) return refused(fields);
  if (input.password.empty()) return fail(Errc::validation, "password must not be empty");
  if (auto checked = check_password_length(input.password); !checked) {
    return tl::unexpected<Error>{checked.error()};
  }
  return input;
}

Result<Register> parse_register(json::Value body) {
  Fields fields{body};
  Register input;
  fields.text("name", input.name, name_bytes_max).text("email", input.email, email_bytes_max);
  fields.any_text("password", input.password);
  if (fields.error() != nullptr) return refused(fields);
  if (auto checked = check_password_length(input.password); !checked) {
    return tl::unexpected<Error>{checked.error()};
  }
  if (auto checked = domain::check_registration(input.name, input.email, input.password);
      !checked) {
    return tl::unexpected<Error>{std::move(checked.error())};
  }
  return input;
}

Result<std::string> parse_refresh_token(json::Value body) {
  Fields fields{body};
  std::string token;
  fields.text("refreshToken", token, refresh_token_bytes_max);
  if (fields.error() != nullptr) return refused(fields);
  return token;
}

Result<Logout> parse_logout(json::Value body) {
  Logout input;
  if (body.is_null()) return input;
  Fields fields{body};
  fields.text("refreshToken", input.refresh_token, refresh_token_bytes_max, Presence::optional);
  if (fields.error() != nullptr) return refused(fields);
  const auto all = body.lookup("all");
  if (!all) return tl::unexpected<Error>{all.error()};
  if (!*all || (*all)->is_null()) return input;
  const auto flag = (*all)->as_bool();
  if (!flag) return fail(Errc::validation, "all must be true or false");
  input.all = *flag;
  return input;
}

Result<PasswordChange> parse_password_change(json::Value body) {
  Fields fields{body};
  PasswordChange input;
  const auto read = [&](std::string_view key, std::string_view alias, std::string& target) {
    fields.any_text(alias, target, Presence::optional);
    fields.any_text(key, target, target.empty() ? Presence::required : Presence::optional);
  };
  read("old", "oldPassword", input.old_password);
  read("new", "newPassword", input.new_password);
  if (fields.error() != nullptr) return refused(fields);
  for (const auto* password : {&input.old_password, &input.new_password}) {
    if (auto checked = check_password_length(*password); !checked) {
      return tl::unexpected<Error>{checked.error()};
    }
  }
  if (auto checked = domain::check_password(input.new_password); !checked) {
    return tl::unexpected<Error>{std::move(checked.error())};
  }
  return input;
}

Result<void> check_client_message_id(std::string_view id) {
  if (id.empty() || !is_utf8(id) || count_code_points(id) > client_id_length_max) {
    return fail(Errc::validation, "clientMessageId must be 1 to 64 characters");
  }
  return {};
}

}  // namespace veche::dto
