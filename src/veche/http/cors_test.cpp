// Goal: browsers hear the contract's answer to the letter and foreign pages are not served.
// Method: settings and headers in, the answer's fields as one line out.

#include "veche/http/cors.hpp"

#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "veche/http/serialize.hpp"

namespace veche::http {
namespace {

constexpr auto* one = "http://localhost:3000";
constexpr auto* two = "https://a.example, http://localhost:3000/";

Cors cors(std::string_view origins) { return Cors::parse(origins).value(); }

std::string line(const Headers& headers) {
  std::string text;
  for (const auto& field : headers) text += field.name + ": " + field.value + "; ";
  return text;
}

std::string headers(std::string_view origins, std::optional<std::string_view> origin) {
  Headers answer;
  cors(origins).add_headers(origin, answer);
  return line(answer);
}

std::string allow(std::string_view origin) {
  return "Access-Control-Allow-Origin: " + std::string{origin} +
         "; Access-Control-Allow-Credentials: true; ";
}

bool is_allowed(std::string_view origins, std::optional<std::string_view> origin,
                std::string_view host = "chat.example:3001") {
  return cors(origins).verdict(origin, host) == Cors::Verdict::allowed;
}

TEST_SUITE("http/cors: R2, headers") {
  TEST_CASE("a single origin is always the one that is named") {
    CHECK(headers(one, std::nullopt) == allow(one) + "Vary: Origin; ");
    CHECK(headers(one, "http://evil.example") == allow(one) + "Vary: Origin; ");
    CHECK(headers(one, one) == allow(one) + "Vary: Origin; ");
  }

  TEST_CASE("of several the one that asks is named, or else the first") {
    CHECK(headers(two, "http://localhost:3000") == allow(one) + "Vary: Origin; ");
    CHECK(headers(two, "http://evil.example") == allow("https://a.example") + "Vary: Origin; ");
    CHECK(headers(two, std::nullopt) == allow("https://a.example") + "Vary: Origin; ");
    CHECK(headers(two, "null") == allow("https://a.example") + "Vary: Origin; ");
  }

  TEST_CASE("any origin is repeated, unless it could harm") {
    CHECK(headers("*", "http://x.example") == allow("http://x.example") + "Vary: Origin; ");
    CHECK(headers("*", "null") == allow("null") + "Vary: Origin; ");
    CHECK(headers("*", std::nullopt) == "Access-Control-Allow-Origin: *; Vary: Origin; ");
    CHECK(headers("*", "a\r\nb") == "Access-Control-Allow-Origin: *; Vary: Origin; ");
  }

  TEST_CASE("without any origin nothing is allowed") {
    CHECK(headers("", "http://x.example") == "Vary: Origin; ");
  }
}

TEST_SUITE("http/cors: R2, preflight") {
  std::string preflight(std::string_view asked) {
    Headers request;
    request.add("Origin", one);
    if (!asked.empty()) request.add("Access-Control-Request-Headers", std::string{asked});
    const auto response = cors(one).preflight(request);
    CHECK(response.status == 204);
    CHECK(has_safe_fields(response));
    return line(response.headers);
  }

  const auto before = allow(one) +
                      "Vary: Origin, Access-Control-Request-Headers; "
                      "Access-Control-Allow-Methods: GET,HEAD,PUT,PATCH,POST,DELETE; ";

  TEST_CASE("what was asked for is repeated") {
    CHECK(preflight("authorization, content-type") ==
          before +
              "Access-Control-Allow-Headers: authorization, content-type; Content-Length: 0; ");
    CHECK(preflight("") == before + "Content-Length: 0; ");
  }

  TEST_CASE("what is no list of names, or too long, is not") {
    const auto silent = before + "Content-Length: 0; ";
    CHECK(preflight("a\r\nb") == silent);
    CHECK(preflight("<script>") == silent);
    CHECK(preflight("a:b") == silent);
    CHECK(preflight(std::string(1'025, 'a')) == silent);
    CHECK(preflight(std::string(1'024, 'a')) != silent);
  }
}

TEST_SUITE("http/cors: hostile input 18, verdict") {
  TEST_CASE("an origin that is absent, listed or the server's own is served") {
    CHECK(is_allowed(one, std::nullopt));
    CHECK(is_allowed(one, "http://localhost:3000"));
    CHECK(is_allowed(one, "HTTP://LOCALHOST:3000"));
    CHECK(is_allowed(two, "https://a.example:443"));
    CHECK(is_allowed(one, "http://chat.example:3001"));
    CHECK(is_allowed(one, "https://chat.example:3001"));
    CHECK(is_allowed(one, "http://h:80", "h"));
    CHECK(is_allowed(one, "https://h", "H:443"));
    CHECK(is_allowed(one, "https://h", "h"));
    CHECK(is_allowed(one, "http://[::1]:3001", "[::1]:3001"));
  }

  TEST_CASE("every other is refused") {
    for (const std::string_view origin :
         {"", "null", "http://localhost", "https://localhost:3000", "http://localhost:3000/",
          "http://localhost:3000.evil.example", "https://a.example.evil", "http://chat.example",
          "http://u@localhost:3000", "http://localhost:3000 http://evil.example",
          "capacitor://chat.example:3001", "http://localhost:3000\r\nX: y", "http://\xff"}) {
      CAPTURE(origin);
      CHECK_FALSE(is_allowed(two, origin));
    }
    CHECK_FALSE(is_allowed(one, "http://h", "h:443"));
    CHECK_FALSE(is_allowed(one, "http://h", ""));
    CHECK_FALSE(is_allowed("https://good.com", "https://good.com.evil"));
  }

  TEST_CASE("with any origin only what is not visible ASCII is refused") {
    CHECK(is_allowed("*", "http://x.example"));
    CHECK(is_allowed("*", "null"));
    CHECK(is_allowed("*", std::nullopt));
    CHECK_FALSE(is_allowed("*", "http://x\r\n"));
    CHECK_FALSE(is_allowed("*", "http://\xff"));
    CHECK_FALSE(is_allowed("*", ""));
  }

  TEST_CASE("no origin makes unsafe fields, whatever it holds") {
    CHECK(rc::check([](const std::string& origin, const std::string& asked) {
      Headers request;
      request.add("Origin", origin);
      request.add("Access-Control-Request-Headers", asked);
      RC_ASSERT(has_safe_fields(cors("*").preflight(request)));
      RC_ASSERT(has_safe_fields(cors(two).preflight(request)));
    }));
  }
}

TEST_SUITE("http/cors: patterns") {
  constexpr auto* pattern = "https://*.example.com, http://*.local:8080";

  TEST_CASE("a star stands for one or more labels") {
    for (const std::string_view origin :
         {"https://a.example.com", "https://a.b.example.com", "https://A.EXAMPLE.com",
          "https://a.example.com:443", "https://x-1_y.example.com", "http://dev.local:8080"}) {
      CAPTURE(origin);
      CHECK(is_allowed(pattern, origin));
      CHECK(headers(pattern, origin) == allow(origin) + "Vary: Origin; ");
    }
  }

  TEST_CASE("and for nothing else") {
    for (const std::string_view origin :
         {"https://example.com", "https://.example.com", "https://a..example.com",
          "https://aexample.com", "https://a.example.com.evil", "https://evil/a.example.com",
          "https://evil%2f.example.com", "https://*.example.com", "https://u@a.example.com",
          "http://a.example.com", "https://a.example.com:8443", "http://dev.local", "null",
          "https://a.example.com\r\n", "https://good.com.evil", "https://evil#.example.com"}) {
      CAPTURE(origin);
      CHECK_FALSE(is_allowed(pattern, origin));
      CHECK(headers(pattern, origin) == "Vary: Origin; ");
    }
  }

  TEST_CASE("listed origins and patterns stand together") {
    CHECK(headers("https://b.org, https://*.a.org", "https://x.a.org") ==
          allow("https://x.a.org") + "Vary: Origin; ");
    CHECK(headers("https://b.org, https://*.a.org", "https://evil") ==
          allow("https://b.org") + "Vary: Origin; ");
  }

  TEST_CASE("a star elsewhere is no origin") {
    for (const std::string_view bad :
         {"https://*", "https://*.", "https://a.*.com", "https://*a.com", "https://**.com",
          "https://*.*.com", "*://a.com", "https://a.com:*"}) {
      CAPTURE(bad);
      CHECK_FALSE(Cors::parse(bad).has_value());
    }
  }
}

TEST_SUITE("http/cors: a predicate") {
  TEST_CASE("is asked about what is visible, and answers for all") {
    std::string asked;
    auto cors = Cors::allowing([&asked](std::string_view origin) {
      asked += std::string{origin} + " ";
      return origin.ends_with("good");
    });
    CHECK(cors.verdict("app://good", "h") == Cors::Verdict::allowed);
    CHECK(cors.verdict("app://bad", "h") == Cors::Verdict::refused);
    CHECK(cors.verdict("a\ngood", "h") == Cors::Verdict::refused);
    CHECK(cors.verdict("http://h", "h") == Cors::Verdict::allowed);
    CHECK(cors.verdict(std::nullopt, "h") == Cors::Verdict::allowed);
    CHECK(asked == "app://good app://bad http://h ");
    Headers answer;
    cors.add_headers("app://good", answer);
    cors.add_headers("app://bad", answer);
    CHECK(line(answer) == allow("app://good") + "Vary: Origin; Vary: Origin; ");
  }
}

TEST_SUITE("http/cors: options") {
  using namespace std::chrono_literals;

  TEST_CASE("without credentials nobody is told that there may be some") {
    auto all = cors("*");
    all.set_options({.credentials = false});
    Headers answer;
    all.add_headers("https://x", answer);
    CHECK(line(answer) == "Access-Control-Allow-Origin: *; Vary: Origin; ");
    auto fixed = cors(one);
    fixed.set_options({.credentials = false});
    Headers other;
    fixed.add_headers(one, other);
    CHECK(line(other) == "Access-Control-Allow-Origin: " + std::string{one} + "; Vary: Origin; ");
  }

  TEST_CASE("methods, headers, exposed headers and an age are said as they are set") {
    auto set = cors(one);
    set.set_options({.methods = "GET,POST",
                     .allowed_headers = "x-token",
                     .exposed_headers = "x-page",
                     .max_age = 600s});
    Headers request;
    request.add("Access-Control-Request-Headers", "x-other");
    CHECK(line(set.preflight(request).headers) ==
          allow(one) +
              "Vary: Origin; Access-Control-Allow-Methods: GET,POST; "
              "Access-Control-Allow-Headers: x-token; Access-Control-Max-Age: 600; "
              "Access-Control-Expose-Headers: x-page; Content-Length: 0; ");
    Headers answer;
    set.add_headers(one, answer);
    CHECK(line(answer) == allow(one) + "Vary: Origin; Access-Control-Expose-Headers: x-page; ");
  }
}

TEST_SUITE("http/cors: settings") {
  TEST_CASE("repeats, blanks and a slash at the end are ignored") {
    const auto read = cors(" http://a ,, http://A:80/,http://b");
    Headers answer;
    read.add_headers("http://b", answer);
    CHECK(answer.find("access-control-allow-origin") == "http://b");
    CHECK(headers("http://a,http://A:80/", "http://b") == allow("http://a") + "Vary: Origin; ");
  }

  TEST_CASE("what is no origin is named") {
    for (const std::string_view bad : {"localhost:3000", "http://a/b", "null", "http://a b"}) {
      const auto read = Cors::parse(bad);
      REQUIRE_FALSE(read.has_value());
      CHECK(read.error() == Error{Errc::invalid, "'" + std::string{bad} + "' is not an origin"});
    }
  }
}

}  // namespace
}  // namespace veche::http
