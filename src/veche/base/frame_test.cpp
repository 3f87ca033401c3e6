// Goal: frames share, slice and grow without losing a byte. Method: small and large bodies,
// handles dropped in every order (the sanitizers watch the count).

#include "veche/base/frame.hpp"

#include <cstring>
#include <string>

#include <doctest/doctest.h>

namespace veche {
namespace {

TEST_SUITE("base/frame: Frame") {
  TEST_CASE("copies share the bytes and outlive the original") {
    Frame copy;
    {
      const Frame frame = Frame::copy("hello");
      copy = frame;
      CHECK(copy.bytes().data() == frame.bytes().data());
    }
    CHECK(copy.bytes() == "hello");
  }

  TEST_CASE("a suffix is a slice of the same bytes") {
    const Frame frame = Frame::copy("\x81\x05hello");
    CHECK(frame.suffix(2).bytes() == "hello");
    CHECK(frame.suffix(7).empty());
    CHECK(frame.bytes().size() == 7);
  }

  TEST_CASE("an empty frame has no bytes") {
    CHECK(Frame{}.bytes().empty());
    CHECK(Frame::copy("").bytes().empty());
  }
}

TEST_SUITE("base/frame: FrameBuilder") {
  TEST_CASE("the header goes in front of a body that has grown") {
    FrameBuilder builder{14, 4};
    std::string body;
    for (int i = 0; i < 1000; ++i) {
      const std::string piece = std::to_string(i);
      builder.append(piece);
      body += piece;
    }
    CHECK(builder.size() == body.size());
    std::memcpy(builder.prepend(2), "hd", 2);
    const Frame frame = std::move(builder).build();
    CHECK(frame.bytes() == "hd" + body);
  }

  TEST_CASE("room is made behind what is there, and filled by whoever asked for it") {
    FrameBuilder builder{2, 4};
    builder.append("ab");
    std::memcpy(builder.extend(300), std::string(300, 'x').data(), 300);
    CHECK(builder.extend(0) != nullptr);
    builder.append('c');
    CHECK(builder.size() == 303);
    CHECK(builder.capacity() >= 305);
    CHECK(std::move(builder).build().bytes() == "ab" + std::string(300, 'x') + "c");
  }

  TEST_CASE("a builder that is not built frees its bytes") {
    FrameBuilder builder{2};
    builder.append('x');
    CHECK(builder.size() == 1);
  }
}

}  // namespace
}  // namespace veche
