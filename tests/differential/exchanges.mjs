// What is said to both servers. Each exchange gives back what it heard.
const polling = "/socket.io/?EIO=4&transport=polling";
const origin = { headers: { Origin: "http://localhost:3000" } };
const connect = (side, user = "ann") => `40${JSON.stringify({ token: side.token(user) })}`;

/** A WebSocket that sends these frames before any CONNECT. */
const raw = (...frames) => async (side) => {
  const wire = await side.websocket();
  wire.send(...frames);
  return wire.rest();
};
/** A WebSocket that sends these frames after CONNECT. */
const inside = (...frames) => async (side) => {
  const wire = await side.joined();
  wire.send(...frames);
  return wire.rest();
};
/** The same where the connection is to go on. */
const answered = (...frames) => async (side) => {
  const wire = await side.joined();
  wire.send(...frames);
  return wire.settled();
};
/** A polling session that posts this, and what its next GET brings. */
const posted = (body, options) => async (side) => {
  const session = await side.session();
  const answer = await session.post(body, options);
  return { answer, next: await session.get() };
};
const get = (query, options) => (side) => side.http("GET", `/socket.io/?${query}`, options);
/** The ack of one event of a stock client. */
const acked = (user, event, ...args) => async (side) => {
  const socket = side.user(user);
  const ack = await socket.emitWithAck(event, ...args);
  return ack;
};
/** All that was told to these sockets has reached them: see settled() of the product tests. */
const all = async (...sockets) => {
  for (let round = 0; round < 2; round += 1) {
    await Promise.all(sockets.map((socket) => socket.emitWithAck("ping", {})));
  }
};

