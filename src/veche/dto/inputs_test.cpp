// Goal: every input of the contract, and every refusal of RELIABILITY section 4, input 47.
// Method: each function reads a text; its outcome becomes one line that is compared.

#include "veche/dto/inputs.hpp"

#include <string>

#include <doctest/doctest.h>

#include "veche/dto/errors.hpp"
#include "veche/json/parser.hpp"

namespace veche::dto {
namespace {

std::string refusal(const Error& error) {
  return std::string{code_of(error.code)} + ": " + error.text;
}

template <typename Parse, typename Show>
std::string outcome(std::string_view json, Parse parse, Show show) {
  json::Parser parser{2'000'000};
  const auto value = parser.parse_copy(json);
  REQUIRE(value.has_value());
  const auto input = parse(*value);
  return input ? show(*input) : refusal(input.error());
}

/// As the other readers give what they read.
Result<domain::NewMessage> parse_message(json::Value payload) {
  domain::NewMessage input;
  if (const auto read = parse_send(payload, input); !read) return tl::unexpected{read.error()};
  return input;
}

std::string sent(std::string_view json) {
  return outcome(json, parse_message, [](const domain::NewMessage& input) {
    return input.chat_id + "|" + input.text + "|" + input.client_message_id;
  });
}

std::string joined(std::string_view json) {
  return outcome(json, parse_chat_ref, [](std::string_view id) { return std::string{id}; });
}

std::string created(std::string_view json) {
  return outcome(
      json, [](json::Value value) { return parse_new_chat(value); },
      [](const domain::NewChat& input) {
        std::string line{input.type == domain::ChatType::personal ? "personal"
                         : input.type == domain::ChatType::group  ? "group"
                                                                  : "channel"};
        for (const auto& id : input.participant_ids) line += " " + id;
        return line + "|" + input.name + "|" + input.client_chat_id;
      });
}

std::string shown(const domain::Window& window) {
  const char* names[] = {"newest", "before", "after", "around", "skip"};
  return std::string{names[static_cast<int>(window.from)]} + " " + std::to_string(window.seq) +
         " " + std::to_string(window.limit);
}

std::string listed(std::string_view json) {
  return outcome(json, parse_list, [](const ListInput& input) { return shown(input.window); });
}

std::string queried(const WindowText& text) {
  const auto window = parse_window(text);
  return window ? shown(*window) : refusal(window.error());
}

TEST_SUITE("dto/inputs: message:send") {
  TEST_CASE("a send is read, unknown members are ignored") {
    CHECK(sent(R"({"chatId":"c1","text":"hi","clientMessageId":"k","x":[{}]})") == "c1|hi|k");
    CHECK(sent(R"({"chatId":"c1","text":"hi","type":"text","clientMessageId":null})") == "c1|hi|");
  }

  TEST_CASE("input 47: what is no send is refused with a clear text") {
    CHECK(sent("null") == "validation: payload must be an object");
    CHECK(sent("[]") == "validation: payload must be an object");
    CHECK(sent("{}") == "validation: chatId must be a string");
    CHECK(sent(R"({"chatId":{"$gt":""},"text":"x"})") == "validation: chatId must be a string");
    CHECK(sent(R"({"chatId":"c1"})") == "validation: text must be a string");
    CHECK(sent(R"({"chatId":"c1","text":42})") == "validation: text must be a string");
    CHECK(sent(R"({"chatId":"c1","text":"   "})").starts_with("validation: "));
    CHECK(sent(R"({"chatId":"c1","text":")" + std::string(1'000'000, 'x') + "\"}")
              .starts_with("validation: "));
    CHECK(sent(R"({"chatId":"c1","text":"x","type":"system"})") == "validation: type must be text");
  }

