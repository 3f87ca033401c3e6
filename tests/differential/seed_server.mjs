// The seed's gateway, as CONTRACT section 1 tells it, on Node's socket.io: the other side of the
// differential run. In memory, in the test's own process.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { Server } from "socket.io";

function verified(token, secret) {
  try {
    const [head, body, signature] = String(token).split(".");
    if (JSON.parse(Buffer.from(head, "base64url")).alg !== "HS256") return undefined;
    const expected = createHmac("sha256", secret).update(`${head}.${body}`).digest();
    const given = Buffer.from(signature, "base64url");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const claims = JSON.parse(Buffer.from(body, "base64url"));
    return claims.exp === undefined || claims.exp * 1000 > Date.now() ? claims : undefined;
  } catch {
    return undefined;
  }
}

/** Serves `world`, the lines that `veche import` reads, to tokens signed with `secret`. */
export async function startSeed(world, secret) {
  const users = new Map();
  const chats = new Map();
  for (const { user, chat } of world) {
    if (user) users.set(user._id, { _id: user._id, name: user.name, email: user.email, avatar: "" });
    if (chat) chats.set(chat._id, { participants: chat.participants });
  }
  let messages = 0;

  const http = createServer();
  const io = new Server(http, { cors: { origin: "http://localhost:3000", credentials: true } });
  const roomsOf = (chatId) => chats.get(chatId).participants.map((id) => `user-${id}`);
  const takesPart = (chatId, id) => chats.get(chatId)?.participants.includes(id) ?? false;

  io.on("connection", (socket) => {
    const claims = verified(socket.handshake.auth.token, secret);
    if (!claims) return socket.disconnect();
    const id = String(claims.sub);
    socket.join(`user-${id}`);

    const on = (event, handle) => socket.on(event, (...args) => {
      const ack = typeof args.at(-1) === "function" ? args.pop() : undefined;
      let answer;
      try {
        answer = handle(args[0]);
      } catch (error) {
        answer = { success: false, error: error.message };
      }
      ack?.(answer);
    });
    on("chat:join", ({ chatId }) => {
      if (!takesPart(chatId, id)) throw new Error("Access denied");
      socket.join(`chat-${chatId}`);
      return { success: true, message: `Joined chat ${chatId}` };
    });
    on("chat:leave", ({ chatId }) => {
      socket.leave(`chat-${chatId}`);
      return { success: true, message: `Left chat ${chatId}` };
    });
    on("message:send", ({ chatId, text }) => {
      if (!takesPart(chatId, id)) throw new Error("Access denied");
      if (typeof text !== "string" || text.trim() === "") throw new Error("text must not be blank");
      const now = new Date().toISOString();
      const message = {
        _id: (++messages).toString(16).padStart(24, "0"), sender: users.get(id), chat: chatId, text, type: "text",
        createdAt: now, updatedAt: now,
      };
      io.to(`chat-${chatId}`).emit("message:new", message);
      for (const room of roomsOf(chatId)) io.to(room).emit("message:new", message);
      return { success: true, message };
    });
    // Tells a test that all it sent before has been looked at.
    on("ping", () => ({ success: true }));
  });

  await new Promise((resolve) => { http.listen(0, "127.0.0.1", resolve); });
  const { port } = http.address();
  return {
    port, url: `http://127.0.0.1:${port}`,
    stop: () => new Promise((resolve) => { io.close(() => resolve()); }),
  };
}
