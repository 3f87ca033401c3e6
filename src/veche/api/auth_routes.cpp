#include "veche/api/auth_routes.hpp"

#include <optional>
#include <utility>

#include "veche/api/reading.hpp"
#include "veche/domain/accounts.hpp"

namespace veche::api {

void AuthRoutes::add_to(Routes& routes) {
  using http::Method;
  const auto add = [&](Method method, const char* path, Access access,
                       void (AuthRoutes::*handler)(Call&)) {
    routes.add(method, path, {access, [this, handler](Call& call) { (this->*handler)(call); }});
  };
  add(Method::post, "/auth/register", Access::open, &AuthRoutes::enrol);
  add(Method::post, "/auth/login", Access::open, &AuthRoutes::login);
  add(Method::get, "/auth/me", Access::signed_in, &AuthRoutes::me);
  add(Method::get, "/auth/profile", Access::signed_in, &AuthRoutes::me);
}

void AuthRoutes::me(Call& call) { answer_by_reading(services_.commands, call, write_me); }

void AuthRoutes::login(Call& call) {
  auto input = dto::parse_login(call.body);
  if (!input) return call.reply.refuse(input.error());
  if (!within_limit(rules_.sign_ins, call.request.address, call.reply, services_.clock)) return;
  // Of a crowd that wants to log in most are refused; nobody is looked for before that is known.
  if (services_.offload.is_full()) return call.reply.refuse_rate({});
  using Found = std::optional<domain::Account>;
  services_.commands.read<Found>(
      [email = std::move(input->email)](domain::Reader& reader) -> Result<Found> {
        return reader.find_account_by_email(email);
      },
      [this, password = std::move(input->password),
       reply = std::move(call.reply)](Result<Found> found) mutable {
        if (!found) return reply.refuse(found.error());
        verify(std::move(reply), found->value_or(domain::Account{}), std::move(password));
      });
}

void AuthRoutes::verify(Reply reply, domain::Account account, std::string password) {
  const Ticket ticket{next_ticket_++};
  std::string known_hash = account.password_hash;
  signing_in_.try_emplace(ticket, SigningIn{std::move(reply), std::move(account)});
  const bool is_queued =
      services_.offload.run([this, &passwords = services_.passwords, &home = services_.home, ticket,
                             password = std::move(password), hash = std::move(known_hash)] {
        Verdict verdict{.is_right = passwords.verify(password, hash), .fresh_hash = {}};
        if (verdict.is_right && passwords.needs_rehash(hash)) {
          verdict.fresh_hash = passwords.hash(password);
        }
        home.post([this, ticket, verdict = std::move(verdict)]() mutable {
          verified(ticket, std::move(verdict));
        });
      });
  if (is_queued) return;
  auto refused = signing_in_.extract(ticket);
  refused.mapped().reply.refuse_rate({});
}

void AuthRoutes::verified(Ticket ticket, Verdict verdict) {
  auto waiting = signing_in_.extract(ticket);
  SigningIn& asked = waiting.mapped();
  if (!verdict.is_right || asked.account.user == nullptr) {
    return asked.reply.refuse(wrong_credentials());
  }
  open_session(std::move(asked.reply), 200,
               [account = std::move(asked.account), fresh_hash = std::move(verdict.fresh_hash)](
                   domain::Accounts& accounts) -> Result<domain::UserPtr> {
                 const auto user = account.user;
                 // The password may have been changed while it was checked.
                 if (!accounts.has_password_hash(user->ref, account.password_hash)) {
                   return tl::unexpected<Error>{wrong_credentials()};
                 }
                 if (!fresh_hash.empty()) {
                   auto kept = accounts.set_password_hash(user->ref, fresh_hash);
                   if (!kept) return tl::unexpected<Error>{kept.error()};
                 }
                 return user;
               });
}

void AuthRoutes::enrol(Call& call) {
  auto input = dto::parse_register(call.body);
  if (!input) return call.reply.refuse(input.error());
  if (!within_limit(rules_.sign_ins, call.request.address, call.reply, services_.clock)) return;
  const Ticket ticket{next_ticket_++};
  domain::Registration registration;
  registration.name = std::move(input->name);
  registration.email = std::move(input->email);
  enrolling_.try_emplace(ticket, Enrolling{std::move(call.reply), std::move(registration)});
  const bool is_queued =
      services_.offload.run([this, &passwords = services_.passwords, &home = services_.home, ticket,
                             password = std::move(input->password)] {
        home.post([this, ticket, hash = passwords.hash(password)]() mutable {
          hashed(ticket, std::move(hash));
        });
      });
  if (is_queued) return;
  auto refused = enrolling_.extract(ticket);
  refused.mapped().reply.refuse_rate({});
}

void AuthRoutes::hashed(Ticket ticket, std::string hash) {
  auto waiting = enrolling_.extract(ticket);
  Enrolling& asked = waiting.mapped();
  asked.registration.password_hash = std::move(hash);
  open_session(std::move(asked.reply), 201,
               [registration = std::move(asked.registration)](domain::Accounts& accounts) {
                 return accounts.enrol(registration);
               });
}

template <typename Find>
void AuthRoutes::open_session(Reply reply, int status, Find find) {
  auto secret = services_.tokens.refresh_secret();
  auto digest = services_.tokens.digest(secret);
  services_.commands.write<Opened>(
      domain::Writes::many,
      [find = std::move(find), digest = std::move(digest),
       rules = rules_.sessions](domain::Transaction& t) -> Result<Opened> {
        domain::Accounts accounts{t};
        const auto user = find(accounts);
        if (!user) return tl::unexpected<Error>{user.error()};
        return Opened{*user, domain::Sessions{t}.open((*user)->ref, digest, rules)};
      },
      [this, status, reply = std::move(reply),
       secret = std::move(secret)](Result<Opened> opened) mutable {
        if (!opened) return reply.refuse(opened.error());
        answer_signed_in(reply, status, services_, *opened, secret);
      });
}

}  // namespace veche::api
