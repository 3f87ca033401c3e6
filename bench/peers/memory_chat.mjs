// The chat's hot path on any socket.io server, in memory: what Node and Bun are measured with.
//
// Verifies tokens, checks participants, stores nothing on disk, and sends message:new to the union
// of rooms, once a socket.
import { readWorld, verifyToken } from "./world.mjs";

function chatsOf(world) {
  const chats = new Map();
  for (const { _id, participants } of world.chats) {
    const rooms = [`chat-${_id}`, ...participants.map((id) => `user-${id}`)];
    chats.set(_id, { participants: new Set(participants), rooms, seq: 0, messages: [] });
  }
  return chats;
}

/** Puts the handlers on `io`: the world of `path`, tokens signed with `secret`. */
export function serveChat(io, path, secret) {
  const world = readWorld(path);
  const chats = chatsOf(world);
  const senders = new Map(
    world.users.map(({ _id, name, email }) => [_id, { _id, name, email, userId: _id, avatar: "" }]),
  );
  let count = 0;

  io.on("connection", (socket) => {
    const claims = verifyToken(socket.handshake.auth.token, secret);
    if (!claims) return socket.disconnect();
    const id = String(claims.sub);
    socket.join(`user-${id}`);
    socket.emit("session:ready", { userId: id, contract: 1 });

    socket.on("chat:join", ({ chatId }, ack) => {
      const chat = chats.get(chatId);
      if (!chat?.participants.has(id)) return ack({ success: false, error: "Access denied" });
      socket.join(`chat-${chatId}`);
      ack({ success: true, message: `Joined chat ${chatId}`, lastSeq: chat.seq });
    });
    socket.on("chat:leave", ({ chatId }, ack) => {
      socket.leave(`chat-${chatId}`);
      ack({ success: true, message: `Left chat ${chatId}` });
    });
    socket.on("message:send", ({ chatId, text, clientMessageId }, ack) => {
      const chat = chats.get(chatId);
      if (!chat?.participants.has(id)) {
        return ack?.({ success: false, error: "Access denied", code: "forbidden" });
      }
      const now = new Date().toISOString();
      const message = {
        _id: (++count).toString(16).padStart(24, "0"), chat: chatId, sender: senders.get(id), text,
        type: "text", status: "sent", createdAt: now, updatedAt: now, isDeleted: false,
        seq: ++chat.seq, rev: chat.seq, clientMessageId,
      };
      chat.messages.push(message);
      io.to(chat.rooms).emit("message:new", message);
      ack?.({ success: true, message });
    });
  });
}
