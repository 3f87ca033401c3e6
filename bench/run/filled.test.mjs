import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { output } from "./processes.mjs";

const fill = fileURLToPath(new URL("fill.py", import.meta.url));

/** A database of two chats of two, as far as fill.py looks at it, filled and asked. */
const asked = `
import sqlite3, sys
path, fill, count = sys.argv[1:]
db = sqlite3.connect(path)
db.executescript("""
CREATE TABLE chats(ref INTEGER PRIMARY KEY, created, is_deleted);
CREATE TABLE progress(chat INTEGER PRIMARY KEY, last_seq, rev, head, last_message, updated);
CREATE TABLE members(chat, user);
CREATE TABLE senders(chat, user, last_own_seq, own_after, PRIMARY KEY(chat, user));
CREATE TABLE log(pos INTEGER PRIMARY KEY, chat, rev, seq, previous, kind, actor, body, client_key,
  type, created, edited, is_deleted, changed_rev, reply_to, is_forwarded);
CREATE TABLE marks(chat, rev, seq, pos);
INSERT INTO chats VALUES(1, 1000, 0), (2, 1000, 0);
INSERT INTO progress VALUES(1, 0, 1, 1, 0, 1000), (2, 0, 1, 2, 0, 1000);
INSERT INTO members VALUES(1, 1), (1, 2), (2, 3), (2, 4);
INSERT INTO senders VALUES(2, 3, 0, 7);
INSERT INTO log(pos, chat, rev, seq, previous, kind) VALUES(1, 1, 1, 0, 0, 2), (2, 2, 1, 0, 0, 2);
""")
db.close()
sys.argv = [fill, path, count]
exec(open(fill).read())
db = sqlite3.connect(path)
print(db.execute("SELECT chat, last_seq, rev, head, last_message FROM progress").fetchall())
print(db.execute("SELECT * FROM senders ORDER BY chat").fetchall())
print(db.execute("SELECT pos, chat, rev, seq, previous, actor FROM log WHERE pos > 2 "
                 "ORDER BY pos LIMIT 4").fetchall())
print(db.execute("SELECT * FROM marks").fetchall())
`;

test("a message is written with all that follows from it", () => {
  const folder = mkdtempSync(join(tmpdir(), "veche-fill-"));
  try {
    const said = output("python3", ["-c", asked, join(folder, "db"), fill, 200]);
    assert.deepEqual(said.split("\n"), [
      "[(1, 100, 101, 201, 201), (2, 100, 101, 202, 202)]",
      "[(1, 1, 100, 100), (2, 3, 100, 107)]",
      "[(3, 1, 2, 1, 1, 1), (4, 2, 2, 1, 2, 3), (5, 1, 3, 2, 3, 1), (6, 2, 3, 2, 4, 3)]",
      "[(1, 64, 63, 127), (2, 64, 63, 128)]",
    ]);
    assert.throws(() => output("python3", ["-c", asked, join(folder, "odd"), fill, 201]), /evenly/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
