#include "veche/domain/reads.hpp"

#include <algorithm>
#include <utility>

#include "veche/domain/access.hpp"
#include "veche/domain/entries.hpp"

namespace veche::domain {
namespace {

/// Messages asked for at a time, so that no walk holds a whole chat.
constexpr Seq walk_stride = 256;
constexpr std::size_t named_max = 100;
/// Messages looked through for those to name: a reader's own are not among them.
constexpr Seq looked_through_max = 1024;

}  // namespace

Result<ReadOutcome> Reads::mark(const ReadMark& input) {
  const auto found = find(input);
  if (!found) return fail(found.error().code, found.error().text);
  const auto& chat = *found->chat;
  const auto unread = transaction_.unread(chat, *found->member);
  const auto read_seq = found->member->read_seq;
  if (found->seq <= read_seq) return ReadOutcome{0, {}, read_seq, unread};

  const auto before = found->member->cursor();
  const auto cursor = std::max(before, found->seq);
  auto ids = news_between(*found, before + 1, cursor);
  const auto own = own_after(*found, cursor);
  const auto entry = transaction_.append(
      chat,
      {.kind = EntryKind::chat_read, .actor = input.reader, .body = std::to_string(found->seq)});
  auto& member = transaction_.change_member(chat, input.reader);
  member.read_seq = found->seq;
  member.delivered_seq = std::max(member.delivered_seq, found->seq);
  member.own_after = own;
  const auto left = transaction_.unread(chat, member);
  transaction_.tell(entry.pos, ChatRead{chat.id,
                                        entry.rev,
                                        transaction_.audience(chat),
                                        {.user = transaction_.user(input.reader),
                                         .read_seq = found->seq,
                                         .count = left,
                                         .total = transaction_.unread_in_all(input.reader)}});
  return ReadOutcome{unread - left, std::move(ids), found->seq, left};
}

Result<Reads::Place> Reads::find(const ReadMark& input) {
  if (input.message_id.empty()) {
    const auto* chat = transaction_.chat_by_id(input.chat_id);
    const auto* member = member_of(chat, input.reader);
    if (member == nullptr) return tl::unexpected<Error>{no_chat()};
    return Place{chat, member, std::min(input.seq.value_or(chat->last_seq), chat->last_seq)};
  }
  const auto entry = message_entry(transaction_, input.message_id);
  const auto* chat = entry ? transaction_.chat(entry->chat) : nullptr;
  const auto* member = member_of(chat, input.reader);
  if (member == nullptr) return tl::unexpected<Error>{no_message()};
  return Place{chat, member, entry->seq};
}

std::int64_t Reads::own_after(const Place& place, Seq cursor) {
  const auto& member = *place.member;
  if (member.own_after == 0 || cursor >= member.last_own_seq) return 0;
  const auto before = member.cursor();
  if (cursor - before <= member.last_own_seq - cursor)
    return member.own_after - own_between(place, before + 1, cursor);
  return own_between(place, cursor + 1, member.last_own_seq);
}

std::int64_t Reads::own_between(const Place& place, Seq first, Seq last) {
  std::int64_t own = 0;
  for (auto from = first; from <= last; from += walk_stride) {
    const auto to = std::min(last, from + walk_stride - 1);
    for (const auto& entry : transaction_.store().messages_between(*place.chat, from, to)) {
      const bool is_own = entry.actor == place.member->user && entry.type != MessageType::system;
      own += is_own ? 1 : 0;
    }
  }
  return own;
}

std::vector<std::string> Reads::news_between(const Place& place, Seq first, Seq last) {
  std::vector<std::string> ids;
  const auto end = std::min(last, first + looked_through_max - 1);
  for (auto from = first; from <= end && ids.size() < named_max; from += walk_stride) {
    const auto to = std::min(end, from + walk_stride - 1);
    for (const auto& entry : transaction_.store().messages_between(*place.chat, from, to)) {
      const bool is_news = entry.actor != place.member->user && !entry.is_deleted &&
                           entry.type != MessageType::system;
      if (is_news && ids.size() < named_max) ids.emplace_back(message_id(entry.pos, entry.created));
    }
  }
  return ids;
}

}  // namespace veche::domain
