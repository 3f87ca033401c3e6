// Goal: the contract's shapes, literally; no secret in any of them; pages within their bytes.
// Method: values made by hand, the JSON compared as text.

#include "veche/dto/shapes.hpp"

#include <memory>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "veche/json/parser.hpp"

namespace veche::dto {
namespace {

using domain::UserRef;
using namespace std::chrono_literals;

constexpr WallTime noon{std::chrono::milliseconds{1'800'000'000'123}};

domain::UserPtr user(int ref, const std::string& name) {
  domain::User made;
  made.ref = UserRef{ref};
  made.id = "u" + std::to_string(ref);
  made.name = name;
  made.email = made.id + "@example.com";
  made.handle = "@" + made.id;
  return std::make_shared<const domain::User>(made);
}

domain::Message message(domain::Seq seq, std::string text) {
  domain::Message made;
  made.pos = 16 + seq;
  made.chat_id = "c1";
  made.sender = user(1, "Ada");
  made.text = std::move(text);
  made.seq = seq;
  made.rev = seq + 1;
  made.created = noon;
  made.updated = noon;
  return made;
}

domain::ChatView view(int count) {
  domain::ChatView made;
  made.chat.id = "c1";
  made.chat.last_seq = 4;
  made.chat.rev = 5;
  made.chat.created = noon;
  made.chat.updated = noon;
  auto audience = std::make_shared<domain::Audience>();
  for (int ref = 1; ref <= count; ++ref) {
    audience->users.push_back(user(ref, "Ada"));
    domain::Member member;
    member.user = UserRef{ref};
    member.read_seq = ref;
    member.joined_at = noon;
    made.chat.members.push_back(member);
  }
  made.participants = audience;
  made.unread = 3;
  return made;
}

template <typename Write>
std::string written(Write write) {
  std::string out;
  json::Writer json{out};
  write(json);
  return out;
}

const std::string ada = R"({"_id":"u1","name":"Ada","email":"u1@example.com",)"
                        R"("userId":"@u1","avatar":""})";

TEST_SUITE("dto/shapes: CONTRACT 2, Message") {
  TEST_CASE("R11: a message is populated") {
    auto hi = message(1, "hi \"x\"");
    hi.client_message_id = "k1";
    CHECK(written([&](json::Writer& json) { write_message(json, hi); }) ==
          R"({"_id":"6b49d2000000000000000011","chat":"c1","sender":)" + ada +
              R"(,"text":"hi \"x\"","type":"text","status":"sent",)"
              R"("createdAt":"2027-01-15T08:00:00.123Z","updatedAt":"2027-01-15T08:00:00.123Z",)"
              R"("isDeleted":false,"seq":1,"rev":2,"clientMessageId":"k1"})");
  }

  TEST_CASE("a deleted message has no text, a system message no sender") {
    auto gone = message(1, "secret");
    gone.is_deleted = true;
    gone.sender = nullptr;
    gone.type = domain::MessageType::system;
    const auto json = written([&](json::Writer& out) { write_message(out, gone); });
    CHECK(json.find("secret") == std::string::npos);
    CHECK(json.find(R"("sender":null,"text":"","type":"system")") != std::string::npos);
  }

  TEST_CASE("what it answers, and that it is forwarded, where it is so") {
    auto reply = message(1, "x");
    reply.reply_to = "64fa";
    reply.is_forwarded = true;
    CHECK(written([&](json::Writer& out) {
            write_message(out, reply);
          }).ends_with(R"("rev":2,"replyTo":"64fa","forwarded":true})"));
  }

