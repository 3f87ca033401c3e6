#include "veche/domain/missed.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

#include "veche/domain/entries.hpp"

namespace veche::domain {
namespace {

/// One chat of the facts, as of now, and whether the user took part before the fact at hand.
struct Place {
  std::optional<Chat> chat{};
  bool is_open{};     ///< the user takes part now, and it is not deleted
  bool is_present{};  ///< the user took part then
  AudiencePtr everyone{};
};

class Walk {
 public:
  Walk(Reader& reader, UserPtr user) : reader_{reader}, user_{std::move(user)} {
    only_user_ = std::make_shared<const Audience>(Audience{{user_}});
  }

  /// Finds each chat, and where it stood before the first of the entries.
  void begin(const std::vector<Entry>& entries) {
    // The first change of the user's own part says what was before it.
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
      auto& place = place_of(entry->chat);
      if (changes_part(*entry)) place.is_present = entry->kind == EntryKind::member_removed;
    }
  }

  /// Whether the user was told of the entry, and may still know of it.
  bool is_told(const Entry& entry) {
    auto& place = place_of(entry.chat);
    const bool was_present = place.is_present;
    if (changes_part(entry)) place.is_present = entry.kind == EntryKind::member_added;
    const bool takes_away = entry.kind == EntryKind::chat_deleted ||
                            (entry.kind == EntryKind::member_removed && !place.is_present);
    if (takes_away) return was_present;
    return place.is_present && place.is_open;
  }

  FactPtr fact(const Entry& entry) {
    auto& place = place_of(entry.chat);
    if (!place.chat) return nullptr;
    return fact_of(entry, *place.chat, audience(entry, place), reader_);
  }

 private:
  /// Whether the user comes or goes by it.
  [[nodiscard]] bool changes_part(const Entry& entry) const {
    if (entry.kind != EntryKind::member_added && entry.kind != EntryKind::member_removed)
      return false;
    const auto refs = refs_of(entry.body);
    return std::find(refs.begin(), refs.end(), user_->ref) != refs.end();
  }

  Place& place_of(ChatRef ref) {
    const auto [found, is_new] = places_.try_emplace(ref);
    auto& place = found->second;
    if (!is_new) return place;
    place.chat = reader_.find_chat(ref);
    place.is_present = place.chat && place.chat->find(user_->ref) != nullptr;
    place.is_open = place.is_present && !place.chat->is_deleted;
    return place;
  }

  /// Those who take part are shown by what shows the chat; else it says who is told.
  AudiencePtr audience(const Entry& entry, Place& place) {
    const bool shows_chat =
        entry.kind == EntryKind::chat_created || entry.kind == EntryKind::member_added;
    if (!shows_chat) return changes_part(entry) ? std::make_shared<const Audience>() : only_user_;
    if (place.everyone == nullptr) place.everyone = reader_.audience(*place.chat);
    return place.everyone;
  }

  Reader& reader_;
  UserPtr user_;
  AudiencePtr only_user_;
  std::unordered_map<ChatRef, Place> places_;
};

}  // namespace

Result<Missed> missed_by(Reader& reader, const UserPtr& user, Pos from, std::size_t facts_max) {
  Missed missed{.head = reader.head()};
  if (from > missed.head) return fail(Errc::invalid, "the log does not reach so far");
  // One for the fact at `from`, and one more to see that there are too many.
  const auto entries =
      reader.entries_of_user_after(user->ref, from - 1, static_cast<std::int64_t>(facts_max) + 2);
  const auto count = std::count_if(entries.begin(), entries.end(),
                                   [from](const Entry& entry) { return entry.pos > from; });
  if (static_cast<std::size_t>(count) > facts_max)
    return fail(Errc::too_large, "too much was missed");
  Walk walk{reader, user};
  walk.begin(entries);
  for (const auto& entry : entries) {
    if (!walk.is_told(entry)) continue;
    auto fact = walk.fact(entry);
    if (fact == nullptr) return fail(Errc::io, "the log cannot be read");
    missed.facts.push_back(std::move(fact));
  }
  if (reader.failed()) return fail(Errc::io, "the log cannot be read");
  return missed;
}

}  // namespace veche::domain