  TEST_CASE("input 48: U+0000 is refused, emoji and joiners are not") {
    CHECK(sent(R"({"chatId":"c1","text":"a\u0000b"})").starts_with("validation: "));
    CHECK(sent(R"({"chatId":"c1","text":"👩‍👩‍👧 \u200Fx"})") ==
          "c1|👩‍👩‍👧 \u200Fx|");
  }

  TEST_CASE("input 55: a key given twice is refused") {
    CHECK(sent(R"({"chatId":"c1","chatId":"c2","text":"x"})") ==
          "bad_request: chatId is given twice");
  }

  TEST_CASE("a client's own key has 1 to 64 characters") {
    const std::string head = R"({"chatId":"c","text":"x","clientMessageId":")";
    CHECK(sent(head + std::string(64, 'k') + "\"}") == "c|x|" + std::string(64, 'k'));
    CHECK(sent(head + std::string(65, 'k') + "\"}") ==
          "validation: clientMessageId must be 1 to 64 characters");
    CHECK(sent(R"({"chatId":"c","text":"x","clientMessageId":5})") ==
          "validation: clientMessageId must be a string");
  }

  TEST_CASE("what it answers, and whether it is forwarded") {
    const auto reply = [](std::string_view json) {
      return outcome(json, parse_message, [](const domain::NewMessage& input) {
        return input.reply_to + (input.is_forwarded ? " forwarded" : " new");
      });
    };
    CHECK(reply(R"({"chatId":"c","text":"x"})") == " new");
    CHECK(reply(R"({"chatId":"c","text":"x","replyTo":null,"forwarded":null})") == " new");
    CHECK(reply(R"({"chatId":"c","text":"x","replyTo":"m1","forwarded":true})") == "m1 forwarded");
    CHECK(reply(R"({"chatId":"c","text":"x","forwarded":false})") == " new");
    CHECK(reply(R"({"chatId":"c","text":"x","replyTo":"../m"})") ==
          "validation: replyTo must name a message of the chat");
    CHECK(reply(R"({"chatId":"c","text":"x","replyTo":7})") ==
          "validation: replyTo must be a string");
    CHECK(reply(R"({"chatId":"c","text":"x","forwarded":1})") ==
          "validation: forwarded must be true or false");
  }

  TEST_CASE("REST names the chat `chat`") {
    json::Parser parser{1'000};
    domain::NewMessage input;
    REQUIRE(parse_post(*parser.parse_copy(R"({"chat":"c1","text":"hi"})"), input).has_value());
    CHECK(input.chat_id == "c1");
  }
}

TEST_SUITE("dto/inputs: chat:join, chat:leave") {
  TEST_CASE("an id that can name no chat is answered as an unknown chat") {
    CHECK(joined(R"({"chatId":"64fa"})") == "64fa");
    CHECK(joined(R"({"chatId":"../etc"})") == "forbidden: Access denied");
    CHECK(joined(R"({"chatId":")" + std::string(65, 'a') + "\"}") == "forbidden: Access denied");
    CHECK(joined(R"({"chatId":""})") == "validation: chatId must not be empty");
    CHECK(joined("\"64fa\"") == "validation: payload must be an object");
  }

  TEST_CASE("an id that can name no user is answered as an unknown user") {
    const auto user = [](std::string_view json) {
      return outcome(json, parse_user_ref, [](std::string_view id) { return std::string{id}; });
    };
    CHECK(user(R"({"userId":"u1"})") == "u1");
    CHECK(user(R"({"userId":"a b"})") == "not_found: User not found");
    CHECK(user(R"({"userId":1})") == "validation: userId must be a string");
  }
}

