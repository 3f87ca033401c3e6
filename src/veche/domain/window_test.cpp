// Goal: each window shows the messages a reader expects. Method: examples, and a property
// against filtering the numbers 1 to n.

#include "veche/domain/window.hpp"

#include <limits>
#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace veche::domain {
namespace {

using From = Window::From;

/// "41-50+": messages 41 to 50, and there are more.
std::string shown(const Window& window, Seq last_seq) {
  const auto span = span_of(window, last_seq);
  if (span.last < span.first) return span.has_more ? "none+" : "none";
  return std::to_string(span.first) + "-" + std::to_string(span.last) + (span.has_more ? "+" : "");
}

TEST_SUITE("domain/window: span_of (CONTRACT messages:list)") {
  TEST_CASE("newest looks back from the end") {
    CHECK(shown({From::newest, 0, 10}, 50) == "41-50+");
    CHECK(shown({From::newest, 0, 10}, 10) == "1-10");
    CHECK(shown({From::newest, 0, 10}, 0) == "none");
  }

  TEST_CASE("before and after leave out the message they name") {
    CHECK(shown({From::before, 41, 10}, 50) == "31-40+");
    CHECK(shown({From::before, 1, 10}, 50) == "none");
    CHECK(shown({From::before, 999, 10}, 50) == "41-50+");
    CHECK(shown({From::after, 40, 10}, 50) == "41-50");
    CHECK(shown({From::after, 0, 10}, 50) == "1-10+");
    CHECK(shown({From::after, 50, 10}, 50) == "none");
  }

  TEST_CASE("around has the message in its middle, as far as there are others") {
    CHECK(shown({From::around, 25, 10}, 50) == "20-29+");
    CHECK(shown({From::around, 2, 10}, 50) == "1-10+");
    CHECK(shown({From::around, 50, 10}, 50) == "41-50+");
    CHECK(shown({From::around, 3, 10}, 5) == "1-5");
    CHECK(shown({From::around, 3, 10}, 0) == "none");
  }

  TEST_CASE("skip leaves out the newest") {
    CHECK(shown({From::skip, 0, 10}, 50) == "41-50+");
    CHECK(shown({From::skip, 10, 10}, 50) == "31-40+");
    CHECK(shown({From::skip, 45, 10}, 50) == "1-5");
    CHECK(shown({From::skip, 50, 10}, 50) == "none");
    CHECK(shown({From::skip, 999, 10}, 50) == "none");
  }

  TEST_CASE("any seq and any limit will do") {
    constexpr auto huge = std::numeric_limits<Seq>::max();
    for (const auto from : {From::newest, From::before, From::after, From::around, From::skip}) {
      for (const auto seq : {-huge, Seq{0}, huge}) {
        for (const auto limit : {-huge, std::int64_t{0}, huge}) {
          const auto span = span_of({from, seq, limit}, 500);
          CHECK(span.last - span.first < 200);
          CHECK(span.first >= 1);
          CHECK(span.last <= 500);
        }
      }
    }
  }

  TEST_CASE("a walk by pages in either direction meets every message once") {
    CHECK(rc::check([] {
      const auto last_seq = *rc::gen::inRange<Seq>(0, 500);
      const auto limit = *rc::gen::inRange<std::int64_t>(1, 60);
      Seq seen = last_seq + 1;
      for (auto span = span_of({From::newest, 0, limit}, last_seq); span.last >= span.first;
           span = span_of({From::before, seen, limit}, last_seq)) {
        RC_ASSERT(span.last == seen - 1);
        seen = span.first;
        RC_ASSERT(span.has_more == (seen > 1));
      }
      RC_ASSERT(seen == 1);
      for (auto span = span_of({From::after, 0, limit}, last_seq); span.last >= span.first;
           span = span_of({From::after, seen - 1, limit}, last_seq)) {
        RC_ASSERT(span.first == seen);
        seen = span.last + 1;
        RC_ASSERT(span.has_more == (span.last < last_seq));
      }
      RC_ASSERT(seen == last_seq + 1);
    }));
  }
}

TEST_SUITE("domain/window: keep_within (DESIGN section 4)") {
  Page page_of(int count) {
    Page page;
    for (int i = 1; i <= count; ++i) page.messages.push_back({.text = "12345", .seq = i});
    return page;
  }

  TEST_CASE("a page that fits stays whole") {
    auto page = page_of(4);
    keep_within(page, {From::newest}, 20);
    CHECK(page.messages.size() == 4);
    CHECK_FALSE(page.has_more);
  }

  TEST_CASE("a page that is too long loses its far end") {
    auto backward = page_of(4);
    keep_within(backward, {From::before, 5}, 19);
    CHECK(backward.messages.front().seq == 2);
    CHECK(backward.has_more);
    auto forward = page_of(4);
    keep_within(forward, {From::after, 0}, 10);
    CHECK(forward.messages.back().seq == 2);
    CHECK(forward.has_more);
  }

  TEST_CASE("around a message it is cut from the side that is farther from it") {
    const auto kept = [](Seq seq, std::size_t bytes_max) {
      auto page = page_of(9);
      keep_within(page, {From::around, seq}, bytes_max);
      CHECK(page.has_more);
      return std::to_string(page.messages.front().seq) + "-" +
             std::to_string(page.messages.back().seq);
    };
    CHECK(kept(5, 25) == "3-7");
    CHECK(kept(5, 20) == "3-6");
    CHECK(kept(5, 5) == "5-5");
    CHECK(kept(2, 25) == "1-5");
    CHECK(kept(9, 25) == "5-9");
    CHECK(kept(0, 10) == "1-2");
    CHECK(kept(99, 10) == "8-9");
  }

  TEST_CASE("skip is cut like before") {
    auto page = page_of(4);
    keep_within(page, {From::skip, 3}, 10);
    CHECK(page.messages.front().seq == 3);
    CHECK(page.messages.back().seq == 4);
  }

  TEST_CASE("one message always stays") {
    auto page = page_of(3);
    keep_within(page, {From::newest}, 1);
    REQUIRE(page.messages.size() == 1);
    CHECK(page.messages.front().seq == 3);
  }
}

}  // namespace
}  // namespace veche::domain
