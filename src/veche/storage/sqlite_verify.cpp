#include "veche/storage/sqlite_verify.hpp"

#include <array>

namespace veche::storage {
namespace {

/// A question whose answer is empty when all is well, and what is wrong when it is not.
struct Check {
  const char* wrong;
  const char* sql;
};

constexpr std::array checks{
    Check{"the log has a gap before pos ",
          "SELECT max(pos) FROM log HAVING max(pos) <> count(*) OR min(pos) <> 1"},
    Check{"the counters do not agree with the log in chat ",
          "SELECT id FROM chats LEFT JOIN progress ON progress.chat = chats.ref LEFT JOIN "
          "(SELECT chat, count(*) AS facts, max(rev) AS rev, max(pos) AS head, "
          "max(seq) AS last_seq, sum(kind=1) AS messages FROM log GROUP BY chat) AS logged "
          "ON logged.chat = chats.ref "
          "WHERE progress.chat IS NULL OR progress.rev <> ifnull(logged.rev, 0) "
          "OR progress.rev <> ifnull(logged.facts, 0) "
          "OR progress.head <> ifnull(logged.head, 0) "
          "OR progress.last_seq <> ifnull(logged.last_seq, 0) "
          "OR progress.last_seq <> ifnull(logged.messages, 0) LIMIT 1"},
    Check{"the log names a chat that is not there at pos ",
          "SELECT pos FROM log WHERE chat<>0 AND chat NOT IN (SELECT ref FROM chats) LIMIT 1"},
    Check{"the count of members is wrong in chat ",
          "SELECT id FROM chats WHERE member_count <> "
          "(SELECT count(*) FROM members WHERE members.chat = chats.ref) LIMIT 1"},
    Check{"a chat has a member who is not there: user ",
          "SELECT user FROM members WHERE user NOT IN (SELECT ref FROM users) LIMIT 1"},
    Check{"a member's own messages do not agree with the log in chat ",
          "SELECT id FROM senders JOIN chats ON ref = senders.chat JOIN progress USING(chat) "
          "WHERE last_own_seq > last_seq OR own_after < 0 OR own_after > last_seq LIMIT 1"},
    Check{"a sender is no member: user ",
          "SELECT user FROM senders LEFT JOIN members USING(chat, user) "
          "WHERE members.role IS NULL LIMIT 1"},
    Check{"who was removed does not agree with the log at pos ",
          "SELECT pos FROM (SELECT body, pos FROM log WHERE kind=9 EXCEPT "
          "SELECT body, pos FROM removals) LIMIT 1"},
    Check{"a deleted message has kept its text at pos ",
          "SELECT pos FROM log WHERE is_deleted=1 AND body<>'' LIMIT 1"},
    Check{"what counts as unread does not agree with the log in chat ",
          "SELECT id FROM chats WHERE ref = (SELECT chat FROM "
          "(SELECT chat, seq FROM log WHERE kind=1 AND (is_deleted=1 OR type=1) "
          "EXCEPT SELECT chat, seq FROM uncounted) LIMIT 1)"},
};

}  // namespace

Result<std::string> verify(Database& database) {
  auto pages = database.ask("PRAGMA quick_check(1)");
  if (!pages) return pages;
  if (*pages != "ok") return fail(Errc::invalid, "damaged pages: " + *pages);
  for (const auto& check : checks) {
    auto answer = database.ask(check.sql);
    if (!answer) return answer;
    if (!answer->empty()) return fail(Errc::invalid, check.wrong + *answer);
  }
  return database.ask(
      "SELECT 'schema ' || (SELECT user_version FROM pragma_user_version) || ', ' || "
      "(SELECT count(*) FROM users) || ' users, ' || (SELECT count(*) FROM chats) || ' chats, ' "
      "|| (SELECT count(*) FROM log) || ' facts'");
}

}  // namespace veche::storage
