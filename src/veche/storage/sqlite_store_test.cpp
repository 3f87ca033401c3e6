// Goal: what is committed is there after a restart, and what cannot be opened says why. Method:
// real folders, opened again and again.

#include "veche/storage/sqlite_store.hpp"

#include <fstream>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "veche/storage/contract_test.hpp"

namespace veche::storage {
namespace {

struct StoreFixture {
  support::TempFolder temp;
  support::SeededRng rng;
  std::filesystem::path folder{temp.path() / "data"};

  Result<std::unique_ptr<SqliteStore>> open() { return SqliteStore::open({.folder = folder}, rng); }
  std::unique_ptr<Database> database() { return Database::open(folder / "veche.db").value(); }
};

TEST_SUITE("storage/sqlite_store: restart") {
  TEST_CASE("everything committed is there, nothing else, and numbers go on") {
    StoreFixture f;
    std::string epoch;
    {
      auto store = f.open().value();
      epoch = store->epoch();
      support::ChatWorld world{*store};
      const auto ann = world.user("ann");
      world.group("c", {"ann"});
      REQUIRE(world.send({.sender = ann, .chat_id = "c", .text = "one"}).has_value());
      store->begin();
      store->append({.pos = 3, .kind = domain::EntryKind::message, .body = "lost"});
    }
    auto store = f.open().value();
    CHECK(store->epoch() == epoch);
    CHECK(epoch.size() == 16);
    CHECK(store->head() == 2);
    CHECK(store->find_entry(2)->body == "one");
    support::ChatWorld world{*store};
    const auto sent = world.send({.sender = domain::UserRef{1}, .chat_id = "c", .text = "two"});
    CHECK(sent->message->pos == 3);
    CHECK(sent->message->seq == 2);
    CHECK(store->verify().has_value());
  }

  TEST_CASE("another store has another epoch") {
    StoreFixture f;
    auto first = f.open().value();
    f.folder = f.temp.path() / "other";
    CHECK(f.open().value()->epoch() != first->epoch());
  }

  TEST_CASE("commits are durable: a write-ahead log, synchronous=FULL, files for the owner") {
    StoreFixture f;
    auto store = f.open().value();
    support::ChatWorld world{*store};
    world.user("ann");
    CHECK(f.database()->ask("PRAGMA journal_mode").value() == "wal");
    for (const auto* name : {"veche.db", "veche.db-wal", "veche.db-shm"}) {
      struct ::stat status {};
      REQUIRE(::stat((f.folder / name).c_str(), &status) == 0);
      CHECK((status.st_mode & 0777U) == 0600);
    }
  }
}

TEST_SUITE("storage/sqlite_store: marks") {
  TEST_CASE("each 64th fact of a chat has a mark with the chat's newest message") {
    StoreFixture f;
    auto store = f.open().value();
    support::ChatWorld world{*store};
    const auto ann = world.user("ann");
    world.group("c", {"ann"});
    const auto facts = [&](domain::EntryKind kind, int count) {
      const auto done = world.run(domain::Writes::many, [&](domain::Transaction& t) -> Result<int> {
        for (int i = 0; i < count; ++i) t.append(*t.chat_by_id("c"), {.kind = kind, .actor = ann});
        return 0;
      });
      REQUIRE(done.has_value());
    };
    facts(domain::EntryKind::message, 10);
    facts(domain::EntryKind::chat_created, 180);
    facts(domain::EntryKind::message, 65);
    CHECK(f.database()
              ->ask("SELECT group_concat(rev || ':' || seq || '@' || pos, ' ') FROM marks")
              .value() == "64:10@64 128:10@128 192:11@192 256:75@256");
  }
}

TEST_SUITE("storage/sqlite_store: what cannot be opened") {
  TEST_CASE("a folder that another store has") {
    StoreFixture f;
    const auto store = f.open();
    CHECK(f.open().error().code == Errc::conflict);
  }

  TEST_CASE("a database of a newer veche, which stays as it is") {
    StoreFixture f;
    f.open().value().reset();
    REQUIRE(f.database()->run("PRAGMA user_version=99").has_value());
    const auto refused = f.open();
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == Errc::invalid);
    CHECK(refused.error().text.find("veche.db: the database has schema 99") != std::string::npos);
    CHECK(f.database()->ask("PRAGMA user_version").value() == "99");
  }

  TEST_CASE("a file that is no database, or damaged, or a folder") {
    const auto error_of = [](auto make) {
      StoreFixture f;
      std::filesystem::create_directory(f.folder);
      make(f);
      const auto opened = f.open();
      REQUIRE_FALSE(opened.has_value());
      CHECK(opened.error().code == Errc::io);
      CHECK(opened.error().text.find((f.folder / "veche.db").string() + ": ") == 0);
      return opened.error().text.substr(opened.error().text.rfind(": ") + 2);
    };
    CHECK(error_of([](StoreFixture& f) {
            std::ofstream{f.folder / "veche.db"} << std::string(9000, 'n');
          }) == "file is not a database");
    CHECK(error_of([](StoreFixture& f) {
            f.open().value().reset();
            std::fstream file{f.folder / "veche.db"};
            file.seekp(100);
            file << std::string(4000, 'n');
          }) == "database disk image is malformed");
    CHECK(error_of([](StoreFixture& f) {
            std::filesystem::create_directory(f.folder / "veche.db");
          }) == "Is a directory");
  }
}

TEST_SUITE("storage/sqlite_store: failures") {
  TEST_CASE("a statement that fails fails the transaction, and the next one is well") {
    StoreFixture f;
    auto store = f.open().value();
    const domain::Account ann{std::make_shared<domain::User>(domain::User{.id = "ann"}), {}};
    store->begin();
    CHECK(store->insert_account(ann) != domain::UserRef::none);
    CHECK(store->insert_account(ann) == domain::UserRef::none);
    CHECK(store->failed());
    CHECK_FALSE(store->find_account_by_id("ann").has_value());
    const auto committed = store->commit();
    REQUIRE_FALSE(committed.has_value());
    CHECK(committed.error().code == Errc::io);
    CHECK(committed.error().text.find("UNIQUE constraint failed") != std::string::npos);
    CHECK_FALSE(store->failed());
    store->begin();
    CHECK_FALSE(store->find_account_by_id("ann").has_value());
    CHECK(store->insert_account(ann) != domain::UserRef::none);
    CHECK(store->commit().has_value());
  }

  TEST_CASE("damage to the file is not forgiven: no commit succeeds any more") {
    StoreFixture f;
    {
      auto store = f.open().value();
      support::ChatWorld world{*store};
      const auto ann = world.user("ann");
      world.group("c", {"ann"});
      for (int i = 0; i < 300; ++i)
        CHECK(world.send({.sender = ann, .chat_id = "c", .text = std::string(100, 'x')}));
    }
    auto store = f.open().value();
    const auto bytes = std::filesystem::file_size(f.folder / "veche.db");
    {
      std::fstream file{f.folder / "veche.db"};
      file.seekp(4096);
      file << std::string(bytes - 4096, '\xEE');
    }
    store->begin();
    for (domain::Pos pos = 1; pos <= 301; ++pos) {
      if (store->find_entry(pos) && store->failed()) break;
    }
    CHECK(store->failed());
    CHECK(store->commit().error().code == Errc::io);
    store->begin();
    CHECK(store->failed());
    CHECK(store->commit().error().code == Errc::io);
    CHECK(store->failure().find("malformed") != std::string::npos);
  }
}

}  // namespace
}  // namespace veche::storage
