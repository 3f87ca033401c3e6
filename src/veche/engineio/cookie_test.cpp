// Goal: the cookie is the reference server's, attribute by attribute. Method: options in, a line
// out.

#include "veche/engineio/cookie.hpp"

#include <doctest/doctest.h>

namespace veche::engineio {
namespace {

using namespace std::chrono_literals;

TEST_SUITE("engineio/cookie: RFC 6265 section 4.1") {
  TEST_CASE("the defaults are the reference server's") {
    CHECK(set_cookie({}, "SID") == "io=SID; Path=/; HttpOnly; SameSite=Lax");
  }

  TEST_CASE("each attribute can be set, or left out") {
    CookieOptions all;
    all.name = "veche";
    all.path = "/chat";
    all.domain = "example.com";
    all.max_age = 24h;
    all.same_site = SameSite::none;
    all.secure = true;
    CHECK(set_cookie(all, "SID") ==
          "veche=SID; Max-Age=86400; Domain=example.com; Path=/chat; HttpOnly; Secure; "
          "SameSite=None");
    CookieOptions bare;
    bare.path.clear();
    bare.http_only = false;
    bare.same_site.reset();
    CHECK(set_cookie(bare, "SID") == "io=SID");
    bare.same_site = SameSite::strict;
    CHECK(set_cookie(bare, "SID") == "io=SID; SameSite=Strict");
  }
}

}  // namespace
}  // namespace veche::engineio
