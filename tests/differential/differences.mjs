// Where veche answers otherwise than Node's socket.io with the seed's handlers, and why. Whatever
// is not named here is the same. An entry whose difference has gone fails the run.
const refused = (code, message, headers) => ({ status: 400, body: ["", { code, message }], ...headers });
const cors = {
  headers: {
    "content-type": "application/json", "access-control-allow-origin": "http://localhost:3000",
    "access-control-allow-credentials": "true", "access-control-allow-methods": null,
    "access-control-allow-headers": null, vary: "Origin", "cache-control": "no-store",
  },
};
const notCached = "no answer of the protocol is to be kept by a cache, refusals neither";
const isClosed = "a client that is refused has nothing more to say, so the connection ends too, not the namespace alone";
const failed = (error, code = "validation") => ({ success: false, error, code });
const isPlaced = "every fact carries its place in the log, so that a client that was cut off comes back to it";
/** A message of Ann's in the chat of two, as it was told. */
const told = (text, seq) => ["message:new", {
  _id: "*", chat: "pair",
  sender: { _id: "ann", name: "Ann", email: "ann@example.com", userId: "ann", avatar: "" },
  text, type: "text", status: "sent", createdAt: "*", updatedAt: "*", isDeleted: false, seq, rev: seq + 1,
}, "<offset>"];

export const differences = {
  "EIO missing": { why: notCached, veche: refused(5, "Unsupported protocol version", cors) },
  "an error with an origin": { why: notCached, veche: refused(0, "Transport unknown", cors) },
  "a foreign origin": {
    why: "CORS alone keeps a foreign page from reading, not from sending: it is refused",
    veche: { status: 403, body: ["", { code: 4, message: "Forbidden" }] },
  },
  "PUT with a sid": { why: "a method that is not allowed is the client's fault, not the server's", veche: { status: 405, body: "" } },
  "two packets in one POST": {
    why: "an event behind the CONNECT is answered after it; Node closes the connection",
    veche: [["40", { sid: "*", pid: "*" }], ["431", [{ success: true }]]],
  },
  "a body over maxPayload": {
    why: "the limit is that of all HTTP requests, and says what is wrong",
    veche: { status: 413, body: "The body is too large" },
  },
  "CONNECT without a payload": { why: isClosed, veche: { frames: [["40", { sid: "*" }], "41"], end: "closed 1005" } },
  "CONNECT with an empty payload": { why: isClosed, veche: { frames: [["40", { sid: "*" }], "41"], end: "closed 1005" } },
  "an event with no payload at all": {
    why: "it has no name, so it is as invalid as an empty array; Node lets it through to nobody",
    veche: { frames: [], end: "closed 1005" },
  },
  "a bad token": {
    why: "a refusal says why, before the disconnect",
    veche: [["connect"], ["auth:error", { code: "unauthorized", message: "Unauthorized" }], ["disconnect", "io server disconnect"]],
  },
  "send a blank text": { why: "the text names the limits", veche: failed("text must have 1 to 10000 characters and not be blank") },
  "send a number": { why: "the text says what is wrong", veche: failed("text must be a string") },
  "send nothing": { why: "the seed's text is JavaScript's own", veche: failed("payload must be an object") },
  "an unknown event gets no ack": {
    why: "whoever asks for an ack gets one (R13)",
    veche: failed("Unknown event", "unknown_event"),
  },
  "who hears a message, without joining": {
    why: isPlaced, veche: [[["connect"], told("for two", 2)], [["connect"], told("for two", 2)], [["connect"]]],
  },
  "after leaving the room it still comes": { why: isPlaced, veche: [["connect"], told("still", 5)] },
  "who has joined hears a message": {
    why: "the seed emits to each room in turn, so that a socket in two of them hears twice (R14)",
    veche: ["connect", "message:new"],
  },
};
