#pragma once

/// @file
/// Answers that need no command: asked of the readers, written as JSON over there, so that the
/// loop only passes bytes on.

#include <string>
#include <type_traits>
#include <utility>

#include "veche/api/call.hpp"
#include "veche/domain/accounts.hpp"
#include "veche/domain/queries.hpp"
#include "veche/domain/sessions.hpp"
#include "veche/dto/shapes.hpp"

namespace veche::api {

/// A page of an array, and where to go on.
struct Listed {
  std::string body{};
  std::string next_cursor{};  ///< empty at the end
};

inline void show(Reply& reply, std::string body) { reply.json(200, std::move(body)); }
inline void show(Reply& reply, Listed listed) {
  reply.json_page(std::move(listed.body), listed.next_cursor);
}

/// The caller, as JSON.
[[nodiscard]] inline Result<std::string> write_me(const domain::Queries& queries) {
  const auto me = queries.me();
  if (!me) return tl::unexpected<Error>{me.error()};
  std::string out;
  json::Writer json{out};
  dto::write_user(json, **me);
  return out;
}

/// Asks the readers as the caller and answers 200 with what `ask` wrote. The user of a token of
/// another issuer is made first when it is not there yet (CONTRACT R4).
///
///     answer_by_reading(commands, call, [](const domain::Queries& queries) { ... });
///
/// `ask` is copyable, Result<std::string> or Result<Listed> (const domain::Queries&), and runs on
/// a reader.
template <typename Ask>
void answer_by_reading(domain::Commands& commands, Call& call, Ask ask) {
  using Outcome = std::invoke_result_t<Ask&, const domain::Queries&>;
  using Shown = typename Outcome::value_type;
  const auto read = [&commands, session_id = call.who.session_id](std::string user_id, Ask question,
                                                                  auto done) {
    commands.read<Shown>(
        [user_id = std::move(user_id), session_id, question](domain::Reader& reader) -> Outcome {
          if (domain::is_revoked(reader, session_id)) return fail(Errc::token_revoked);
          return question(domain::Queries{reader, user_id});
        },
        std::move(done));
  };
  const auto answer = [](Reply reply, Outcome body) mutable {
    body ? show(reply, std::move(*body)) : reply.refuse(body.error());
  };
  std::string user_id = call.who.user_id;
  read(std::move(user_id), ask,
       [&commands, read, answer, ask, who = std::move(call.who),
        reply = std::move(call.reply)](Outcome body) mutable {
         if (body || body.error().code != Errc::unauthorized) {
           return answer(std::move(reply), std::move(body));
         }
         auto admit = [who](domain::Transaction& t) { return domain::Accounts{t}.admit(who); };
         commands.write<domain::UserPtr>(
             domain::Writes::many, std::move(admit),
             [read, answer, ask, reply = std::move(reply)](Result<domain::UserPtr> user) mutable {
               if (!user) return reply.refuse(user.error());
               read((*user)->id, ask, [answer, reply = std::move(reply)](Outcome found) mutable {
                 answer(std::move(reply), std::move(found));
               });
             });
       });
}

}  // namespace veche::api
