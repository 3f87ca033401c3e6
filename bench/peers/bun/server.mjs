// The chat's hot path on Bun's own engine for socket.io, in memory.
//
//   node_modules/@oven/bun-linux-x64/bin/bun server.mjs WORLD.jsonl        PORT, JWT_SECRET
import { Server as Engine } from "@socket.io/bun-engine";
import { Server } from "socket.io";
import { serveChat } from "../memory_chat.mjs";

const io = new Server();
const engine = new Engine({ path: "/socket.io/" });
io.bind(engine);
serveChat(io, process.argv[2], process.env.JWT_SECRET);

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.env.PORT ?? 3001),
  ...engine.handler(),
});
console.log(`listening on http://127.0.0.1:${server.port}`);
