// Goal: every failure has one code, one status and one text, and nothing internal leaks.
// Method: write each shape and compare it with the contract's text.

#include "veche/dto/errors.hpp"

#include <string>

#include <doctest/doctest.h>

namespace veche::dto {
namespace {

std::string failure(const Error& error) {
  std::string out;
  json::Writer json{out};
  write_failure(json, error);
  return out;
}

TEST_SUITE("dto/errors: CONTRACT 2, codes") {
  TEST_CASE("forbidden carries the seed's text") {
    CHECK(failure({Errc::forbidden, ""}) ==
          R"({"success":false,"error":"Access denied","code":"forbidden"})");
  }

  TEST_CASE("an unknown event is told so") {
    CHECK(failure({Errc::unknown_event, ""}) ==
          R"({"success":false,"error":"Unknown event","code":"unknown_event"})");
  }

  TEST_CASE("a validation keeps its own text") {
    CHECK(failure({Errc::validation, "chatId must be a string"}) ==
          R"({"success":false,"error":"chatId must be a string","code":"validation"})");
  }

  TEST_CASE("what broke inside is never told") {
    for (const Errc code : {Errc::io, Errc::internal, Errc::unavailable, Errc::closed}) {
      CHECK(failure({code, "disk /var/lib/veche full"}).find("disk") == std::string::npos);
    }
    CHECK(failure({Errc::io, "x"}) ==
          R"({"success":false,"error":"Service unavailable","code":"unavailable"})");
  }

  TEST_CASE("statuses are those of REST") {
    CHECK(status_of(Errc::token_expired) == 401);
    CHECK(status_of(Errc::validation) == 400);
    CHECK(status_of(Errc::forbidden) == 403);
    CHECK(status_of(Errc::not_found) == 404);
    CHECK(status_of(Errc::conflict) == 409);
    CHECK(status_of(Errc::too_large) == 413);
    CHECK(status_of(Errc::rate_limited) == 429);
    CHECK(status_of(Errc::overloaded) == 503);
    CHECK(status_of(Errc::internal) == 500);
  }

  TEST_CASE("the log's reason for a refused token is not the client's text") {
    std::string out;
    json::Writer json{out};
    write_auth_error(json, Errc::token_expired);
    CHECK(out == R"({"code":"token_expired","message":"Token expired"})");
  }

  TEST_CASE("an exception names the event and repeats what it came with") {
    std::string out;
    json::Writer json{out};
    write_exception(json, {Errc::validation, "chatId must be a string"}, "chat:join",
                    R"({"chatId":7})");
    CHECK(out == R"({"status":"error","message":"chatId must be a string","code":"validation",)"
                 R"("cause":{"pattern":"chat:join","data":{"chatId":7}}})");
  }
}

TEST_SUITE("dto/errors: CONTRACT 2, REST errors") {
  TEST_CASE("the body repeats the status") {
    std::string out;
    json::Writer json{out};
    write_rest_error(json, {404, "Not Found"}, {Errc::not_found, "Chat not found"});
    CHECK(out == R"({"statusCode":404,"error":"Not Found","message":"Chat not found",)"
                 R"("code":"not_found"})");
  }
}

}  // namespace
}  // namespace veche::dto
