// Goal: answers are compressed for whoever accepts it, and nobody gets what he cannot read.
// Method: fields and bodies in, the coding and what zlib makes of the body out.

#include "veche/http/coding.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <zlib.h>

namespace veche::http {
namespace {

std::string preferred(const std::vector<std::string>& fields) {
  Headers request;
  for (const auto& field : fields) request.add("accept-encoding", field);
  return std::string{to_string(preferred_coding(request))};
}

std::string preferred(const std::string& field) { return preferred(std::vector{field}); }

/// What a client reads of a body in either coding.
std::string decoded(std::string body) {
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 15 + 32) == Z_OK);  // finds out by itself which of the two
  std::string text(4U << 20U, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(body.data());
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  text.resize(text.size() - stream.avail_out);
  inflateEnd(&stream);
  return text;
}

Response answer(std::size_t size, const std::string& type = "application/json; charset=utf-8") {
  Response response;
  response.headers.add("Content-Type", type);
  response.body = std::string(size, 'x');
  return response;
}

/// "gzip", "plain", "plain, varies".
std::string applied(Response response, Coding coding = Coding::gzip, Method method = Method::get,
                    const CompressionOptions& options = {}) {
  const std::string before = response.body;
  Compression compression{options};
  compression.apply(response, method, coding);
  const auto said = response.headers.find("Content-Encoding");
  const bool varies = response.headers.has_token("Vary", "Accept-Encoding");
  if (!said || response.body == before) {
    CHECK(response.body == before);
    return varies ? "plain, varies" : "plain";
  }
  CHECK(varies);
  CHECK(response.body.size() < before.size());
  CHECK(decoded(response.body) == before);
  return std::string{*said};
}

TEST_SUITE("http/coding: RFC 9110 section 12.5.3, Accept-Encoding") {
  TEST_CASE("gzip comes first, then deflate, then nothing") {
    CHECK(preferred("gzip, deflate, br") == "gzip");
    CHECK(preferred("deflate, gzip") == "gzip");
    CHECK(preferred("deflate") == "deflate");
    CHECK(preferred("x-gzip") == "gzip");
    CHECK(preferred("GZIP") == "gzip");
    CHECK(preferred("br") == "identity");
    CHECK(preferred("") == "identity");
    CHECK(preferred(std::vector<std::string>{}) == "identity");
    CHECK(preferred(std::vector<std::string>{"br", "gzip"}) == "gzip");
  }

  TEST_CASE("weights decide") {
    CHECK(preferred("gzip;q=0.5, deflate;q=0.8") == "deflate");
    CHECK(preferred("gzip;q=0.5, deflate;q=0.500") == "gzip");
    CHECK(preferred("gzip ; q=0.001") == "gzip");
    CHECK(preferred("gzip;q=0") == "identity");
    CHECK(preferred("gzip;q=0.000, deflate;q=0.1") == "deflate");
    CHECK(preferred("gzip;q=0.5, identity") == "identity");
    CHECK(preferred("gzip;q=0.5, identity;q=0.2") == "gzip");
  }

  TEST_CASE("a star is what is not named") {
    CHECK(preferred("*") == "gzip");
    CHECK(preferred("gzip;q=0, *") == "deflate");
    CHECK(preferred("*;q=0") == "identity");
    CHECK(preferred("gzip, *;q=0") == "gzip");
    CHECK(preferred("identity;q=0") == "identity");
    CHECK(preferred("identity;q=0, *") == "gzip");
  }

  TEST_CASE("what cannot be read is passed over") {
    for (const char* bad : {"gzip;q=2", "gzip;q=", "gzip;q=1.5", "gzip;q=0.1234", "gzip;q=-1",
                            "gzip;x=1", "gzip;q=1;q=0", ";;;", ",,,", "gzip gzip", "gzip;q=1e9"}) {
      CAPTURE(bad);
      CHECK(preferred(bad) == "identity");
    }
    CHECK(rc::check([](const std::string& field) { static_cast<void>(preferred(field)); }));
  }
}

TEST_SUITE("http/coding: RFC 9110 section 8.4, Content-Encoding") {
  TEST_CASE("from the threshold to the most, in either coding, as often as one likes") {
    CHECK(applied(answer(1'023)) == "plain");
    CHECK(applied(answer(1'024)) == "gzip");
    CHECK(applied(answer(1'024), Coding::deflate) == "deflate");
    CHECK(applied(answer(1'024), Coding::identity) == "plain, varies");
    CHECK(applied(answer(1U << 19U)) == "gzip");
    CHECK(applied(answer((1U << 19U) + 1)) == "plain");
    CHECK(applied(answer(9'999), Coding::gzip, Method::get, {.enabled = false}) == "plain");
    Compression one{{}};
    for (int i = 0; i < 3; ++i) {
      Response response = answer(5'000);
      one.apply(response, Method::get, i == 1 ? Coding::deflate : Coding::gzip);
      CHECK(decoded(response.body) == std::string(5'000, 'x'));
    }
  }

  TEST_CASE("texts are compressed, other kinds are compressed already") {
    for (const char* type :
         {"text/html", "text/plain; charset=UTF-8", "application/json", "APPLICATION/JSON",
          "application/javascript; charset=utf-8", "application/problem+json", "image/svg+xml"}) {
      CHECK(applied(answer(2'000, type)) == "gzip");
    }
    for (const char* type : {"", "image/png", "application/octet-stream", "application/gzip"}) {
      CHECK(applied(answer(2'000, type)) == "plain");
    }
  }

  TEST_CASE("never what has no body, a part of one, one coded already, or for HEAD") {
    for (const int status : {204, 206, 304}) {
      Response response = answer(2'000);
      response.status = status;
      CHECK(applied(std::move(response)) == "plain");
    }
    CHECK(applied(answer(2'000), Coding::gzip, Method::head) == "plain, varies");
    Response coded = answer(2'000);
    coded.headers.add("Content-Encoding", "br");
    CHECK(applied(std::move(coded)) == "plain");
    Response kept = answer(2'000);
    kept.headers.add("Cache-Control", "public, no-transform");
    CHECK(applied(std::move(kept)) == "plain");
  }

  TEST_CASE("what does not become shorter stays as it is; an ETag stays in any case") {
    Response noise = answer(0);
    std::uint32_t state = 1;
    while (noise.body.size() < 2'000) {
      state = state * 1'664'525U + 1'013'904'223U;
      noise.body += static_cast<char>(state >> 24U);
    }
    CHECK(applied(std::move(noise)) == "plain, varies");
    Response tagged = answer(2'000);
    tagged.headers.add("ETag", "\"4.8.4\"");
    Compression compression{{}};
    compression.apply(tagged, Method::get, Coding::gzip);
    CHECK(tagged.headers.find("etag") == "\"4.8.4\"");
  }
}

}  // namespace
}  // namespace veche::http
