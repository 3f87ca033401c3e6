// The chat's hot path on Node's socket.io, in memory: the peer that veche is measured against.
//
//   node server.mjs WORLD.jsonl        PORT, JWT_SECRET
import { createServer } from "node:http";
import { Server } from "socket.io";
import { serveChat } from "../memory_chat.mjs";

const http = createServer();
const cors = { origin: true, credentials: true };
const io = new Server(http, { cors, perMessageDeflate: false });
serveChat(io, process.argv[2], process.env.JWT_SECRET);

http.listen(Number(process.env.PORT ?? 3001), "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${http.address().port}`);
});
