#pragma once

/// @file
/// REST for a new password (CONTRACT section 5, "auth").

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "veche/api/call.hpp"
#include "veche/api/sign_in.hpp"

namespace veche::api {

/// Changes passwords: a read, both hashes on an offload thread, then one command, which signs
/// every other device out.
///
///     POST /auth/password {old, new} -> 200 {"success":true}; 401 when `old` is wrong
///
/// Memory, Threads, Errors and Lifetime as AuthRoutes. An account without a password gets the
/// answer of a wrong one, after the same work.
class PasswordRoutes {
 public:
  PasswordRoutes(Services services, SignInRules rules) : services_{services}, rules_{rules} {}
  PasswordRoutes(const PasswordRoutes&) = delete;
  PasswordRoutes& operator=(const PasswordRoutes&) = delete;

  void add_to(Routes& routes);

  /// How many requests wait for a hash.
  [[nodiscard]] std::size_t waiting() const { return changing_.size(); }

 private:
  enum class Ticket : std::uint64_t {};

  /// Who waits for the old password to be checked and the new one to be hashed.
  struct Changing {
    Reply reply;
    domain::Identity who;
    std::string known_hash;
  };
  struct Words {
    std::string old_password;
    std::string new_password;
  };

  void change(Call& call);
  void hash(Changing changing, Words words);
  /// `fresh_hash` is empty when the old password was wrong.
  void hashed(Ticket ticket, std::string fresh_hash);

  Services services_;
  SignInRules rules_;
  std::unordered_map<Ticket, Changing> changing_;
  std::uint64_t next_ticket_{};
};

}  // namespace veche::api
