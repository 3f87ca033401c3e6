// The chat's hot path on Node's socket.io, in memory: the peer that veche is measured against.
//
//   node server.mjs WORLD.jsonl        PORT, JWT_SECRET
//
// Reads the world that `veche import` reads. Verifies tokens, checks participants, stores nothing
// on disk, and sends message:new to the union of rooms, once a socket.
import { createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Server } from "socket.io";

const secret = process.env.JWT_SECRET;
const users = new Map();
const chats = new Map();
for (const line of readFileSync(process.argv[2], "utf8").split("\n")) {
  if (line === "") continue;
  const { user, chat } = JSON.parse(line);
  if (user) users.set(user._id, { _id: user._id, name: user.name, email: user.email, userId: "", avatar: "" });
  if (chat) {
    const rooms = [`chat-${chat._id}`, ...chat.participants.map((id) => `user-${id}`)];
    chats.set(chat._id, { participants: new Set(chat.participants), rooms, seq: 0, messages: [] });
  }
}

function verify(token) {
  const [head, body, signature] = String(token).split(".");
  const expected = createHmac("sha256", secret).update(`${head}.${body}`).digest();
  const given = Buffer.from(signature ?? "", "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const claims = JSON.parse(Buffer.from(body, "base64url"));
  return claims.exp === undefined || claims.exp * 1000 > Date.now() ? claims : undefined;
}

const http = createServer();
const io = new Server(http, { cors: { origin: true, credentials: true }, perMessageDeflate: false });
let count = 0;

io.on("connection", (socket) => {
  const claims = verify(socket.handshake.auth.token);
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
    if (!chat?.participants.has(id)) return ack?.({ success: false, error: "Access denied", code: "forbidden" });
    const now = new Date().toISOString();
    const message = {
      _id: (++count).toString(16).padStart(24, "0"), chat: chatId, sender: users.get(id), text, type: "text",
      status: "sent", createdAt: now, updatedAt: now, isDeleted: false, seq: ++chat.seq, rev: chat.seq, clientMessageId,
    };
    chat.messages.push(message);
    io.to(chat.rooms).emit("message:new", message);
    ack?.({ success: true, message });
  });
});

http.listen(Number(process.env.PORT ?? 3001), "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${http.address().port}`);
});
