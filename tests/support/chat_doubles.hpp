#pragma once

/// @file
/// What the chat's outer layers stand on, as doubles that do nothing by themselves: a clock that
/// is set, an executor and an offload that are run by hand, tokens and passwords one can read.

#include <algorithm>
#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "veche/base/executor.hpp"
#include "veche/base/log.hpp"
#include "veche/base/time.hpp"
#include "veche/domain/credentials.hpp"

namespace veche::testing {

/// Both clocks of a test, moved together.
class HandClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return Instant{} + elapsed; }
  [[nodiscard]] WallTime wall() const override {
    return WallTime{std::chrono::milliseconds{1'800'000'000'000}} +
           std::chrono::duration_cast<Milliseconds>(elapsed);
  }

  Instant::duration elapsed{std::chrono::hours{1}};
};

/// Keeps what is posted until it is told to run.
class HandExecutor final : public Executor {
 public:
  void post(Task task) override { tasks_.push_back(std::move(task)); }
  TimerId at(Instant, Task) override { return TimerId::none; }
  void cancel(TimerId) override {}

  void run() {
    while (!tasks_.empty()) {
      auto task = std::move(tasks_.front());
      tasks_.pop_front();
      task();
    }
  }

 private:
  std::deque<Task> tasks_;
};

/// Queues up to `room` works until it is told to run them.
class HandOffload final : public Offload {
 public:
  bool run(Task work) override {
    if (works_.size() >= room) return false;
    works_.push_back(std::move(work));
    return true;
  }

  [[nodiscard]] bool is_full() const override { return works_.size() >= room; }

  void run_all() {
    while (!works_.empty()) {
      auto work = std::move(works_.front());
      works_.pop_front();
      work();
    }
  }
  [[nodiscard]] std::size_t waiting() const { return works_.size(); }

  std::size_t room{64};

 private:
  std::deque<Task> works_;
};

/// A hash of "pw" is "hash:pw", or "old:pw" when it is out of date.
class PlainPasswords final : public domain::Passwords {
 public:
  std::string hash(std::string_view password) const override {
    return "hash:" + std::string{password};
  }
  bool verify(std::string_view password, std::string_view hash) const override {
    ++verified;
    return hash == "hash:" + std::string{password} || hash == "old:" + std::string{password};
  }
  bool needs_rehash(std::string_view hash) const override { return hash.starts_with("old:"); }

  mutable int verified{};
};

/// The token of user "u" is "token-u"; others can be put in. "expired" has expired.
class PlainTokens final : public domain::Tokens {
 public:
  std::string issue(const domain::User& user, std::string_view session_id, WallTime) override {
    issued_session = session_id;
    return "token-" + user.id;
  }
  std::int64_t lifetime_seconds() const override { return 604'800; }
  Result<domain::Identity> verify(std::string_view token, WallTime now) override {
    constexpr std::string_view known = "token-";
    if (token == "expired") return fail(Errc::token_expired, "token expired");
    if (const auto put = identities.find(token); put != identities.end()) {
      if (put->second.expires && *put->second.expires <= now) {
        return fail(Errc::token_expired, "token expired");
      }
      return put->second;
    }
    if (!token.starts_with(known)) return fail(Errc::unauthorized, "signature does not match");
    domain::Identity identity;
    identity.user_id = token.substr(known.size());
    identity.name = identity.user_id;
    identity.expires = now + std::chrono::hours{1};
    return identity;
  }
  std::string refresh_secret() override { return "secret-" + std::to_string(++refreshed_); }
  std::string next_refresh_secret(std::string_view token) const override {
    return "after-" + std::string{token.substr(token.find('.') + 1)};
  }
  std::string digest(std::string_view token) const override {
    return "digest:" + std::string{token};
  }

  std::map<std::string, domain::Identity, std::less<>> identities;
  std::string issued_session;

 private:
  int refreshed_{};
};

/// Keeps every line.
class LineLog final : public Log {
 public:
  void write(LogLevel, std::string_view text) override { add(text); }
  void event(std::string_view, std::string_view text) override { add(text); }
  void events(std::string_view, std::string_view text, std::uint64_t count) override {
    add(count == 1 ? std::string{text} : std::string{text} + " x" + std::to_string(count));
  }

  [[nodiscard]] bool has(std::string_view line) const {
    return ("\n" + lines).find("\n" + std::string{line} + "\n") != std::string::npos;
  }

  std::string lines;

 private:
  void add(std::string_view text) { lines.append(text).push_back('\n'); }
};

}  // namespace veche::testing
