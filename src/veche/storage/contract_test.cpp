// Goal: what store.hpp promises holds for every store alike. Method: each case runs over SQLite
// in a folder and over memory; model_test.cpp drives both with random batches.

#include "veche/storage/contract_test.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

namespace veche::storage {
namespace {

using domain::Account;
using domain::Chat;
using domain::ChatRef;
using domain::Entry;
using domain::EntryKind;
using domain::Member;
using domain::MessageType;
using domain::Transaction;
using domain::UserRef;
using domain::Window;
using domain::Writes;

TEST_SUITE("storage/contract: rows") {
  TEST_CASE_TEMPLATE("an account is found by its ref, its id and its email in any case", T,
                     EACH_STORE) {
    T t;
    auto& store = t.store();
    store.begin();
    const auto ref = store.insert_account(account("ann", "Аня@Example.com"));
    CHECK(store.find_account_by_id("ann").has_value());
    REQUIRE(store.commit().has_value());
    for (const auto& found :
         {store.find_account(ref), store.find_account_by_id("ann"),
          store.find_account_by_email("аНЯ@example.COM"), t.open_reader()->find_account(ref),
          t.open_reader()->find_account_by_email("аня@example.com")}) {
      REQUIRE(found.has_value());
      auto expected = *account("ann", "Аня@Example.com").user;
      expected.ref = ref;
      CHECK(*found->user == expected);
      CHECK(found->password_hash == "hash");
    }
    CHECK_FALSE(store.find_account_by_id("Ann").has_value());
    CHECK_FALSE(store.find_account(UserRef{99}).has_value());
  }

  TEST_CASE_TEMPLATE("accounts without email do not get in each other's way", T, EACH_STORE) {
    T t;
    auto& store = t.store();
    store.begin();
    const auto ann = store.insert_account(account("ann", ""));
    const auto bob = store.insert_account(account("bob", ""));
    CHECK(ann != bob);
    CHECK_FALSE(store.find_account_by_email("").has_value());
    REQUIRE(store.commit().has_value());
    CHECK_FALSE(store.find_account_by_email("").has_value());
  }

  TEST_CASE_TEMPLATE("an account that changes is found by its new email", T, EACH_STORE) {
    T t;
    auto& store = t.store();
    store.begin();
    auto changed = account("ann", "New@b");
    auto user = *changed.user;
    user.ref = store.insert_account(account("ann", "old@b"));
    changed = {std::make_shared<domain::User>(user), "other"};
    store.update_account(changed);
    CHECK(store.find_account(user.ref)->password_hash == "other");
    REQUIRE(store.commit().has_value());
    CHECK_FALSE(store.find_account_by_email("old@b").has_value());
    CHECK(*store.find_account_by_email("new@b")->user == user);
  }
}

TEST_SUITE("storage/contract: the log") {
  TEST_CASE_TEMPLATE("an entry keeps every column", T, EACH_STORE) {
    T t;
    auto& store = t.store();
    const Entry entry{.pos = 1,
                      .chat = ChatRef{4},
                      .rev = 2,
                      .seq = 1,
                      .previous = 0,
                      .kind = EntryKind::message,
                      .actor = UserRef{5},
                      .body = "привет 👍",
                      .client_key = "k",
                      .created = support::morning,
                      .reply_to = "64fa",
                      .is_forwarded = true};
    store.begin();
    store.append(entry);
    store.append(
        {.pos = 2, .chat = ChatRef{4}, .rev = 3, .previous = 1, .kind = EntryKind::chat_deleted});
    const auto is_same = [&](const Entry& e) {
      return e.pos == 1 && e.chat == entry.chat && e.rev == 2 && e.seq == 1 && e.previous == 0 &&
             e.kind == entry.kind && e.actor == entry.actor && e.body == entry.body &&
             e.client_key == "k" && e.type == MessageType::text && e.created == entry.created &&
             !e.edited && !e.is_deleted && e.reply_to == "64fa" && e.is_forwarded;
    };
    CHECK(is_same(store.find_entry(1).value()));
    REQUIRE(store.commit().has_value());
    CHECK(store.head() == 2);
    CHECK(is_same(store.find_entry(1).value()));
    CHECK_FALSE(store.find_entry(3).has_value());
    CHECK_FALSE(store.find_entry(0).has_value());
    const auto reader = t.open_reader();
    CHECK(reader->head() == 2);
    CHECK(is_same(reader->entries_after(0, 1).at(0)));
    CHECK(reader->entries_after(1, 10).at(0).previous == 1);
    CHECK(reader->entries_after(2, 10).empty());
    CHECK(reader->entries_after(0, 0).empty());
    CHECK(reader->entries_after(0, -1).empty());
  }

  TEST_CASE_TEMPLATE("a message is found by its client's key, before and after the commit", T,
                     EACH_STORE) {
    T t;
    auto& store = t.store();
    const auto found = [&](int actor, int chat, std::string_view key) {
      const auto entry = store.find_by_client_key(UserRef{actor}, ChatRef{chat}, key);
      return entry ? entry->pos : 0;
    };
    store.begin();
    store.append({.pos = 1,
                  .chat = ChatRef{1},
                  .rev = 1,
                  .seq = 1,
                  .kind = EntryKind::message,
                  .actor = UserRef{1},
                  .client_key = "k"});
    CHECK(found(1, 1, "k") == 1);
    REQUIRE(store.commit().has_value());
    CHECK(found(1, 1, "k") == 1);
    CHECK(found(2, 1, "k") == 0);
    CHECK(found(1, 2, "k") == 0);
    CHECK(found(1, 1, "K") == 0);
  }

  TEST_CASE_TEMPLATE("system messages are no news, from the moment they are written", T,
                     EACH_STORE) {
    T t;
    auto& store = t.store();
    store.begin();
    store.append({.pos = 1,
                  .chat = ChatRef{1},
                  .rev = 1,
                  .seq = 1,
                  .kind = EntryKind::message,
                  .actor = UserRef{1},
                  .type = MessageType::system});
    CHECK(store.uncounted(ChatRef{1}, 0, UserRef{1}) == 1);
    REQUIRE(store.commit().has_value());
    CHECK(store.uncounted(ChatRef{1}, 0, UserRef{1}) == 1);
    CHECK(store.uncounted(ChatRef{1}, 1, UserRef{1}) == 0);
    CHECK(store.uncounted(ChatRef{2}, 0, UserRef{1}) == 0);
    const Chat chat{.ref = ChatRef{1}, .last_seq = 1};
    CHECK(t.open_reader()->unread(chat, {.user = UserRef{2}}) == 0);
  }
}

TEST_SUITE("storage/contract: transactions") {
  TEST_CASE_TEMPLATE("readers see what is committed, and nothing else", T, EACH_STORE) {
    T t;
    auto& store = t.store();
    const auto reader = t.open_reader();
    store.begin();
    CHECK(store.insert_account(account("ann", "a@b")) != UserRef::none);
    CHECK(store.insert_chat(chat_of("c", {UserRef{1}})) != ChatRef::none);
    store.append({.pos = 1, .kind = EntryKind::chat_created});
    const auto seen = [&] {
      reader->begin();
      const int count = static_cast<int>(reader->head()) +
                        (reader->find_account_by_id("ann") ? 1 : 0) +
                        (reader->find_chat_by_id("c") ? 1 : 0) +
                        static_cast<int>(reader->chats_of(UserRef{1}, {.limit = 10}).size());
      reader->end();
      return count;
    };
    CHECK(seen() == 0);
    CHECK(store.head() == 0);
    REQUIRE(store.commit().has_value());
    CHECK(seen() == 4);
    CHECK_FALSE(reader->failed());
  }

  TEST_CASE_TEMPLATE("a rollback leaves nothing, and the numbers start over", T, EACH_STORE) {
    T t;
    auto& store = t.store();
    store.begin();
    const auto user = store.insert_account(account("ann", "a@b"));
    const auto chat = store.insert_chat(chat_of("c", {user}));
    store.append(
        {.pos = 1, .chat = chat, .kind = EntryKind::message, .actor = user, .client_key = "k"});
    store.rollback();
    CHECK_FALSE(store.find_account(user).has_value());
    CHECK_FALSE(store.find_chat(chat).has_value());
    CHECK_FALSE(store.find_entry(1).has_value());
    CHECK_FALSE(store.find_by_client_key(user, chat, "k").has_value());
    store.rollback();
    store.begin();
    CHECK(store.insert_account(account("bob", "b@b")) == user);
    store.append({.pos = 1, .chat = chat, .kind = EntryKind::chat_created});
    REQUIRE(store.commit().has_value());
    CHECK(store.head() == 1);
  }

  TEST_CASE_TEMPLATE("a savepoint undoes one command and keeps the others", T, EACH_STORE) {
    T t;
    auto& store = t.store();
    const auto append = [&](domain::Pos pos, const std::string& key) {
      store.append({.pos = pos,
                    .chat = ChatRef{1},
                    .rev = pos,
                    .seq = pos,
                    .kind = EntryKind::message,
                    .actor = UserRef{1},
                    .client_key = key});
    };
    store.begin();
    append(1, "one");
    store.savepoint();
    CHECK(store.insert_account(account("ann", "a@b")) != UserRef::none);
    append(2, "two");
    store.rollback_to_savepoint();
    CHECK_FALSE(store.find_entry(2).has_value());
    CHECK_FALSE(store.find_account_by_id("ann").has_value());
    store.savepoint();
    append(2, "three");
    store.release();
    append(3, "two");
    REQUIRE(store.commit().has_value());
    CHECK(store.head() == 3);
    CHECK(store.find_by_client_key(UserRef{1}, ChatRef{1}, "two")->pos == 3);
    CHECK(store.find_by_client_key(UserRef{1}, ChatRef{1}, "three")->pos == 2);
  }
}

/// A chat of `count` messages that came between others, each seq's text being its number, with
/// facts that are no messages in between.
template <typename T>
ChatRef long_chat(T& t, int count) {
  support::ChatWorld world{t.store()};
  const auto ann = world.user("ann");
  world.group("other", {"ann"});
  world.group("long", {"ann"});
  world.ledger.begin(world.now);
  ChatRef ref{};
  for (int i = 1; i <= count; ++i) {
    const auto sent = world.command(Writes::many, [&](Transaction& transaction) {
      domain::Messages messages{transaction};
      if (i % 3 == 0) CHECK(messages.send({.sender = ann, .chat_id = "other", .text = "x"}));
      const auto* chat = transaction.chat_by_id("long");
      ref = chat->ref;
      // A run of other facts longer than the distance of two marks.
      for (int j = 0; i == count / 2 && j < 150; ++j)
        transaction.append(*chat, {.kind = EntryKind::chat_created, .actor = ann});
      return messages.send({.sender = ann, .chat_id = "long", .text = std::to_string(i)});
    });
    REQUIRE(sent.has_value());
  }
  REQUIRE(world.ledger.commit().has_value());
  return ref;
}

/// Whether a window shows what filtering all messages would.
bool shows_what_it_should(domain::Reader& reader, const Chat& chat, const Window& window) {
  std::vector<domain::Seq> expected;
  const auto middle = std::clamp<domain::Seq>(window.seq, 1, chat.last_seq);
  for (domain::Seq seq = 1; seq <= chat.last_seq; ++seq) {
    const bool fits = window.from == Window::From::newest ||
                      (window.from == Window::From::before && seq < window.seq) ||
                      (window.from == Window::From::after && seq > window.seq) ||
                      (window.from == Window::From::around && seq >= middle - window.limit / 2);
    if (fits) expected.push_back(seq);
  }
  const auto limit = static_cast<std::size_t>(window.limit);
  const bool has_surplus = expected.size() > limit;
  const bool is_forward = window.from == Window::From::after || window.from == Window::From::around;
  bool has_more = has_surplus;
  if (has_surplus && is_forward) expected.resize(limit);
  if (has_surplus && !is_forward) expected.erase(expected.begin(), expected.end() - window.limit);
  if (window.from == Window::From::around) {
    // Near the end the window reaches further back instead.
    while (expected.size() < limit && expected.front() > 1)
      expected.insert(expected.begin(), expected.front() - 1);
    has_more = has_surplus || expected.front() > 1;
  }
  const auto page = reader.messages(chat, window);
  if (page.has_more != has_more || page.messages.size() != expected.size()) return false;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto& message = page.messages[i];
    if (message.seq != expected[i] || message.text != std::to_string(expected[i])) return false;
    if (!message.sender || message.sender->id != "ann" || message.chat_id != "long") return false;
  }
  return true;
}

TEST_SUITE("storage/contract: windows (CONTRACT messages:list)") {
  TEST_CASE_TEMPLATE("every window over several hundred messages is what filtering gives", T,
                     EACH_STORE) {
    T t;
    const auto ref = long_chat(t, 400);
    const auto reader = t.open_reader();
    reader->begin();
    const auto chat = reader->find_chat(ref).value();
    REQUIRE(chat.last_seq == 400);
    using From = Window::From;
    for (const std::int64_t limit : {1, 2, 50, 200}) {
      CHECK(shows_what_it_should(*reader, chat, {From::newest, 0, limit}));
      for (domain::Seq seq = 0; seq <= 401; seq += seq > 60 && seq < 390 ? 7 : 1) {
        CHECK(shows_what_it_should(*reader, chat, {From::before, seq, limit}));
        CHECK(shows_what_it_should(*reader, chat, {From::after, seq, limit}));
        CHECK(shows_what_it_should(*reader, chat, {From::around, seq, limit}));
      }
    }
    CHECK(reader->messages(chat, {From::newest, 0, 1'000'000}).messages.size() == 200);
    reader->end();
    CHECK_FALSE(reader->failed());
  }

  TEST_CASE_TEMPLATE("the writer finds messages by seq too, those of its transaction among them", T,
                     EACH_STORE) {
    T t;
    support::ChatWorld world{t.store()};
    const auto ann = world.user("ann");
    const auto id = world.group("g", {"ann"});
    for (int i = 0; i < 150; ++i) world.send({.sender = ann, .chat_id = id, .text = "x"}).value();
    world.ledger.begin(world.now);
    for (int i = 0; i < 50; ++i) {
      const auto sent = world.command(Writes::once, [&](Transaction& transaction) {
        return domain::Messages{transaction}.send({.sender = ann, .chat_id = id, .text = "x"});
      });
      REQUIRE(sent.has_value());
    }
    const auto* chat = world.ledger.transaction().chat_by_id(id);
    for (const auto& [first, last] :
         {std::pair{1, 200}, {1, 1}, {63, 66}, {140, 160}, {151, 170}, {200, 200}, {5, 4}}) {
      const auto found = t.store().messages_between(*chat, first, last);
      REQUIRE(found.size() == static_cast<std::size_t>(last - first + 1));
      for (std::size_t i = 0; i < found.size(); ++i)
        CHECK(found[i].seq == first + static_cast<domain::Seq>(i));
    }
    REQUIRE(world.ledger.commit().has_value());
  }

  TEST_CASE_TEMPLATE("what a user has not read is told for each chat", T, EACH_STORE) {
    T t;
    support::ChatWorld world{t.store()};
    const auto ann = world.user("ann");
    const auto bob = world.user("bob");
    for (const auto* id : {"one", "two", "gone"}) {
      world.group(id, {"ann", "bob"});
      world.send({.sender = ann, .chat_id = id, .text = "x"}).value();
    }
    world
        .run(
            Writes::many,
            [&](Transaction& transaction) { return domain::Chats{transaction}.erase(ann, "gone"); })
        .value();
    world.send({.sender = bob, .chat_id = "two", .text = "x"}).value();
    world.send({.sender = ann, .chat_id = "two", .text = "x"}).value();
    std::vector<std::int64_t> counts;
    for (const auto& row : t.store().unread_by_chat(bob)) counts.push_back(row.unread);
    std::sort(counts.begin(), counts.end());
    CHECK(counts == std::vector<std::int64_t>{1, 2});
    CHECK(t.store().unread_by_chat(UserRef{99}).empty());
  }

  TEST_CASE_TEMPLATE("a chat without messages has empty windows", T, EACH_STORE) {
    T t;
    support::ChatWorld world{t.store()};
    world.user("ann");
    world.group("c", {"ann"});
    const auto reader = t.open_reader();
    const auto chat = reader->find_chat_by_id("c").value();
    for (const auto from :
         {Window::From::newest, Window::From::before, Window::From::after, Window::From::around}) {
      const auto page = reader->messages(chat, {from, 0, 10});
      CHECK(page.messages.empty());
      CHECK_FALSE(page.has_more);
    }
  }
}

}  // namespace
}  // namespace veche::storage
