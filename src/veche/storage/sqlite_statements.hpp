#pragma once

/// @file
/// What the writer says to SQLite.

#include "veche/storage/sqlite_database.hpp"
#include "veche/storage/sqlite_store.hpp"

namespace veche::storage {

/// The writer's prepared statements. Parameters stand in the order of the columns named.
struct SqliteStore::Statements {
  explicit Statements(Database& database) : db{database} {}

  Database& db;
  // Locks nothing until the first write, which cannot come too late: nobody else writes.
  Statement begin{db, "BEGIN"};
  Statement commit{db, "COMMIT"};
  Statement savepoint{db, "SAVEPOINT command"};
  Statement release{db, "RELEASE command"};
  Statement rollback_to{db, "ROLLBACK TO command"};

  Statement append{db,
                   "INSERT INTO log(pos, chat, rev, seq, previous, kind, actor, body, client_key, "
                   "type, created, edited, is_deleted, changed_rev, reply_to, is_forwarded) "
                   "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, "
                   "?16)"};
  // The same for most of what is said, where the rest is as the row begins: what is not bound costs
  // next to nothing.
  Statement append_plain{db,
                         "INSERT INTO log(pos, chat, rev, seq, previous, kind, actor, body, "
                         "type, created, is_deleted, changed_rev, is_forwarded) "
                         "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, 0, 0)"};
  Statement update_entry{
      db, "UPDATE log SET body=?2, edited=?3, is_deleted=?4, changed_rev=?5 WHERE pos=?1"};
  Statement find_client_key{db, "SELECT pos FROM log WHERE chat=?1 AND actor=?2 AND client_key=?3"};
  Statement put_mark{db, "INSERT INTO marks(chat, rev, seq, pos) VALUES(?1, ?2, ?3, ?4)"};
  Statement newest_mark_seq{db, "SELECT seq FROM marks WHERE chat=?1 ORDER BY rev DESC LIMIT 1"};
  Statement put_removal{db, "INSERT INTO removals(body, pos) VALUES(?1, ?2)"};
  // A system message has its row from the start, and keeps it when it is deleted.
  Statement put_uncounted{db,
                          "INSERT OR IGNORE INTO uncounted(chat, seq, actor) VALUES(?1, ?2, ?3)"};

  Statement insert_user{db,
                        "INSERT INTO users(id, name, email, email_key, handle, avatar, "
                        "password_hash, created, search_key) "
                        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING ref"};
  Statement update_user{db,
                        "UPDATE users SET name=?2, email=?3, email_key=?4, handle=?5, avatar=?6, "
                        "password_hash=?7, search_key=?8, is_erased=?9 WHERE ref=?1"};
  Statement put_session{db,
                        "INSERT OR REPLACE INTO sessions(id, user, digest, previous_digest, "
                        "rotated, created, expires, access_ends, is_revoked) "
                        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"};
  // IN lets the index go straight to what is over, past all that is revoked and must stay.
  Statement delete_dead_sessions{db,
                                 "DELETE FROM sessions WHERE user=?1 AND is_revoked IN (0, 1) "
                                 "AND access_ends<=?2 AND (is_revoked=1 OR expires<=?2)"};

  Statement insert_chat{db,
                        "INSERT INTO chats(id, type, name, avatar, description, created, "
                        "is_deleted, member_count) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
                        "RETURNING ref"};
  Statement update_chat{db,
                        "UPDATE chats SET name=?2, avatar=?3, description=?4, is_deleted=?5, "
                        "member_count=?6 WHERE ref=?1"};
  Statement put_progress{db,
                         "INSERT OR REPLACE INTO progress(chat, last_seq, rev, head, "
                         "last_message, updated) VALUES(?1, ?2, ?3, ?4, ?5, ?6)"};
  Statement put_personal{db,
                         "INSERT OR REPLACE INTO personal(one, other, chat) VALUES(?1, ?2, ?3)"};
  // Not INSERT OR REPLACE, which would also write the index over users.
  Statement put_member{db,
                       "INSERT INTO members(chat, user, role, joined_seq, read_seq, "
                       "delivered_seq, joined_at, is_muted) "
                       "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
                       "ON CONFLICT(chat, user) DO UPDATE SET role=?3, joined_seq=?4, "
                       "read_seq=?5, delivered_seq=?6, joined_at=?7, is_muted=?8"};
  Statement put_sender{db,
                       "INSERT OR REPLACE INTO senders(chat, user, last_own_seq, own_after) "
                       "VALUES(?1, ?2, ?3, ?4)"};
  Statement delete_sender{db, "DELETE FROM senders WHERE chat=?1 AND user=?2"};
  Statement unread_by_chat{db,
                           "SELECT chats.ref, last_seq - max(read_seq, joined_seq) - "
                           "ifnull(own_after, 0) - (SELECT count(*) FROM uncounted WHERE "
                           "uncounted.chat=chats.ref AND seq>max(read_seq, joined_seq) AND "
                           "actor<>?1) FROM members JOIN chats ON chats.ref=members.chat "
                           "JOIN progress ON progress.chat=members.chat LEFT JOIN senders ON "
                           "senders.chat=members.chat AND senders.user=members.user "
                           "WHERE members.user=?1 AND chats.is_deleted=0"};
  Statement delete_member{db, "DELETE FROM members WHERE chat=?1 AND user=?2"};
};

}  // namespace veche::storage
