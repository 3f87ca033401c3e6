// Goal: no weak secret without being told to, and a generated one that stays.
// Method: a folder of the test's own.

#include "veche/app/secret.hpp"

#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "support/seeded_rng.hpp"
#include "support/temp_folder.hpp"

namespace veche::app {
namespace {

TEST_SUITE("app/secret: check") {
  TEST_CASE("short and well-known secrets are refused, the text says how to accept them") {
    for (const auto* weak :
         {"", "short", "0123456789012345678901234567890", "your-secret-key-change-in-production",
          "YOUR_SUPER_SECRET_JWT_KEY_HERE!!"}) {
      const auto checked = check_secret(weak);
      REQUIRE_FALSE(checked.has_value());
      CHECK(checked.error().text.find("--allow-weak-secret") != std::string::npos);
    }
    CHECK(check_secret("01234567890123456789012345678901").has_value());
  }

  TEST_CASE("the settings may insist") {
    testing::SeededRng rng{1};
    Settings settings;
    settings.jwt_secret = "weak";
    CHECK_FALSE(resolve_secret(settings, rng).has_value());
    settings.allow_weak_secret = true;
    CHECK(resolve_secret(settings, rng).value() == "weak");
  }
}

TEST_SUITE("app/secret: generated") {
  TEST_CASE("it is made once, for the owner alone, and read from then on") {
    const support::TempFolder temp;
    const auto folder = temp.path() / "data";
    testing::SeededRng rng{1};
    Settings settings;
    settings.data_dir = folder.string();
    const auto first = resolve_secret(settings, rng);
    REQUIRE(first.has_value());
    CHECK(first->size() == 64);
    CHECK(resolve_secret(settings, rng) == first);
    struct stat status {};
    REQUIRE(::stat((folder / "jwt-secret").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600U);
    REQUIRE(::stat(folder.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0700U);
  }

  TEST_CASE("a file that is too short is no secret") {
    const support::TempFolder temp;
    const auto folder = temp.path() / "data";
    testing::SeededRng rng{1};
    Settings settings;
    settings.data_dir = folder.string();
    REQUIRE(make_data_dir(settings.data_dir).has_value());
    std::ofstream{folder / "jwt-secret"} << "abc\n";
    CHECK(resolve_secret(settings, rng).error().code == Errc::io);
  }

  TEST_CASE("a folder that cannot be made is told") {
    testing::SeededRng rng{1};
    Settings settings;
    settings.data_dir = "/dev/null/veche";
    CHECK(resolve_secret(settings, rng).error().text.find("/dev/null/veche") != std::string::npos);
  }
}

}  // namespace
}  // namespace veche::app
