// A client that sends as fast as its socket takes it, and comes back whenever it is cut:
// flood.mjs URL.
import { underLoad } from "./beside.mjs";
import { secret } from "./servers.mjs";
import { frame, token, WireClient } from "./wire_client.mjs";

const [url] = process.argv.slice(2);
const user = "u0";
const chat = "c0";
const sendsAWrite = 500;

const payload = JSON.stringify(["message:send", { chatId: chat, text: "x".repeat(64) }]);
const sends = Buffer.concat(
  Array.from({ length: sendsAWrite }, (_, id) => frame(`42${id}${payload}`)),
);
const auth = token(user, secret);
const done = { connects: 0, sends: 0 };

const next = (socket, event) => new Promise((resolve) => socket.once(event, resolve));

/** Until the server ends the connection. */
async function flood() {
  const { socket } = await WireClient.connect(url, auth);
  ++done.connects;
  socket.removeAllListeners("data");
  socket.resume();
  const closed = next(socket, "close");
  while (!socket.destroyed) {
    done.sends += sendsAWrite;
    if (!socket.write(sends)) await Promise.race([closed, next(socket, "drain")]);
  }
}

underLoad(done);
while (true) await flood();