export const exchanges = {
  // Engine.IO: handshake and its refusals.
  "handshake over polling": get("EIO=4&transport=polling", { show: true }),
  "handshake with an origin": get("EIO=4&transport=polling", { show: true, ...origin }),
  "handshake with unknown parameters": get("EIO=4&transport=polling&t=abc&b64=1&x"),
  "handshake with an empty sid": get("EIO=4&transport=polling&sid="),
  "EIO missing": get("transport=polling", { show: true }),
  "EIO=3": get("EIO=3&transport=polling"),
  "EIO=5": get("EIO=5&transport=polling"),
  "no transport": get("EIO=4"),
  "unknown transport": get("EIO=4&transport=carrier-pigeon"),
  "unknown transport and version": get("EIO=3&transport=carrier-pigeon"),
  "webtransport": get("EIO=4&transport=webtransport"),
  "unknown sid": get("EIO=4&transport=polling&sid=nobody"),
  "sid __proto__": get("EIO=4&transport=polling&sid=__proto__"),
  "unknown sid, POST": (side) => side.http("POST", `${polling}&sid=nobody`, { body: "40" }),
  "handshake by POST": (side) => side.http("POST", polling, { body: "40" }),
  "handshake by PUT": (side) => side.http("PUT", polling),
  "handshake by DELETE": (side) => side.http("DELETE", polling),
  "WebSocket transport without an upgrade": get("EIO=4&transport=websocket"),
  "preflight": (side) => side.http("OPTIONS", polling, {
    show: true, headers: { ...origin.headers, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,x-one" },
  }),
  "preflight that asks for no headers": (side) => side.http("OPTIONS", polling, {
    show: true, headers: { ...origin.headers, "Access-Control-Request-Method": "GET" },
  }),
  "an error with an origin": get("EIO=4&transport=nope", { show: true, ...origin }),
  "a foreign origin": get("EIO=4&transport=polling", { headers: { Origin: "http://evil.example" } }),
  "a longer path": (side) => side.http("GET", "/socket.io/abc?EIO=4&transport=polling"),
  "handshake over WebSocket": async (side) => (await side.websocket({ skipOpen: false })).rest(),
  "WebSocket with an unknown sid": async (side) => (await side.websocket({ query: "EIO=4&transport=websocket&sid=nobody" })).rest(),
  "WebSocket with an unknown transport": async (side) => (await side.websocket({ query: "EIO=4&transport=nope" })).rest(),

  // Engine.IO: the session over polling.
  "PUT with a sid": async (side) => (await side.session()).put(),
  "POST answers ok": async (side) => (await side.session()).post(connect(side), { show: true }),
  "a Socket.IO CONNECT over polling": async (side) => {
    const session = await side.session();
    await session.post(connect(side));
    return session.get();
  },
  "two packets in one POST": async (side) => {
    const session = await side.session();
    await session.post(`${connect(side)}\x1e421["ping",{}]`);
    const packets = [];
    while (packets.length < 2) packets.push(...(await session.get()).packets);
    return packets;
  },
  "two GETs at once": async (side) => {
    const session = await side.session();
    const answers = await Promise.all([session.get(), session.get()]);
    return { answers: answers.sort((one, other) => one.status - other.status), next: await session.get() };
  },
  "a client's ping": posted("2"),
  "an unknown packet type": posted("7"),
  "an empty POST": posted(""),
  "a close packet": posted("1"),
  "a close packet with a GET waiting": async (side) => {
    const session = await side.session();
    const waiting = session.get();
    await new Promise((resolve) => { setTimeout(resolve, 100); });
    return [await session.post("1"), await waiting, await session.get()];
  },
  "a bad Socket.IO packet": posted("4abc"),
  "a binary content type": posted("4x", { headers: { "Content-Type": "application/octet-stream" } }),
  "a body over maxPayload": async (side) => (await side.session()).post("4".repeat(1_000_001)),
  "the wrong transport for a sid": async (side) => {
    const { sid } = await side.session();
    return side.http("GET", `/socket.io/?EIO=4&transport=websocket&sid=${sid}`);
  },
  "upgrade with a probe": async (side) => {
    const session = await side.session();
    await session.post(connect(side));
    const first = await session.get();
    const waiting = session.get();
    const wire = await side.websocket({ query: `EIO=4&transport=websocket&sid=${session.sid}`, skipOpen: false });
    wire.send("2probe");
    const released = await waiting;
    wire.send("5", '421["ping",{}]');
    return { first, released, wire: await wire.rest(), polling: await session.get() };
  },
  "an upgrade that does not begin with a probe": async (side) => {
    const session = await side.session();
    const wire = await side.websocket({ query: `EIO=4&transport=websocket&sid=${session.sid}`, skipOpen: false });
    wire.send("4x");
    return { wire: await wire.rest(), polling: await session.post(connect(side)) };
  },

  // Socket.IO packets before CONNECT.
  "CONNECT without a payload": raw("40"),
  "CONNECT with an empty payload": raw("40{}"),
  "CONNECT with an array": raw("40[]"),
  "CONNECT with a string": raw('40"x"'),
  "CONNECT with null": raw("40null"),
  "CONNECT with broken JSON": raw("40{"),
  "CONNECT to an unknown namespace": raw("40/nowhere,"),
  "CONNECT to a namespace with a query": raw("40/nowhere?a=b,"),
  "an event before CONNECT": raw('42["ping",{}]'),
  "an empty frame": raw(""),
  "a message with nothing in it": raw("4"),
  "a packet type that is not there": raw("49"),
  "DISCONNECT before CONNECT": raw("41"),

  // Socket.IO packets after CONNECT.
  "a second CONNECT": inside("40"),
  "CONNECT_ERROR from a client": inside('44{"message":"x"}'),
  "an event for a namespace that was not joined": inside('42/other,["ping",{}]'),
  "DISCONNECT": inside("41"),
  "DISCONNECT, then an event": async (side) => {
    const wire = await side.joined();
    wire.send("41");
    const left = await wire.rest();
    wire.send('42["ping",{}]');
    return { left, then: await wire.rest() };
  },
  "an event that is an object": inside('42{"a":1}'),
  "an event that is empty": inside("42[]"),
  "an event without a name": inside("42[null]"),
  "an event whose name is an object": inside("42[{}]"),
  "an event with no payload at all": inside("42"),
  "the reserved event connect": inside('42["connect"]'),
  "the reserved event disconnecting": inside('42["disconnecting"]'),
  "the reserved event newListener": inside('42["newListener"]'),
  "an event with broken JSON": inside('42["a"'),
  "an ack nobody asked for": answered("4377[1]"),
  "an ack that is no array": inside("431{}"),
  "an event with an ack id": answered('420["chat:leave",{"chatId":"pair"}]'),
  "an event of the namespace / by name": answered('42/,7["chat:leave",{"chatId":"pair"}]'),
  "a binary event": answered('451-5["chat:leave",{"chatId":"pair","x":{"_placeholder":true,"num":0}}]', Buffer.from("ab")),
  "a binary event with an attachment missing": inside('451-["x",{"_placeholder":true,"num":0}]', '42["ping",{}]'),
  "a binary event without a dash": inside('451["x"]'),
  "a binary event with too many attachments": inside('4511-["x"]'),
  "a placeholder out of range": inside('451-["x",{"_placeholder":true,"num":5}]', Buffer.from("a")),
  "a binary frame out of the blue": inside(Buffer.from("a")),

  // The seed's story through the stock client.
  "no token": async (side) => { const socket = side.client({}); await socket.over; return socket.seen; },
  "no token, over polling": async (side) => {
    const socket = side.client({}, { transports: ["polling"] });
    await socket.over;
    return socket.seen;
  },
  "a bad token": async (side) => { const socket = side.client({ token: "bad" }); await socket.over; return socket.seen; },
  "an event of a refused socket gets no ack": async (side) => {
    const socket = side.client({});
    const ack = await Promise.race([socket.emitWithAck("chat:leave", { chatId: "pair" }).catch(() => "none"), socket.over.then(() => "none")]);
    return ack;
  },
  "an unknown namespace": async (side) => {
    const socket = side.client({ token: side.token("ann") });
    const other = socket.io.socket("/nowhere");
    return new Promise((resolve) => { other.on("connect_error", (error) => resolve([error.message, error.data])); });
  },
  "join": acked("ann", "chat:join", { chatId: "pair" }),
  "join by a stranger": acked("eve", "chat:join", { chatId: "pair" }),
  "join an unknown chat": acked("ann", "chat:join", { chatId: "nowhere" }),
  "leave": acked("ann", "chat:leave", { chatId: "pair" }),
  "send": acked("ann", "message:send", { chatId: "pair", text: "hello ёж 🦔" }),
  "send by a stranger": acked("eve", "message:send", { chatId: "pair", text: "x" }),
  "send to an unknown chat": acked("ann", "message:send", { chatId: "nowhere", text: "x" }),
  "send a blank text": acked("ann", "message:send", { chatId: "pair", text: "  " }),
  "send a number": acked("ann", "message:send", { chatId: "pair", text: 5 }),
  "send nothing": acked("ann", "message:send"),
  "an unknown event gets no ack": async (side) => {
    const socket = side.user("ann");
    await all(socket);
    return socket.timeout(300).emitWithAck("nobody:knows", {}).catch(() => "none");
  },
  "who hears a message, without joining": async (side) => {
    const [ann, bob, eve] = ["ann", "bob", "eve"].map((name) => side.user(name));
    await all(ann, bob, eve);
    ann.emit("message:send", { chatId: "pair", text: "for two" });
    await new Promise((resolve) => { bob.once("message:new", resolve); });
    await all(ann, bob, eve);
    return [ann.seen, bob.seen, eve.seen];
  },
  "the sender hears it before the ack": async (side) => {
    const ann = side.user("ann");
    await all(ann);
    await ann.emitWithAck("message:send", { chatId: "pair", text: "x" }).then(() => ann.seen.push(["ack"]));
    return ann.seen.map(([event]) => event);
  },
  "who has joined hears a message": async (side) => {
    const [ann, bob] = ["ann", "bob"].map((name) => side.user(name));
    await bob.emitWithAck("chat:join", { chatId: "pair" });
    await all(ann, bob);
    await ann.emitWithAck("message:send", { chatId: "pair", text: "once" });
    await all(bob);
    return bob.seen.map(([event]) => event);
  },
  "after leaving the room it still comes": async (side) => {
    const [ann, bob] = ["ann", "bob"].map((name) => side.user(name, { transports: ["polling"] }));
    await bob.emitWithAck("chat:join", { chatId: "pair" });
    await bob.emitWithAck("chat:leave", { chatId: "pair" });
    await ann.emitWithAck("message:send", { chatId: "pair", text: "still" });
    await all(bob);
    return bob.seen;
  },
};
