// The seed's test script: log in, connect, join, send, listen; against `veche serve --demo`.
//
//   node chat-client.mjs                 plays the story with both demo users and ends
//   node chat-client.mjs test1           a chat in this terminal, as test1@example.com
//
// Other servers and data: VECHE_URL, VECHE_CHAT, VECHE_PASSWORD.
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

const url = process.env.VECHE_URL ?? "http://localhost:3001";
const chatId = process.env.VECHE_CHAT ?? "64656d6f0000000000000001";
const password = process.env.VECHE_PASSWORD ?? "password123";

async function logIn(email) {
  const response = await fetch(`${url}/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  const body = await response.json();
  if (!response.ok) throw new Error(`login of ${email} failed: ${body.message}`);
  console.log(`Logged in as ${body.user.name} <${email}>`);
  return body.access_token;
}

async function connect(email) {
  const socket = io(url, { auth: { token: await logIn(email) } });
  await new Promise((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });
  console.log(`Connected to WebSocket: ${socket.id}`);
  socket.on("disconnect", (reason) => console.log(`Disconnected: ${reason}`));
  const joined = await socket.timeout(5_000).emitWithAck("chat:join", { chatId });
  if (!joined.success) throw new Error(`cannot join chat ${chatId}: ${joined.error}`);
  console.log(joined.message);
  return socket;
}

async function send(socket, text) {
  const sent = await socket.timeout(5_000).emitWithAck("message:send", { chatId, text });
  if (!sent.success) throw new Error(`not sent: ${sent.error}`);
  return sent.message;
}

async function story() {
  const one = await connect("test1@example.com");
  const two = await connect("test2@example.com");
  const heard = new Promise((resolve) => two.once("message:new", resolve));
  const sent = await send(one, "Hello from test1!");
  console.log(`Message sent successfully: ${sent._id}`);
  const message = await heard;
  console.log(`New message received: ${message.sender.name}: ${message.text}`);
  if (message._id !== sent._id) throw new Error("another message came");
  one.disconnect();
  two.disconnect();
}

async function chat(name) {
  const socket = await connect(name.includes("@") ? name : `${name}@example.com`);
  socket.on("message:new", ({ sender, text, chat }) => {
    if (chat === chatId) console.log(`${sender.name}: ${text}`);
  });
  console.log("Type a message and press Enter; Ctrl-D ends.");
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) {
    if (line.trim() !== "") await send(socket, line).catch((error) => console.log(error.message));
  }
  socket.disconnect();
}

try {
  await (process.argv[2] ? chat(process.argv[2]) : story());
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
