// Goal: one process, one folder, nobody else's eyes. Method: real folders.

#include "veche/storage/data_folder.hpp"

#include <fstream>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "support/temp_folder.hpp"

namespace veche::storage {
namespace {

unsigned mode_of(const std::filesystem::path& path) {
  struct ::stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777U;
}

TEST_SUITE("storage/data_folder") {
  TEST_CASE("folder and files are made for their owner alone") {
    const support::TempFolder temp;
    const auto path = temp.path() / "deep" / "data";
    const auto folder = DataFolder::open(path);
    REQUIRE(folder.has_value());
    const auto file = folder->private_file("f");
    REQUIRE(file.has_value());
    CHECK(mode_of(path) == 0700);
    CHECK(mode_of(*file) == 0600);
    CHECK(mode_of(path / "veche.lock") == 0600);
  }

  TEST_CASE("a folder in use is refused until it is free") {
    const support::TempFolder temp;
    {
      auto first = DataFolder::open(temp.path());
      REQUIRE(first.has_value());
      const auto held = std::move(*first);
      const auto second = DataFolder::open(temp.path());
      REQUIRE_FALSE(second.has_value());
      CHECK(second.error().code == Errc::conflict);
      CHECK(second.error().text ==
            temp.path().string() + ": another process uses this data folder");
    }
    CHECK(DataFolder::open(temp.path()).has_value());
  }

  TEST_CASE("a file in the folder's place is an error that names it") {
    const support::TempFolder temp;
    const auto path = temp.path() / "file";
    std::ofstream{path} << "x";
    const auto folder = DataFolder::open(path);
    REQUIRE_FALSE(folder.has_value());
    CHECK(folder.error().code == Errc::io);
    CHECK(folder.error().text.find(path.string()) == 0);
    CHECK(DataFolder::open("/proc/none/here").error().code == Errc::io);
  }
}

}  // namespace
}  // namespace veche::storage
