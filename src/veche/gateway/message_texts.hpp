#pragma once

/// @file
/// The JSON of messages that have just been told, for the acks that follow.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "veche/domain/model.hpp"

namespace veche::gateway {

/// Remembers how the latest messages were written, so that an ack need not write its own again.
///
///     texts.keep(pos, json);      // a message is told
///     texts.end_batch();          // all that are told together are
///     texts.find(pos);            // its ack follows
///
/// Time      find() is a look when only messages were told, else a binary search. Memory  At most
/// bytes_max and one message: what comes
///           beyond that in one batch is not kept.
/// Threads   One loop. Errors  None. Lifetime  A view is valid until the next keep().
class MessageTexts {
 public:
  static constexpr std::size_t bytes_max = std::size_t{256} * 1024;

  /// Forgets the batch before, if one has ended.
  void keep(domain::Pos pos, std::string_view json);
  void end_batch() { is_ended_ = true; }

  /// Empty when it was not kept, or is forgotten.
  [[nodiscard]] std::string_view find(domain::Pos pos) const;

 private:
  struct Kept {
    domain::Pos pos;
    std::size_t end;  // in `text_`; the next one begins there
  };

  std::string text_;
  std::vector<Kept> kept_;  // by pos
  bool is_ended_{};
};

}  // namespace veche::gateway
