"""Writes messages into the database that `veche import` has made of a world: fill.py FILE COUNT

They are spread over the chats in turn, as the first member of each would have sent them, and all
that follows from a message is written with it: `veche check` finds nothing wrong. A million takes
two seconds, since nothing is asked of the server and nothing is synced.
"""
import sqlite3
import sys

# As sqlite_schema.cpp and domain/store.hpp have them.
FACTS_A_MARK = 64
KIND_MESSAGE = 1
TEXT = "what was said long ago and is looked for again, sixty-four bytes"

SETTINGS = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -262144;
"""

# A row of `told` for each chat, in the order of their turns.
CHATS = """
CREATE TEMP TABLE told AS
SELECT row_number() OVER (ORDER BY ref) - 1 AS place, ref, rev, last_seq, head, created,
  (SELECT min(user) FROM members WHERE members.chat = ref) AS sender
FROM chats JOIN progress ON progress.chat = ref WHERE is_deleted = 0 ORDER BY ref
"""

MESSAGES = """
WITH RECURSIVE turn(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM turn WHERE n < :each)
INSERT INTO log(pos, chat, rev, seq, previous, kind, actor, body, type, created, is_deleted,
  changed_rev, is_forwarded)
SELECT :end + (n - 1) * :chats + place + 1, ref, rev + n, last_seq + n,
  CASE n WHEN 1 THEN head ELSE :end + (n - 2) * :chats + place + 1 END,
  :kind, sender, :text, 0, created + n, 0, 0, 0
FROM turn CROSS JOIN told
"""

MARKS = """
INSERT INTO marks(chat, rev, seq, pos)
SELECT chat, rev, seq, pos FROM log WHERE pos > :end AND rev % :facts_a_mark = 0 ORDER BY chat, rev
"""

COUNTERS = """
UPDATE progress SET rev = progress.rev + :each, last_seq = progress.last_seq + :each,
  head = :end + (:each - 1) * :chats + place + 1,
  last_message = :end + (:each - 1) * :chats + place + 1, updated = told.created + :each
FROM told WHERE told.ref = progress.chat
"""

SENDERS = """
INSERT INTO senders(chat, user, last_own_seq, own_after)
SELECT ref, sender, last_seq + :each, :each FROM told WHERE true
ON CONFLICT(chat, user) DO UPDATE SET last_own_seq = excluded.last_own_seq,
  own_after = own_after + excluded.own_after
"""


def fill(path, count):
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript(SETTINGS)
    database.execute("BEGIN")
    database.execute(CHATS)
    (chats,) = database.execute("SELECT count(*) FROM told").fetchone()
    if chats == 0 or count % chats != 0:
        raise SystemExit(f"{count} messages do not go evenly into {chats} chats")
    (end,) = database.execute("SELECT ifnull(max(pos), 0) FROM log").fetchone()
    values = {
        "each": count // chats, "chats": chats, "end": end, "kind": KIND_MESSAGE, "text": TEXT,
        "facts_a_mark": FACTS_A_MARK,
    }
    for step in (MESSAGES, MARKS, COUNTERS, SENDERS):
        database.execute(step, values)
    database.execute("COMMIT")
    database.close()


if __name__ == "__main__":
    fill(sys.argv[1], int(sys.argv[2]))
