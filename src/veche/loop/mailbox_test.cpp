// Goal: every task runs once, in order, on one thread. Method: posts from inside tasks and from
// other threads.

#include "veche/loop/mailbox.hpp"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

namespace veche::loop {
namespace {

constexpr std::size_t all = 1'000'000;

TEST_SUITE("loop/mailbox") {
  TEST_CASE("the first post finds it empty, the others do not") {
    Mailbox mailbox;
    CHECK(mailbox.post([] {}));
    CHECK_FALSE(mailbox.post([] {}));
    CHECK(mailbox.size() == 2);
    CHECK(mailbox.run(1) == 1);
    CHECK_FALSE(mailbox.post([] {}));
    CHECK(mailbox.run(all) == 1);
    CHECK(mailbox.run(all) == 1);
    CHECK(mailbox.post([] {}));
  }

  TEST_CASE("a task posted by a task runs in the next round") {
    Mailbox mailbox;
    std::string ran;
    static_cast<void>(mailbox.post([&] {
      ran += 'a';
      static_cast<void>(mailbox.post([&] { ran += 'c'; }));
    }));
    static_cast<void>(mailbox.post([&] { ran += 'b'; }));
    mailbox.run(all);
    CHECK(ran == "ab");
    mailbox.run(all);
    CHECK(ran == "abc");
  }

  TEST_CASE("a round is bounded, and what is left comes before what was posted since") {
    Mailbox mailbox;
    std::string ran;
    for (const char c : {'a', 'b', 'c'}) static_cast<void>(mailbox.post([&, c] { ran += c; }));
    mailbox.run(2);
    static_cast<void>(mailbox.post([&] { ran += 'd'; }));
    mailbox.run(2);
    mailbox.run(2);
    CHECK(ran == "abcd");
  }

  TEST_CASE("what has not run is destroyed, and may post as it goes") {
    Mailbox mailbox;
    const auto token = std::make_shared<int>();
    struct PostsAtItsEnd {
      PostsAtItsEnd(Mailbox& to, std::shared_ptr<int> owned) : mailbox{to}, token{owned} {}
      PostsAtItsEnd(const PostsAtItsEnd&) = delete;
      PostsAtItsEnd& operator=(const PostsAtItsEnd&) = delete;
      ~PostsAtItsEnd() {
        static_cast<void>(mailbox.post([kept = token] {}));
      }
      Mailbox& mailbox;
      std::shared_ptr<int> token;
    };
    static_cast<void>(mailbox.post([p = std::make_unique<PostsAtItsEnd>(mailbox, token)] {}));
    static_cast<void>(mailbox.post([token] {}));
    mailbox.clear();
    CHECK(token.use_count() == 1);
    CHECK(mailbox.is_empty());
  }

  TEST_CASE("posts from many threads all run, those of a thread in its order") {
    constexpr int threads = 4;
    constexpr int posts = 2'000;
    Mailbox mailbox;
    std::vector<int> last(threads, -1);
    bool in_order = true;
    std::vector<std::thread> posters;
    for (int t = 0; t < threads; ++t) {
      posters.emplace_back([&, t] {
        for (int i = 0; i < posts; ++i) {
          static_cast<void>(mailbox.post([&, t, i] {
            int& before = last[static_cast<std::size_t>(t)];
            in_order = in_order && i == before + 1;
            before = i;
          }));
        }
      });
    }
    std::size_t ran = 0;
    while (ran < threads * posts) ran += mailbox.run(100);
    for (std::thread& poster : posters) poster.join();
    CHECK(in_order);
    CHECK(mailbox.is_empty());
  }
}

}  // namespace
}  // namespace veche::loop