TEST_SUITE("dto/inputs: chat:create") {
  TEST_CASE("the type may be left out") {
    CHECK(created(R"({"participantId":"u2"})") == "personal u2||");
    CHECK(created(R"({"participants":["u1","u2"]})") == "personal u1 u2||");
    CHECK(created(R"({"participants":["u1","u2","u3"]})") == "group u1 u2 u3||");
    CHECK(created(R"({"memberIds":["u2"],"name":"Team"})") == "group u2|Team|");
    CHECK(created(R"({"type":"channel","name":"News","clientChatId":"k1"})") == "channel|News|k1");
  }

  TEST_CASE("group:create makes groups") {
    const auto line =
        outcome(R"({"memberIds":["u2"]})",
                [](json::Value value) { return parse_new_chat(value, domain::ChatType::group); },
                [](const domain::NewChat& input) {
                  return std::string{input.type == domain::ChatType::group ? "group" : "other"};
                });
    CHECK(line == "group");
  }

  TEST_CASE("wrong shapes are refused") {
    CHECK(created(R"({"type":"secret"})") == "validation: type must be personal, group or channel");
    CHECK(created(R"({"memberIds":"u2"})") == "validation: memberIds must be an array of strings");
    CHECK(created(R"({"participantId":7})") == "validation: participantId must be a string");
    CHECK(created(R"({"participantId":"a b"})") == "not_found: User not found");
  }

  TEST_CASE("the list of members has a limit") {
    std::string ids = R"({"memberIds":["u")";
    for (std::size_t i = 0; i < new_chat_ids_max; ++i) ids += R"(,"u")";
    CHECK(created(ids + "]}") == "validation: memberIds has too many items");
  }
}

TEST_SUITE("dto/inputs: windows") {
  TEST_CASE("the newest fifty without a cursor") {
    CHECK(listed(R"({"chatId":"c"})") == "newest 0 50");
    CHECK(queried({}) == "newest 0 50");
  }

  TEST_CASE("one cursor, 1 to 200 messages") {
    CHECK(listed(R"({"chatId":"c","beforeSeq":9,"limit":200})") == "before 9 200");
    CHECK(listed(R"({"chatId":"c","afterSeq":0})") == "after 0 50");
    CHECK(listed(R"({"chatId":"c","aroundSeq":5})") == "around 5 50");
    CHECK(listed(R"({"chatId":"c","limit":201})") == "validation: limit must be from 1 to 200");
    CHECK(listed(R"({"chatId":"c","beforeSeq":1,"afterSeq":2})") ==
          "validation: only one of beforeSeq, afterSeq and aroundSeq may be given");
    CHECK(listed(R"({"chatId":"c","beforeSeq":-1})") ==
          "validation: beforeSeq must be from 0 to 9007199254740991");
  }

  TEST_CASE("a query string says the same in digits") {
    CHECK(queried({.before_seq = "9", .after_seq = {}, .around_seq = {}, .limit = "10"}) ==
          "before 9 10");
    for (const auto* limit : {"0", "201", "ten", "1e2", "", " 5", "99999999999999999999"}) {
      CHECK(queried({.before_seq = {}, .after_seq = {}, .around_seq = {}, .limit = limit}) ==
            "validation: limit must be an integer from 1 to 200");
    }
    CHECK(queried({.skip = "30"}) == "skip 30 50");
    CHECK(queried({.skip = "-1"}) ==
          "validation: skip must be an integer from 0 to 9007199254740991");
  }

  TEST_CASE("a query string may say before which date") {
    const auto window = parse_window({.before = "2027-01-15T08:00:00.123Z", .limit = "7"});
    REQUIRE(window.has_value());
    CHECK(shown(*window) == "before 0 7");
    CHECK(iso8601(window->created_before.value()) == "2027-01-15T08:00:00.123Z");
    for (const auto* date : {"", "now", "1800000000123"})
      CHECK(queried({.before = date}) == "validation: before must be an ISO 8601 date");
  }

  TEST_CASE("a query string has one cursor") {
    const auto* refused =
        "validation: only one of beforeSeq, afterSeq, aroundSeq, before and skip may be given";
    CHECK(queried({.before_seq = "1", .after_seq = "2"}) == refused);
    CHECK(queried({.around_seq = "1", .skip = "2"}) == refused);
    CHECK(queried({.before_seq = "1", .before = "2027-01-15"}) == refused);
    CHECK(queried({.before = "2027-01-15", .skip = "0"}) == refused);
  }
}

