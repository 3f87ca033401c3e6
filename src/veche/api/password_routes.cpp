#include "veche/api/password_routes.hpp"

#include <utility>

#include "veche/domain/accounts.hpp"
#include "veche/dto/inputs.hpp"

namespace veche::api {

void PasswordRoutes::add_to(Routes& routes) {
  routes.add(http::Method::post, "/auth/password",
             {Access::signed_in, [this](Call& call) { change(call); }, Body::wanted, Pace::free});
}

void PasswordRoutes::change(Call& call) {
  auto input = dto::parse_password_change(call.body);
  if (!input) return call.reply.refuse(input.error());
  if (!within_limit(rules_.sign_ins, call.request.address, call.reply, services_.clock)) return;
  auto find_hash = [who = call.who](domain::Reader& reader) -> Result<std::string> {
    if (domain::is_revoked(reader, who.session_id)) return fail(Errc::token_revoked);
    const auto account = reader.find_account_by_id(who.user_id);
    return account ? account->password_hash : std::string{};
  };
  services_.commands.read<std::string>(
      std::move(find_hash),
      [this, who = std::move(call.who), reply = std::move(call.reply),
       words = Words{std::move(input->old_password), std::move(input->new_password)}](
          Result<std::string> known_hash) mutable {
        if (!known_hash) return reply.refuse(known_hash.error());
        hash({std::move(reply), std::move(who), std::move(*known_hash)}, std::move(words));
      });
}

void PasswordRoutes::hash(Changing changing, Words words) {
  const Ticket ticket{next_ticket_++};
  std::string known_hash = changing.known_hash;
  changing_.try_emplace(ticket, std::move(changing));
  const bool is_queued =
      services_.offload.run([this, &passwords = services_.passwords, &home = services_.home, ticket,
                             words = std::move(words), known_hash = std::move(known_hash)] {
        std::string fresh_hash;
        if (passwords.verify(words.old_password, known_hash)) {
          fresh_hash = passwords.hash(words.new_password);
        }
        home.post([this, ticket, fresh_hash = std::move(fresh_hash)]() mutable {
          hashed(ticket, std::move(fresh_hash));
        });
      });
  if (is_queued) return;
  auto refused = changing_.extract(ticket);
  refused.mapped().reply.refuse_rate({});
}

void PasswordRoutes::hashed(Ticket ticket, std::string fresh_hash) {
  auto waiting = changing_.extract(ticket);
  Changing& asked = waiting.mapped();
  if (fresh_hash.empty()) return asked.reply.refuse(wrong_credentials());
  services_.commands.write<bool>(
      domain::Writes::many,
      [who = std::move(asked.who), known_hash = std::move(asked.known_hash),
       fresh_hash = std::move(fresh_hash)](domain::Transaction& t) -> Result<bool> {
        domain::Accounts accounts{t};
        const auto user = accounts.admit(who);
        if (!user) return tl::unexpected<Error>{user.error()};
        // Of two changes at once, the second no longer knows the old password.
        if (!accounts.has_password_hash((*user)->ref, known_hash)) {
          return tl::unexpected<Error>{wrong_credentials()};
        }
        auto kept = accounts.set_password_hash((*user)->ref, fresh_hash);
        if (!kept) return tl::unexpected<Error>{kept.error()};
        domain::Sessions{t}.revoke_others((*user)->ref, who.session_id);
        return true;
      },
      [reply = std::move(asked.reply)](const Result<bool>& changed) mutable {
        changed ? reply.json(200, success()) : reply.refuse(changed.error());
      });
}

}  // namespace veche::api
