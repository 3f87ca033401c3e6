#pragma once

/// @file
/// REST for accounts and sign-in (CONTRACT section 5, "auth").

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "veche/api/call.hpp"
#include "veche/api/sign_in.hpp"
#include "veche/domain/accounts.hpp"
#include "veche/dto/inputs.hpp"

namespace veche::api {

/// Registers and signs in: a read, the hash on an offload thread, then one command.
///
///     AuthRoutes auth{services, {}};
///     auth.add_to(routes);
///
/// An unknown user and a wrong password get the same answer after the same work.
///
/// Memory    What waits for a hash is bounded by the Offload's queue: when that is full the
///           answer is 429. Threads  The loop of its services; an offload thread is handed copies
///           alone, and answers by posting to the loop.
/// Errors    Answered as REST errors. Lifetime  Outlives every task of its loop and of its
///           offload.
class AuthRoutes {
 public:
  AuthRoutes(Services services, SignInRules rules) : services_{services}, rules_{rules} {}
  AuthRoutes(const AuthRoutes&) = delete;
  AuthRoutes& operator=(const AuthRoutes&) = delete;

  void add_to(Routes& routes);

  /// How many requests wait for a hash.
  [[nodiscard]] std::size_t waiting() const { return signing_in_.size() + enrolling_.size(); }

 private:
  enum class Ticket : std::uint64_t {};

  /// Who waits for a password to be checked; no user when nobody has that email.
  struct SigningIn {
    Reply reply;
    domain::Account account;
  };
  /// Who waits for a password to be hashed.
  struct Enrolling {
    Reply reply;
    domain::Registration registration;
  };
  struct Verdict {
    bool is_right{};
    std::string fresh_hash;  ///< when the stored one is out of date
  };

  void login(Call& call);
  void enrol(Call& call);
  void me(Call& call);

  void verify(Reply reply, domain::Account account, std::string password);
  void verified(Ticket ticket, Verdict verdict);
  void hashed(Ticket ticket, std::string hash);

  /// Opens a session for the user that `find` gives inside the command, and answers `status`.
  template <typename Find>
  void open_session(Reply reply, int status, Find find);

  Services services_;
  SignInRules rules_;
  std::unordered_map<Ticket, SigningIn> signing_in_;
  std::unordered_map<Ticket, Enrolling> enrolling_;
  std::uint64_t next_ticket_{};
};

}  // namespace veche::api