TEST_SUITE("dto/inputs: sign-in") {
  std::string login(std::string_view json) {
    return outcome(json, parse_login, [](const Login& input) { return input.email; });
  }

  TEST_CASE("input 54: a password of 129 characters is refused before anybody hashes it") {
    const std::string head = R"({"email":"a@b.c","password":")";
    CHECK(login(head + std::string(128, 'p') + "\"}") == "a@b.c");
    CHECK(login(head + std::string(129, 'p') + "\"}") ==
          "validation: password must be at most 128 characters");
    CHECK(login(head + std::string(1'000'000, 'p') + "\"}") ==
          "validation: password must be at most 128 characters");
  }

  TEST_CASE("characters are counted, not bytes") {
    std::string password;
    for (int i = 0; i < 128; ++i) password += "я";
    CHECK(login(R"({"email":"a@b.c","password":")" + password + "\"}") == "a@b.c");
  }

  TEST_CASE("wrong shapes are refused by name") {
    CHECK(login(R"({"email":"a@b.c"})") == "validation: password must be a string");
    CHECK(login(R"({"email":{"$ne":""},"password":"x"})") == "validation: email must be a string");
    CHECK(login("[]") == "validation: payload must be an object");
  }

  TEST_CASE("a registration holds the domain's rules") {
    const auto line = [](std::string_view json) {
      return outcome(json, parse_register, [](const Register& input) { return input.name; });
    };
    CHECK(line(R"({"name":"Ada","email":"a@b.c","password":"password123"})") == "Ada");
    CHECK(line(R"({"name":"Ada","email":"a@b.c","password":"short"})").starts_with("validation: "));
    CHECK(line(R"({"email":"a@b.c","password":"password123"})") ==
          "validation: name must be a string");
  }

  TEST_CASE("R4: the token of a handshake, with and without Bearer") {
    const auto token = [](std::string_view json) {
      json::Parser parser{1'000};
      const auto value = parser.parse_copy(json);
      REQUIRE(value.has_value());
      return std::string{parse_handshake_token(*value)};
    };
    CHECK(token(R"({"token":"a.b.c"})") == "a.b.c");
    CHECK(token(R"({"token":"Bearer a.b.c"})") == "a.b.c");
    CHECK(token(R"({"token":7})") == "");
    CHECK(token(R"({"token":"a","token":"b"})") == "");
    CHECK(token("{}") == "");
    CHECK(token("null") == "");
  }
}

TEST_SUITE("dto/inputs: messages:read") {
  TEST_CASE("a message, or a chat with or without a seq") {
    const auto read = [](std::string_view json) {
      return outcome(json, parse_read, [](const domain::ReadMark& input) {
        return input.chat_id + "|" + input.message_id + "|" +
               (input.seq ? std::to_string(*input.seq) : "all");
      });
    };
    CHECK(read(R"({"messageId":"m"})") == "|m|all");
    CHECK(read(R"({"chatId":"c","seq":3})") == "c||3");
    CHECK(read(R"({"chatId":"c","seq":null})") == "c||all");
    CHECK(read(R"({})") == "validation: chatId must be a string");
    CHECK(read(R"({"messageId":7})") == "validation: messageId must be a string");
    CHECK(read(R"({"messageId":"$"})") == "forbidden: Access denied");
    CHECK(read(R"({"chatId":"c","seq":-1})") ==
          "validation: seq must be from 0 to 9007199254740991");
    CHECK(read(R"({"chatId":"c","seq":"1"})") == "validation: seq must be an integer");
  }
}

