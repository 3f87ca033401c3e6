#pragma once

/// @file
/// What a user was told while away, from the log.
///
/// Spec: RELIABILITY, section 2, point 5.

#include <cstddef>
#include <vector>

#include "veche/base/result.hpp"
#include "veche/domain/facts.hpp"
#include "veche/domain/store.hpp"

namespace veche::domain {

/// Facts in the order of pos, and the end of the log that they were read from.
struct Missed {
  std::vector<FactPtr> facts{};
  Pos head{};
};

/// The facts that concern the user from the one at `from` on: that one too, since its events may
/// have come in part.
///
///     const auto missed = missed_by(reader, user, 41, 1'000);
///
/// Of a chat in which the user takes part they are those of the time in which it was so; of one
/// that the user has left, or that is gone, only the fact that took it away, since nothing of a
/// chat reaches those who take no part in it. Values are those of now, see fact_of(), and the
/// audience is the user alone where it does not show.
///
/// Errors    Errc::invalid  the log does not reach to `from`; Errc::too_large  there are more than
///           facts_max; Errc::io  the reader has failed, or the log has a hole.
/// Time      Grows with the facts, and once with the members of each of their chats.
[[nodiscard]] Result<Missed> missed_by(Reader& reader, const UserPtr& user, Pos from,
                                       std::size_t facts_max);

}  // namespace veche::domain
