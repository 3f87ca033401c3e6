// Goal: a user reads what is theirs and cannot tell a foreign chat from none. Method: a world
// in memory, and queries over its reader.

#include "veche/domain/queries.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "veche/domain/access.hpp"
#include "veche/storage/memory_store.hpp"

#include "support/chat_world.hpp"

namespace veche::domain {
namespace {

struct QueriesFixture {
  storage::MemoryStore store{"epoch"};
  support::ChatWorld world{store};
  std::unique_ptr<Reader> reader{store.open_reader()};
  UserRef ann{world.user("ann")};
  UserRef bob{world.user("bob")};
  UserRef eve{world.user("eve")};
  std::string chat{world.group("g", {"ann", "bob"})};

  void send(UserRef sender, std::string text) {
    world.now += Milliseconds{1};
    REQUIRE(world.send({.sender = sender, .chat_id = chat, .text = std::move(text)}).has_value());
  }
};

TEST_SUITE("domain/queries: who asks") {
  TEST_CASE("a user who is there is known by the id, another may ask nothing") {
    QueriesFixture f;
    CHECK((*Queries{*f.reader, "ann"}.me())->id == "ann");
    const Queries nobody{*f.reader, "nobody"};
    CHECK(nobody.me().error().code == Errc::unauthorized);
    CHECK(nobody.chats().error().code == Errc::unauthorized);
    CHECK(nobody.chat("g").error().code == Errc::unauthorized);
    CHECK(nobody.messages("g", {}).error().code == Errc::unauthorized);
  }

  TEST_CASE("a foreign, an unknown and a deleted chat are all not found") {
    QueriesFixture f;
    const Error missing{Errc::not_found, "Chat not found"};
    CHECK(Queries{*f.reader, "eve"}.chat("g").error() == missing);
    CHECK(Queries{*f.reader, "eve"}.messages("g", {}).error() == missing);
    CHECK(Queries{*f.reader, "ann"}.chat("none").error() == missing);
    const auto erased =
        f.world.run(Writes::many, [&](Transaction& t) { return Chats{t}.erase(f.ann, "g"); });
    REQUIRE(erased.has_value());
    CHECK(Queries{*f.reader, "ann"}.chat("g").error() == missing);
    CHECK(Queries{*f.reader, "ann"}.chats()->empty());
  }
}

TEST_SUITE("domain/queries: chats (R16, R17)") {
  TEST_CASE("each member sees the last message and their own unread") {
    QueriesFixture f;
    f.send(f.ann, "one");
    f.send(f.ann, "two");
    f.send(f.bob, "three");
    const auto mine = Queries{*f.reader, "ann"}.chat("g");
    REQUIRE(mine.has_value());
    CHECK(mine->unread == 1);
    CHECK(mine->last_message->text == "three");
    CHECK(mine->last_message->sender->id == "bob");
    CHECK(mine->participants->users.size() == 2);
    CHECK(Queries{*f.reader, "bob"}.chat("g")->unread == 2);
    CHECK(Queries{*f.reader, "bob"}.chats()->front().unread == 2);
  }

  TEST_CASE("the chat with the newest message comes first") {
    QueriesFixture f;
    f.world.now += Milliseconds{1};
    f.world.group("h", {"ann"});
    const Queries ann{*f.reader, "ann"};
    CHECK(ann.chats()->front().chat.id == "h");
    f.send(f.bob, "x");
    CHECK(ann.chats()->front().chat.id == "g");
    CHECK(ann.chats(1)->size() == 1);
    CHECK(ann.chats(0)->size() == 1);
    CHECK(ann.chats()->size() == 2);
  }
}

TEST_SUITE("domain/queries: messages") {
  TEST_CASE("before an instant: what filtering by time gives, several having the same among them") {
    QueriesFixture f;
    std::vector<WallTime> created;
    for (int i = 0; i < 40; ++i) {
      if (i % 3 == 0) f.world.now -= Milliseconds{1};
      f.send(f.ann, "x");
      created.push_back(f.world.now);
    }
    const Queries ann{*f.reader, "ann"};
    const auto seqs = [&](WallTime time) {
      const auto page =
          ann.messages("g", {.from = Window::From::before, .limit = 7, .created_before = time});
      std::string line = page->has_more ? "more" : "all";
      for (const auto& message : page->messages) line += " " + std::to_string(message.seq);
      return line;
    };
    for (auto time = created.front() - Milliseconds{1}; time <= created.back() + Milliseconds{1};
         time += Milliseconds{1}) {
      const auto end =
          std::count_if(created.begin(), created.end(), [&](WallTime one) { return one < time; });
      std::string line = end > 7 ? "more" : "all";
      for (auto seq = std::max<std::ptrdiff_t>(1, end - 6); seq <= end; ++seq)
        line += " " + std::to_string(seq);
      CHECK(seqs(time) == line);
    }
  }

  TEST_CASE("before an instant in a chat without messages there are none") {
    QueriesFixture f;
    const auto page = Queries{*f.reader, "ann"}.messages(
        "g", {.from = Window::From::before, .created_before = f.world.now});
    CHECK(page->messages.empty());
    CHECK_FALSE(page->has_more);
  }

  TEST_CASE("one message is for members; to others it is not there") {
    QueriesFixture f;
    f.send(f.ann, "one");
    const auto message = Queries{*f.reader, "bob"}.messages("g", {})->messages.at(0);
    const std::string id = message_id(message.pos, message.created);
    CHECK(Queries{*f.reader, "bob"}.message(id)->text == "one");
    CHECK(Queries{*f.reader, "bob"}.message(id)->sender->id == "ann");
    CHECK(Queries{*f.reader, "nobody"}.message(id).error().code == Errc::unauthorized);
    CHECK(Queries{*f.reader, "eve"}.message(id).error() == no_message());
    const Queries ann{*f.reader, "ann"};
    const std::vector<std::string> others{
        message_id(message.pos, f.world.now + std::chrono::hours{1}),
        message_id(message.pos + 1, message.created), message_id(1, f.world.now), id + "0"};
    for (const auto& other : others) CHECK(ann.message(other).error() == no_message());
    const auto erased =
        f.world.run(Writes::many, [&](Transaction& t) { return Chats{t}.erase(f.ann, "g"); });
    REQUIRE(erased.has_value());
    CHECK(ann.message(id).error() == no_message());
  }

  TEST_CASE("a page stops at 256 KiB of text") {
    QueriesFixture f;
    for (int i = 0; i < 30; ++i) f.send(f.ann, std::string(10'000, 'x'));
    const auto page = Queries{*f.reader, "bob"}.messages("g", {.limit = 30});
    REQUIRE(page.has_value());
    CHECK(page->messages.size() == 26);
    CHECK(page->messages.back().seq == 30);
    CHECK(page->has_more);
  }
}

}  // namespace
}  // namespace veche::domain