  TEST_CASE("an edited message says when") {
    auto edited = message(1, "x");
    edited.edited = noon + 1s;
    CHECK(written([&](json::Writer& out) {
            write_message(out, edited);
          }).ends_with(R"("editedAt":"2027-01-15T08:00:01.123Z"})"));
  }
}

TEST_SUITE("dto/shapes: CONTRACT 4, message:deleted") {
  TEST_CASE("which message, by whom, and what is the last now") {
    domain::MessageDeleted deleted{.audience = {},
                                   .message = message(2, ""),
                                   .deleted_by = user(2, "Bob"),
                                   .last_message = std::nullopt,
                                   .unread = {}};
    deleted.message.rev = 9;
    const std::string head = R"({"messageId":"6b49d2000000000000000012","chatId":"c1","seq":2,)"
                             R"("rev":9,"deletedBy":"u2","newLastMessage":)";
    CHECK(written([&](json::Writer& json) { write_message_deleted(json, deleted); }) ==
          head + "null}");
    deleted.last_message = message(1, "left");
    const auto json = written([&](json::Writer& out) { write_message_deleted(out, deleted); });
    CHECK(json.starts_with(head + R"({"_id":"6b49d2000000000000000011","chat":"c1",)"));
    CHECK(json.find(R"("text":"left")") != std::string::npos);
  }
}

TEST_SUITE("dto/shapes: CONTRACT 2, Chat") {
  TEST_CASE("as its viewer sees it") {
    auto chat = view(1);
    CHECK(written([&](json::Writer& json) { write_chat(json, chat, UserRef{1}); }) ==
          R"({"_id":"c1","type":"personal","participants":[)" + ada +
              R"(],"members":[{"user":"u1","role":"member","joinedAt":"2027-01-15T08:00:00.123Z",)"
              R"("readSeq":1,"deliveredSeq":0}],"memberCount":1,"lastMessage":null,)"
              R"("unreadCount":3,"lastSeq":4,"rev":5,"readSeq":1,"muted":false,)"
              R"("isDeleted":false,"createdAt":"2027-01-15T08:00:00.123Z",)"
              R"("updatedAt":"2027-01-15T08:00:00.123Z"})");
  }

  TEST_CASE("without a viewer nothing that differs by viewer") {
    const auto json = written([](json::Writer& out) { write_chat(out, view(2), std::nullopt); });
    CHECK(json.find("unreadCount") == std::string::npos);
    CHECK(json.find("muted") == std::string::npos);
  }

  TEST_CASE("R18: chat:created has nothing unread") {
    const auto json = written([](json::Writer& out) { write_new_chat(out, view(2), "k9"); });
    CHECK(json.find(R"("unreadCount":0,"lastSeq":4,"rev":5,"readSeq":0,"muted":false)") !=
          std::string::npos);
    CHECK(json.ends_with(R"("clientChatId":"k9"})"));
  }

  TEST_CASE("names and the last message stand where there are any") {
    auto chat = view(1);
    chat.chat.type = domain::ChatType::group;
    chat.chat.name = "Team";
    chat.last_message = message(4, "last");
    const auto json = written([&](json::Writer& out) { write_chat(out, chat, UserRef{1}); });
    CHECK(json.starts_with(R"({"_id":"c1","type":"group","name":"Team","participants":)"));
    CHECK(json.find(R"("lastMessage":{"_id":)") != std::string::npos);
  }

  TEST_CASE("a large group shows a hundred and counts all") {
    const auto json = written([](json::Writer& out) { write_chat(out, view(150), std::nullopt); });
    json::Parser parser{1'000'000};
    const auto chat = parser.parse_copy(json);
    REQUIRE(chat.has_value());
    CHECK(chat->find("participants")->size() == 100);
    CHECK(chat->find("members")->size() == 100);
    CHECK(chat->find("memberCount")->as_int() == 150);
  }

  TEST_CASE("a view of few members says how many there are, and has the viewer's standing") {
    auto chat = view(101);
    chat.chat.members.back().user = UserRef{500};
    chat.chat.members.back().is_muted = true;
    chat.member_count = 600;
    const auto json = written([&](json::Writer& out) { write_chat(out, chat, UserRef{500}); });
    CHECK(json.find(R"("memberCount":600)") != std::string::npos);
    CHECK(json.find(R"("muted":true)") != std::string::npos);
    CHECK(json.find(R"("user":"u500")") == std::string::npos);
  }

  TEST_CASE("a member who is no participant any more is passed over") {
    auto chat = view(3);
    chat.chat.members.erase(chat.chat.members.begin());
    const auto json = written([&](json::Writer& out) { write_chat(out, chat, std::nullopt); });
    CHECK(json.find(R"("members":[{"user":"u2")") != std::string::npos);
  }
}

TEST_SUITE("dto/shapes: members") {
  TEST_CASE("what becomes of members names those it is about") {
    const domain::MembersAdded added{
        .chat_id = "c1", .rev = 2, .users = {user(1, "Ada")}, .by = user(2, "Bob")};
    CHECK(written([&](json::Writer& out) { write_members_added(out, added); }) ==
          R"({"chatId":"c1","rev":2,"members":[)" + ada + R"(],"addedBy":"u2"})");
    const domain::MemberRemoved removed{
        .chat_id = "c1", .rev = 3, .user = user(1, "Ada"), .by = nullptr};
    CHECK(written([&](json::Writer& out) { write_member_removed(out, removed); }) ==
          R"({"chatId":"c1","rev":3,"userId":"u1","removedBy":""})");
    const domain::RoleChanged changed{.chat_id = "c1",
                                      .rev = 4,
                                      .user = user(1, "Ada"),
                                      .role = domain::Role::admin,
                                      .by = user(2, "Bob")};
    CHECK(written([&](json::Writer& out) { write_role_changed(out, changed); }) ==
          R"({"chatId":"c1","rev":4,"userId":"u1","role":"admin","changedBy":"u2"})");
  }

  TEST_CASE("of very many who are added a hundred are named") {
    domain::MembersAdded added;
    for (int ref = 1; ref <= 150; ++ref) added.users.push_back(user(ref, "Ada"));
    const auto json = written([&](json::Writer& out) { write_members_added(out, added); });
    json::Parser parser{1'000'000};
    CHECK(parser.parse_copy(json)->find("members")->size() == 100);
  }

  TEST_CASE("a page of members has whole users") {
    domain::Member member;
    member.role = domain::Role::owner;
    member.joined_at = noon;
    member.read_seq = 2;
    const domain::MemberPage page{.rows = {{member, user(1, "Ada")}}, .total = 3};
    const auto line = [&](const Slice& slice) {
      return written([&](json::Writer& out) { write_member_page(out, page, slice); });
    };
    CHECK(line({1, 1}) == R"({"members":[{"user":)" + ada +
                              R"(,"role":"owner","joinedAt":"2027-01-15T08:00:00.123Z",)"
                              R"("readSeq":2,"deliveredSeq":0}],"total":3,"limit":1,"skip":1,)"
                              R"("hasMore":true})");
    CHECK(line({1, 2}).ends_with(R"("hasMore":false})"));
  }
}

TEST_SUITE("dto/shapes: pages") {
  std::string page_line(const domain::Page& page, const domain::Window& window) {
    const auto json = written([&](json::Writer& out) {
      out.begin_object();
      write_page(out, page, window);
      out.end_object();
    });
    json::Parser parser{1'000'000};
    const auto value = parser.parse_copy(json);
    REQUIRE(value.has_value());
    const auto messages = *value->find("messages");
    std::string line = std::to_string(messages.size());
    if (messages.size() > 0) {
      line += " from " + std::to_string(*messages.at(0).find("seq")->as_int());
    }
    line += *value->find("hasMore")->as_bool() ? " more " : " end ";
    const auto cursor = value->find("nextCursor")->as_int();
    return line + (cursor ? std::to_string(*cursor) : "null");
  }

  domain::Page page_of(domain::Seq count) {
    domain::Page page;
    for (domain::Seq seq = 1; seq <= count; ++seq) {
      page.messages.push_back(message(seq, "x"));
    }
    return page;
  }

  using From = domain::Window::From;

  TEST_CASE("the cursor leads on in the direction that was asked for") {
    auto page = page_of(3);
    CHECK(page_line(page, {}) == "3 from 1 end null");
    page.has_more = true;
    CHECK(page_line(page, {From::before, 4, 3}) == "3 from 1 more 1");
    CHECK(page_line(page, {From::after, 0, 3}) == "3 from 1 more 3");
    CHECK(page_line({}, {}) == "0 end null");
  }
}

TEST_SUITE("dto/shapes: sign-in") {
  TEST_CASE("R3: the token stands under both names") {
    const auto ada_ptr = user(1, "Ada");
    CHECK(written([&](json::Writer& json) {
            write_signed_in(json, {*ada_ptr, "AT", "RT", 60});
          }) ==
          R"({"accessToken":"AT","access_token":"AT","refreshToken":"RT","tokenType":"Bearer",)"
          R"("expiresIn":60,"user":)" +
              ada + "}");
  }

  TEST_CASE("session:ready says who, where from and what holds") {
    CHECK(written([](json::Writer& json) {
            write_session_ready(json, {"u1", "s1", "e1", 0, noon});
          }) == R"({"userId":"u1","sessionId":"s1","epoch":"e1","userRev":0,)"
                R"("serverTime":"2027-01-15T08:00:00.123Z","limits":{"textLength":10000,)"
                R"("pageSize":200,"participants":100},)"
                R"("features":["clientMessageId","groups","history","messageDelete","messageEdit",)"
                R"("tokenRefresh"],"contract":1})");
  }
}

TEST_SUITE("dto/shapes: sessions") {
  TEST_CASE("a device shows when it was used, and nothing of its tokens") {
    const domain::SessionRow session{.id = "s1",
                                     .digest = "secret",
                                     .previous_digest = "secret",
                                     .rotated = noon + Milliseconds{1},
                                     .created = noon,
                                     .expires = noon + Milliseconds{2}};
    const auto shown = [&](std::string_view current) {
      return written([&](json::Writer& json) { write_session(json, session, current); });
    };
    CHECK(shown("s1") == R"({"_id":"s1","createdAt":"2027-01-15T08:00:00.123Z",)"
                         R"("lastUsedAt":"2027-01-15T08:00:00.124Z",)"
                         R"("expiresAt":"2027-01-15T08:00:00.125Z","current":true})");
    CHECK(shown("").find(R"("current":false)") != std::string::npos);
  }
}

TEST_SUITE("dto/shapes: RELIABILITY 6, no secrets") {
  TEST_CASE("no shape has a name for a password, a hash or a refresh token") {
    auto chat = view(3);
    chat.last_message = message(1, "x");
    const auto all = written([&](json::Writer& json) {
      json.begin_array();
      write_user(json, *user(1, "Ada"));
      write_message(json, message(1, "x"));
      write_chat(json, chat, UserRef{1});
      write_chat(json, chat, std::nullopt);
      write_new_chat(json, chat, "k");
      write_session_ready(json, {"u", "s", "e", 0, noon});
      json.begin_object();
      write_page(json, {.messages = {message(1, "x")}, .has_more = true}, {});
      json.end_object().end_array();
    });
    for (const auto* word : {"assword", "hash", "Hash", "refreshToken", "refresh_token", "digest",
                             "secret", "$argon", "$2b$"}) {
      CHECK_MESSAGE(all.find(word) == std::string::npos, word);
    }
  }
}

}  // namespace
}  // namespace veche::dto
