#pragma once

/// @file
/// Answers that need a command: run on the writer as the caller, answered after the commit.

#include <utility>

#include "veche/api/call.hpp"
#include "veche/domain/accounts.hpp"

namespace veche::api {

/// Runs a change as the caller, whose user is made first when it is not there yet (CONTRACT R4),
/// and answers with what `show` makes of it, or refuses.
///
///     answer_by_writing<domain::Message>(commands, call,
///         [input](domain::Transaction& t, domain::UserRef user) { ... },
///         [](Reply& reply, const domain::Message& edited) { reply.json(200, written(edited)); });
///
/// `act` is Result<R>(Transaction&, UserRef) and runs on the writer; `show` is
/// void(Reply&, const R&). Takes the call's identity and its reply.
template <typename R, typename Act, typename Show>
void answer_by_writing(domain::Commands& commands, Call& call, Act act, Show show) {
  commands.write<R>(
      domain::Writes::many,
      [who = std::move(call.who),
       act = std::move(act)](domain::Transaction& transaction) mutable -> Result<R> {
        const auto user = domain::Accounts{transaction}.admit(who);
        if (!user) return tl::unexpected<Error>{user.error()};
        return act(transaction, (*user)->ref);
      },
      [show = std::move(show), reply = std::move(call.reply)](Result<R> done) mutable {
        if (!done) return reply.refuse(done.error());
        show(reply, *done);
      });
}

}  // namespace veche::api
