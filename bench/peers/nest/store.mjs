// The seed's tables on SQLite: users, chats, participants with unread counters, messages.
import { DatabaseSync } from "node:sqlite";
import { readWorld } from "../world.mjs";

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE users (id TEXT PRIMARY KEY, name TEXT, email TEXT);
  CREATE TABLE chats (id TEXT PRIMARY KEY, type TEXT, last_message TEXT, updated_at TEXT);
  CREATE TABLE participants (chat_id TEXT, user_id TEXT, unread INTEGER DEFAULT 0,
                             PRIMARY KEY (chat_id, user_id));
  CREATE TABLE messages (id TEXT PRIMARY KEY, chat_id TEXT, sender_id TEXT, text TEXT,
                         type TEXT, status TEXT, created_at TEXT, updated_at TEXT);
  CREATE INDEX messages_by_chat ON messages (chat_id, created_at);
`;

export class ChatStore {
  constructor(file, worldPath) {
    this.db = new DatabaseSync(file);
    this.db.exec(schema);
    this.#load(readWorld(worldPath));
    const prepare = (sql) => this.db.prepare(sql);
    this.user = prepare("SELECT id AS _id, name, email FROM users WHERE id = ?");
    this.members = prepare("SELECT user_id FROM participants WHERE chat_id = ?");
    this.member = prepare("SELECT 1 FROM participants WHERE chat_id = ? AND user_id = ?");
    this.insert = prepare("INSERT INTO messages VALUES (?, ?, ?, ?, 'text', 'sent', ?, ?)");
    this.count = prepare(
      "UPDATE participants SET unread = unread + 1 WHERE chat_id = ? AND user_id <> ?",
    );
    this.touch = prepare("UPDATE chats SET last_message = ?, updated_at = ? WHERE id = ?");
  }

  #load({ users, chats }) {
    const user = this.db.prepare("INSERT INTO users VALUES (?, ?, ?)");
    const chat = this.db.prepare("INSERT INTO chats (id, type) VALUES (?, ?)");
    const participant = this.db.prepare(
      "INSERT INTO participants (chat_id, user_id) VALUES (?, ?)",
    );
    this.db.exec("BEGIN");
    for (const { _id, name, email } of users) user.run(_id, name, email);
    for (const { _id, type, participants } of chats) {
      chat.run(_id, type);
      for (const id of participants) participant.run(_id, id);
    }
    this.db.exec("COMMIT");
  }

  isMember(chatId, userId) {
    return this.member.get(chatId, userId) !== undefined;
  }

  membersOf(chatId) {
    return this.members.all(chatId).map((row) => row.user_id);
  }

  /** Inserts the message and the unread counters; it is on disk when this returns. */
  addMessage({ _id, chat, sender, text, createdAt }) {
    this.db.exec("BEGIN IMMEDIATE");
    this.insert.run(_id, chat, sender._id, text, createdAt, createdAt);
    this.count.run(chat, sender._id);
    this.touch.run(_id, createdAt, chat);
    this.db.exec("COMMIT");
  }
}
