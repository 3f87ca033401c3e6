#pragma once

/// @file
/// Entries in memory, each in one piece with its texts.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "veche/domain/store.hpp"

namespace veche::storage {

/// An entry as it lies in an EntryLog: its texts stand right behind it, so only a log copies it.
struct StoredEntry {
  domain::Pos pos;
  domain::ChatRef chat;
  domain::Rev rev;
  domain::Seq seq;
  domain::Pos previous;
  domain::UserRef actor;
  WallTime created;
  std::optional<WallTime> edited;
  domain::Rev changed_rev;
  std::uint32_t body_bytes;
  std::uint32_t client_key_bytes;
  std::uint32_t reply_to_bytes;
  domain::EntryKind kind;
  domain::MessageType type;
  bool is_deleted;
  bool is_forwarded;

  StoredEntry& operator=(const StoredEntry&) = delete;

  [[nodiscard]] std::string_view body() const { return {texts(), body_bytes}; }
  [[nodiscard]] std::string_view client_key() const {
    return {texts() + body_bytes, client_key_bytes};
  }
  [[nodiscard]] std::string_view reply_to() const {
    return {texts() + body_bytes + client_key_bytes, reply_to_bytes};
  }
  /// A copy on its own.
  [[nodiscard]] domain::Entry entry() const;

 private:
  friend class EntryLog;
  explicit StoredEntry(const domain::Entry& entry);
  StoredEntry(const StoredEntry&) = default;

  [[nodiscard]] const char* texts() const { return reinterpret_cast<const char*>(this + 1); }
};

/// A row of entries that grows at its end. A place is not moved by what follows it.
///
///     log.push_back(entry);
///     log[0].body();
///
/// Time      As long as a copy of the texts. Memory  96 bytes an entry and its texts, taken in
///           pieces of 256 KiB, and from 2 MiB on of 2 MiB, in huge pages where the system has
///           them; given back by clear(), but for one piece.
/// Threads   As a container. Errors  None but std::bad_alloc. Lifetime  A StoredEntry lives until
///           clear(), or the end of the log.
class EntryLog {
 public:
  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] const StoredEntry& operator[](std::size_t index) const { return *rows_[index]; }
  [[nodiscard]] auto begin() const { return rows_.begin(); }
  [[nodiscard]] auto end() const { return rows_.end(); }

  void push_back(const domain::Entry& entry) { rows_.push_back(store(entry)); }
  /// One of another log.
  void push_back(const StoredEntry& entry);
  /// Puts another entry in a place; the room of the one before is not used again.
  void replace(std::size_t index, const domain::Entry& entry) { rows_[index] = store(entry); }
  /// Drops the entries from `count` on; their room is not used again before clear().
  void truncate(std::size_t count) { rows_.resize(count); }
  void clear();

 private:
  static constexpr std::size_t piece_bytes = std::size_t{256} * 1024;
  static constexpr std::size_t large_piece_bytes = std::size_t{2} * 1024 * 1024;  // a huge page

  struct Free {
    void operator()(char* piece) const { std::free(piece); }  // NOLINT: from aligned_alloc()
  };
  using Piece = std::unique_ptr<char, Free>;

  [[nodiscard]] const StoredEntry* store(const domain::Entry& entry);
  /// Room at the end of a piece, aligned for a StoredEntry.
  [[nodiscard]] char* room(std::size_t bytes);
  /// Adds a piece with room for so many bytes at least.
  void add_piece(std::size_t bytes);

  std::deque<const StoredEntry*> rows_;
  std::vector<Piece> pieces_;  // each of piece_bytes at least
  std::size_t left_{};         // bytes at the end of the last piece
  char* free_{};               // where they begin
};

}  // namespace veche::storage
