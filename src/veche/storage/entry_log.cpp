#include "veche/storage/entry_log.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include <sys/mman.h>

namespace veche::storage {
namespace {

std::uint32_t length_of(const std::string& text) { return static_cast<std::uint32_t>(text.size()); }

char* append(char* at, std::string_view text) {
  if (!text.empty()) std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

}  // namespace

static_assert(std::is_trivially_destructible_v<StoredEntry>);
static_assert(sizeof(StoredEntry) == 96);  // as promised

StoredEntry::StoredEntry(const domain::Entry& entry)
    : pos{entry.pos},
      chat{entry.chat},
      rev{entry.rev},
      seq{entry.seq},
      previous{entry.previous},
      actor{entry.actor},
      created{entry.created},
      edited{entry.edited},
      changed_rev{entry.changed_rev},
      body_bytes{length_of(entry.body)},
      client_key_bytes{length_of(entry.client_key)},
      reply_to_bytes{length_of(entry.reply_to)},
      kind{entry.kind},
      type{entry.type},
      is_deleted{entry.is_deleted},
      is_forwarded{entry.is_forwarded} {}

domain::Entry StoredEntry::entry() const {
  return {.pos = pos,
          .chat = chat,
          .rev = rev,
          .seq = seq,
          .previous = previous,
          .kind = kind,
          .actor = actor,
          .body = std::string{body()},
          .client_key = std::string{client_key()},
          .type = type,
          .created = created,
          .edited = edited,
          .is_deleted = is_deleted,
          .changed_rev = changed_rev,
          .reply_to = std::string{reply_to()},
          .is_forwarded = is_forwarded};
}

void EntryLog::clear() {
  rows_.clear();
  if (pieces_.empty()) return;
  pieces_.erase(pieces_.begin(), pieces_.end() - 1);
  left_ = piece_bytes;
  free_ = pieces_.front().get();
}

void EntryLog::push_back(const StoredEntry& entry) {
  const auto texts = std::size_t{entry.body_bytes} + entry.client_key_bytes + entry.reply_to_bytes;
  char* const place = room(sizeof(StoredEntry) + texts);
  append(place + sizeof(StoredEntry), {entry.texts(), texts});
  rows_.push_back(::new (place) StoredEntry{entry});
}

const StoredEntry* EntryLog::store(const domain::Entry& entry) {
  char* const place = room(sizeof(StoredEntry) + entry.body.size() + entry.client_key.size() +
                           entry.reply_to.size());
  append(append(append(place + sizeof(StoredEntry), entry.body), entry.client_key), entry.reply_to);
  return ::new (place) StoredEntry{entry};
}

char* EntryLog::room(std::size_t bytes) {
  constexpr std::size_t step = alignof(StoredEntry);
  bytes = (bytes + step - 1) / step * step;
  if (bytes > left_) add_piece(bytes);
  left_ -= bytes;
  return std::exchange(free_, free_ + bytes);
}

void EntryLog::add_piece(std::size_t bytes) {
  constexpr std::size_t large_from = large_piece_bytes / piece_bytes;
  const std::size_t usual = pieces_.size() < large_from ? piece_bytes : large_piece_bytes;
  left_ = (bytes + usual - 1) / usual * usual;
  pieces_.emplace_back(static_cast<char*>(std::aligned_alloc(usual, left_)));
  if (pieces_.back() == nullptr) throw std::bad_alloc{};
  // Each first touch of a small page is a fault: together a fortieth of what a message costs.
  if (usual == large_piece_bytes) ::madvise(pieces_.back().get(), left_, MADV_HUGEPAGE);
  free_ = pieces_.back().get();
}

}  // namespace veche::storage