TEST_SUITE("dto/inputs: sessions and passwords") {
  TEST_CASE("a refresh token is a text of a sane size") {
    const auto token = [](std::string_view json) {
      return outcome(json, parse_refresh_token, [](const std::string& text) { return text; });
    };
    CHECK(token(R"({"refreshToken":"s.x"})") == "s.x");
    CHECK(token("{}") == "validation: refreshToken must be a string");
    CHECK(token(R"({"refreshToken":""})") == "validation: refreshToken must not be empty");
    CHECK(token(R"({"refreshToken":")" + std::string(257, 'x') + "\"}") ==
          "validation: refreshToken is too long");
    CHECK(token(R"({"refreshToken":"a","refreshToken":"b"})").starts_with("bad_request: "));
  }

  TEST_CASE("a logout may say nothing, which token, and whether all") {
    const auto logout = [](std::string_view json) {
      return outcome(json, parse_logout, [](const Logout& input) {
        return input.refresh_token + (input.all ? "|all" : "|one");
      });
    };
    CHECK(logout("null") == "|one");
    CHECK(logout("{}") == "|one");
    CHECK(logout(R"({"refreshToken":null,"all":null})") == "|one");
    CHECK(logout(R"({"refreshToken":"s.x","all":true})") == "s.x|all");
    CHECK(logout(R"({"all":false})") == "|one");
    CHECK(logout(R"({"all":"yes"})") == "validation: all must be true or false");
    CHECK(logout(R"({"refreshToken":7})") == "validation: refreshToken must be a string");
    CHECK(logout("[]") == "validation: payload must be an object");
  }

  TEST_CASE("a new password is held to the rule, the old one to a size") {
    const auto change = [](std::string_view json) {
      return outcome(json, parse_password_change, [](const PasswordChange& input) {
        return input.old_password + "|" + input.new_password;
      });
    };
    CHECK(change(R"({"old":"x","new":"password123"})") == "x|password123");
    CHECK(change(R"({"oldPassword":"x","newPassword":"password123"})") == "x|password123");
    CHECK(change(R"({"new":"password123"})") == "validation: old must be a string");
    CHECK(change(R"({"old":"x"})") == "validation: new must be a string");
    CHECK(change(R"({"old":"x","new":"short"})") ==
          "validation: password must have 8 to 128 characters");
    CHECK(change(R"({"old":")" + std::string(129, 'x') + R"(","new":"password123"})") ==
          "validation: password must be at most 128 characters");
  }
}

TEST_SUITE("dto/inputs: message:edit, message:delete") {
  TEST_CASE("an edit has a text, and perhaps the rev that the message must have") {
    const auto show = [](const domain::Edit& input) {
      return input.message_id + "|" + input.text + "|" +
             (input.if_rev ? std::to_string(*input.if_rev) : "any");
    };
    const auto edit = [&](std::string_view json) { return outcome(json, parse_edit, show); };
    const auto body = [&](std::string_view json) { return outcome(json, parse_edit_body, show); };
    CHECK(edit(R"({"messageId":"m","text":"x"})") == "m|x|any");
    CHECK(edit(R"({"messageId":"m","text":"x","ifRev":3})") == "m|x|3");
    CHECK(body(R"({"messageId":"m","text":"x","ifRev":null})") == "|x|any");
    CHECK(edit(R"({"text":"x"})") == "validation: messageId must be a string");
    CHECK(edit(R"({"messageId":"$","text":"x"})") == "forbidden: Access denied");
    CHECK(edit(R"({"messageId":"m","text":"x","ifRev":"3"})") ==
          "validation: ifRev must be an integer");
    for (const auto* json : {"null", "{}", R"({"text":7})", R"({"text":" "})"})
      CHECK(body(json).starts_with("validation: "));
  }

  TEST_CASE("a deletion is for all") {
    const auto read = [](std::string_view json) {
      return outcome(json, parse_deletion,
                     [](const domain::Deletion& input) { return input.message_id; });
    };
    CHECK(read(R"({"messageId":"m"})") == "m");
    CHECK(read(R"({"messageId":"m","scope":"all"})") == "m");
    CHECK(read(R"({"messageId":"m","scope":"me"})") == "validation: scope must be all");
    CHECK(read(R"({"messageId":"m","scope":1})") == "validation: scope must be a string");
    CHECK(read(R"({"messageId":"a b"})") == "forbidden: Access denied");
    CHECK(read("[]") == "validation: payload must be an object");
  }
}

