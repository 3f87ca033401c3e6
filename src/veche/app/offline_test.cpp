// Goal: each command does its work on a folder, or says why not with its code.
// Method: folders of the test's own; what is printed is the product tests' concern.

#include "veche/app/offline.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <doctest/doctest.h>
#include <unistd.h>

#include "support/seeded_rng.hpp"

namespace veche::app {
namespace {

struct Folder {
  explicit Folder(const std::string& name)
      : path{std::filesystem::temp_directory_path() /
             ("veche-offline-" + name + std::to_string(::getpid()))} {
    std::filesystem::remove_all(path);
    settings.data_dir = path / "data";
    settings.jwt_secret = "a secret of the tests, 32 bytes or more";
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
  Settings settings;
};

CommandLine kim() {
  CommandLine line;
  line.name = "Kim";
  line.email = "kim@example.com";
  line.id = "kim";
  return line;
}

TEST_SUITE("app/offline") {
  TEST_CASE("a user is added once") {
    Folder folder{"user"};
    CHECK(add_user(kim(), folder.settings) == 0);
    CHECK(add_user(kim(), folder.settings) == 1);
    CommandLine bad = kim();
    bad.password = "short";
    bad.id = "other";
    CHECK(add_user(bad, folder.settings) == 1);
    CHECK(check(folder.settings) == 0);
  }

  TEST_CASE("a token needs an id and a duration") {
    Folder folder{"token"};
    CommandLine line;
    line.user = "kim";
    CHECK(print_token(line, folder.settings) == 0);
    line.ttl = "soon";
    CHECK(print_token(line, folder.settings) == 1);
    line.ttl = "1h";
    line.user = "no id";
    CHECK(print_token(line, folder.settings) == 1);
  }

  TEST_CASE("an import that fails leaves nothing") {
    Folder folder{"import"};
    std::filesystem::create_directories(folder.path);
    const auto file = folder.path / "w.jsonl";
    std::ofstream{file} << R"({"user":{"_id":"ann","name":"Ann"}})"
                        << "\nnonsense\n";
    CommandLine line;
    line.file = file;
    CHECK(import_file(line, folder.settings) == 1);
    testing::SeededRng rng{1};
    {
      auto store = open_store(folder.settings, rng);
      REQUIRE(store.has_value());
      CHECK_FALSE(store->store().find_account_by_id("ann").has_value());
      CHECK_FALSE(open_store(folder.settings, rng).has_value());  // one process at a time
      CHECK(check(folder.settings) == 1);
    }
    line.file = folder.path / "nowhere.jsonl";
    CHECK(import_file(line, folder.settings) == 1);
  }

  TEST_CASE("damage is told by the check") {
    Folder folder{"damage"};
    REQUIRE(add_user(kim(), folder.settings) == 0);
    std::ofstream{folder.settings.data_dir + "/veche.db"} << std::string(8192, 'x');
    CHECK(check(folder.settings) == 2);
  }
}

}  // namespace
}  // namespace veche::app
