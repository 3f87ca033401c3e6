#pragma once

/// @file
/// The JSON of users who have just been named, for the next time.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "veche/domain/model.hpp"

namespace veche::gateway {

/// Remembers how users are written, as whoever sends a message is likely to send another.
///
///     json.raw(texts.text_of(message.sender));
///
/// Time      A look at one place; each user has one, which others share. Memory  A user and at
///           most bytes_max for each of the `places`; longer texts are not kept.
/// Threads   One loop. Errors  None. Lifetime  A view is valid until the next call.
class UserTexts {
 public:
  static constexpr std::size_t places = 256;
  static constexpr std::size_t bytes_max = 512;

  /// What dto::write_user() writes of this very user; empty when there is none.
  [[nodiscard]] std::string_view text_of(const domain::UserPtr& user);

 private:
  struct Place {
    domain::UserPtr user;  // whose text it is: a user who changes is another one
    std::string text;
  };

  std::array<Place, places> places_;
  std::string too_long_;
};

}  // namespace veche::gateway
