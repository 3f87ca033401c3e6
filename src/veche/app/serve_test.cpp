// Goal: a server that cannot start says so and ends with 1. What it does once started is what
// tests/product is about.

#include "veche/app/serve.hpp"

#include <doctest/doctest.h>

namespace veche::app {
namespace {

TEST_SUITE("app/serve") {
  TEST_CASE(
      "a weak secret, a file to import that is not there, a folder that cannot be, an address that "
      "is none") {
    Settings settings;
    settings.store = StoreKind::memory;
    settings.jwt_secret = "short";
    CHECK(serve(settings) == 1);

    settings.jwt_secret = "a secret of the tests, 32 bytes or more";
    settings.import_file = "/dev/null/world.jsonl";
    CHECK(serve(settings) == 1);
    settings.import_file.clear();
    settings.host = "no address";
    CHECK(serve(settings) == 1);

    settings.store = StoreKind::sqlite;
    settings.data_dir = "/dev/null/veche";
    CHECK(serve(settings) == 1);
  }
}

}  // namespace
}  // namespace veche::app
