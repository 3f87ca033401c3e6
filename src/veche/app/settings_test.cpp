// Goal: one weight of sources, and a wrong name or value that is told in one line with its place.
// Method: sources as values.

#include "veche/app/settings.hpp"

#include <map>

#include <doctest/doctest.h>

namespace veche::app {
namespace {

using namespace std::chrono_literals;

Sources sources(std::map<std::string, std::string> environment, std::string file = {},
                std::vector<std::pair<std::string, std::string>> flags = {}) {
  Sources all;
  all.flags = std::move(flags);
  all.environment =
      [values = std::move(environment)](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional{found->second};
  };
  all.file_name = "veche.toml";
  if (!file.empty()) all.file_text = std::move(file);
  return all;
}

std::string error_of(const Sources& all) {
  const auto read = read_settings(all);
  return read ? "no error" : read.error().text;
}

TEST_SUITE("app/settings: precedence") {
  TEST_CASE("flags outweigh the environment, that the file, that the default") {
    const std::string file = "port = 1\nloops = 2\nmax-payload = 5000\n";
    const auto read =
        read_settings(sources({{"PORT", "3"}, {"VECHE_LOOPS", "4"}}, file, {{"port", "5"}}));
    REQUIRE(read.has_value());
    CHECK(read->port == 5);
    CHECK(read->loops == 4);
    CHECK(read->max_payload == 5000);
    CHECK(read->ping_interval == 25s);
  }

  TEST_CASE("a certificate and its key belong together") {
    const auto both = read_settings(sources({{"VECHE_TLS_KEY", "k"}}, {}, {{"tls-cert", "c"}}));
    REQUIRE(both.has_value());
    CHECK(both->tls_cert + both->tls_key == "ck");
    CHECK(error_of(sources({{"VECHE_TLS_CERT", "c"}})) ==
          "tls-cert and tls-key belong together: tls-key is missing");
    CHECK(error_of(sources({}, "tls-key = \"k\"")) ==
          "tls-cert and tls-key belong together: tls-cert is missing");
  }

  TEST_CASE("the demo listens on loopback unless a host is named") {
    CHECK(read_settings(sources({}))->host == "0.0.0.0");
    CHECK(read_settings(sources({{"VECHE_DEMO", "1"}}))->host == "127.0.0.1");
    CHECK(read_settings(sources({{"HOST", "::1"}}, {}, {{"demo", "true"}}))->host == "::1");
  }

  TEST_CASE("FRONTEND_URL and CORS_ORIGIN are united") {
    const auto read = read_settings(
        sources({{"FRONTEND_URL", "http://a:1/"}, {"CORS_ORIGIN", "https://b, https://c"}}));
    REQUIRE(read.has_value());
    CHECK(read->origins == std::vector<std::string>{"http://a:1", "https://b", "https://c"});
  }

  TEST_CASE("a list in the file is a list") {
    const auto read = read_settings(sources({}, "origins = [\"https://a\", \"https://b\"]"));
    REQUIRE(read.has_value());
    CHECK(read->origins.size() == 2);
  }

  TEST_CASE("MONGODB_URI is one warning") {
    CHECK(read_settings(sources({{"MONGODB_URI", "mongodb://x"}}))->warnings.size() == 1);
  }
}

TEST_SUITE("app/settings: errors") {
  TEST_CASE("an unknown name tells its place and what was probably meant") {
    CHECK(error_of(sources({}, "# first\n  prot = 1\n")) ==
          "veche.toml:2:3: unknown setting 'prot'; did you mean 'port'?");
    CHECK(error_of(sources({}, {}, {{"pingg-interval", "1"}})) ==
          "--pingg-interval: unknown flag; did you mean 'ping-interval'?");
    CHECK(error_of(sources({}, "zzzzzzzzzz = 1")) ==
          "veche.toml:1:1: unknown setting 'zzzzzzzzzz'");
  }

  TEST_CASE("a wrong value tells what is wanted") {
    CHECK(error_of(sources({{"PORT", "70000"}})) ==
          "PORT: wants a whole number from 0 to 65535, not '70000'");
    CHECK(error_of(sources({{"PORT", "3001x"}})).starts_with("PORT: wants"));
    CHECK(read_settings(sources({{"VECHE_DELIVERY_TICK", "100"}}))->delivery_tick == 100ms);
    CHECK(error_of(sources({}, {}, {{"delivery-tick", "101"}})).find("from 0 to 100") !=
          std::string::npos);
    CHECK(error_of(sources({}, "store = \"mongo\"")).starts_with("veche.toml:1:1: wants sqlite"));
    CHECK(error_of(sources({{"FRONTEND_URL", "localhost:3000"}})).find("wants origins") !=
          std::string::npos);
    CHECK(error_of(sources({}, "port = {a = 1}")) ==
          "veche.toml:1:1: 'port' is a value, not a table");
  }

  TEST_CASE("broken TOML tells line and column") {
    CHECK(error_of(sources({}, "port = \n")).starts_with("veche.toml:1:"));
  }
}

TEST_SUITE("app/settings: durations") {
  TEST_CASE("a number has a unit, seconds when none is written") {
    CHECK(parse_duration("90") == 90s);
    CHECK(parse_duration("15m") == 15min);
    CHECK(parse_duration("7d") == 168h);
    CHECK(parse_duration("2w") == 336h);
    for (const auto* bad : {"", "0", "-1", "m", "7 d", "7D", "7dd", "999999999d"}) {
      CHECK_FALSE(parse_duration(bad).has_value());
    }
  }
}

}  // namespace
}  // namespace veche::app