TEST_SUITE("dto/inputs: members and lists") {
  TEST_CASE("group:add-members names a chat and at least one user") {
    const auto added = [](std::string_view json) {
      return outcome(json, parse_new_members, [](const domain::NewMembers& input) {
        std::string line = input.chat_id;
        for (const auto& id : input.user_ids) line += " " + id;
        return line;
      });
    };
    CHECK(added(R"({"chatId":"c","userIds":["a","b"]})") == "c a b");
    CHECK(added(R"({"chatId":"$","userIds":["a"]})") == "forbidden: Access denied");
    CHECK(added(R"({"chatId":"c","userIds":[]})") ==
          "validation: userIds must name at least one user");
    CHECK(added(R"({"chatId":"c"})") == "validation: userIds must name at least one user");
    CHECK(added(R"({"chatId":"c","userIds":["$"]})") == "not_found: User not found");
    CHECK(added(R"({"chatId":"c","userIds":"a"})").starts_with("validation: userIds"));
    CHECK(added(R"({"chatId":"c","userIds":[{"$gt":""}]})").starts_with("validation: userIds"));
  }

  TEST_CASE("a member is named by chat and user; a role is one of three") {
    const auto chosen = [](std::string_view json) {
      return outcome(json, parse_member_choice, [](const domain::MemberChoice& input) {
        return input.chat_id + " " + input.user_id;
      });
    };
    CHECK(chosen(R"({"chatId":"c","userId":"a"})") == "c a");
    CHECK(chosen(R"({"chatId":"c"})") == "validation: userId must be a string");
    CHECK(chosen("null").starts_with("validation: "));
    const auto role = [](std::string_view json) {
      return outcome(json, parse_role,
                     [](domain::Role input) { return std::to_string(static_cast<int>(input)); });
    };
    CHECK(role(R"({"role":"owner"})") == "0");
    CHECK(role(R"({"role":"admin"})") == "1");
    CHECK(role(R"({"role":"member"})") == "2");
    CHECK(role(R"({"role":"king"})") == "validation: role must be owner, admin or member");
    CHECK(role(R"({"role":1})") == "validation: role must be a string");
    CHECK(role("{}") == "validation: role must be a string");
  }

  TEST_CASE("a slice has a limit and a skip") {
    const auto slice = [](std::optional<std::string> limit, std::optional<std::string> skip) {
      const auto read = parse_slice(limit, skip);
      return read ? std::to_string(read->limit) + " " + std::to_string(read->skip)
                  : refusal(read.error());
    };
    CHECK(slice({}, {}) == "100 0");
    CHECK(slice("7", "8") == "7 8");
    CHECK(slice("201", {}) == "validation: limit must be an integer from 1 to 200");
    CHECK(slice({}, "x").starts_with("validation: skip must be an integer"));
  }

  TEST_CASE("a cursor of a list is read as it was written, and nothing else is") {
    const domain::Chat chat{.id = "c-1", .updated = WallTime{Milliseconds{1'700'000'000'123}}};
    const auto cursor = parse_chats_cursor(chats_cursor(chat));
    REQUIRE(cursor.has_value());
    CHECK(cursor->chat_id == "c-1");
    CHECK(cursor->updated == chat.updated);
    for (const auto* text : {"", ".", "x", "5", "5.", ".c", "-1.c", "5.no id", "5.5.5.", "9e9.c"})
      CHECK_MESSAGE(parse_chats_cursor(text).error().code == Errc::validation, text);
  }
}

}  // namespace
}  // namespace veche::dto
