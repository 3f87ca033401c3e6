"""Talks to the protocol port of the conformance fixture through python-socketio.

    client.py PORT polling|websocket threads|asyncio

Prints one JSON object: what each case came to. Judging is the test's matter.
"""
import asyncio
import functools
import json
import sys

import socketio

PATIENCE = 10


class Threads:
    """The client of threads, requests and websocket-client, with the calls of the other."""

    def __init__(self):
        self.client = socketio.Client(reconnection=False)

    def __getattr__(self, name):
        attribute = getattr(self.client, name)
        if name in ("connect", "emit", "call", "disconnect", "send"):
            async def in_thread(*args, **kwargs):
                return await asyncio.to_thread(functools.partial(attribute, *args, **kwargs))
            return in_thread
        return attribute


def asyncio_client():
    return socketio.AsyncClient(reconnection=False)


def plain(value):
    """Binary as text that JSON can hold."""
    if isinstance(value, (bytes, bytearray)):
        return "bytes " + bytes(value).hex()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


class Session:
    """A client whose events can be waited for."""

    def __init__(self, kind):
        self.client = Threads() if kind == "threads" else asyncio_client()
        self.loop = asyncio.get_running_loop()
        self.queues = {}

    def listen(self, event, namespace="/"):
        queue = self.queues.setdefault((event, namespace), asyncio.Queue())
        self.client.on(event, lambda *args: self.loop.call_soon_threadsafe(queue.put_nowait, args),
                       namespace=namespace)

    async def next(self, event, namespace="/"):
        queue = self.queues[event, namespace]
        return plain(await asyncio.wait_for(queue.get(), PATIENCE))

    async def connect(self, port, transport, namespaces=("/",), auth=None):
        for namespace in namespaces:
            for event in ("auth", "message-back", "disconnect"):
                self.listen(event, namespace)
        await self.client.connect(f"http://127.0.0.1:{port}", transports=[transport], auth=auth,
                                  namespaces=list(namespaces), wait_timeout=PATIENCE)
        return self


async def connect(session, at):
    await session.connect(*at)
    auth = await session.next("auth")
    return {"auth": auth, "transport": session.client.transport(),
            "sid length": len(session.client.get_sid())}


async def auth(session, at):
    await session.connect(*at, auth={"token": "abc", "n": [1, None]})
    return await session.next("auth")


async def emit(session, at):
    await session.connect(*at)
    await session.client.emit("message", ("text Ж テ 😀", 1, {"a": [True, None]}))
    return await session.next("message-back")


async def order(session, at):
    # This client drops its connection over a payload of more than 16 packets.
    await session.connect(*at)
    for i in range(12):
        await session.client.emit("message", i)
    return [(await session.next("message-back"))[0] for _ in range(12)]


async def ack(session, at):
    await session.connect(*at)
    return [await session.client.call("message-with-ack", "x", timeout=PATIENCE),
            await session.client.call("message-with-ack", {"a": [1]}, timeout=PATIENCE)]


async def binary(session, at):
    await session.connect(*at)
    await session.client.emit("message", (b"\x01\x02\x03", "between", {"in": b"\xff\x00"}))
    return await session.next("message-back")


async def binary_ack(session, at):
    await session.connect(*at)
    got = await session.client.call("message-with-ack", b"\x01\x02\x03", timeout=PATIENCE)
    return plain(got)


async def namespace(session, at):
    await session.connect(*at, namespaces=("/", "/custom"), auth={"n": 1})
    sids = {session.client.get_sid(), session.client.get_sid("/custom")}
    return [await session.next("auth"), await session.next("auth", "/custom"), len(sids)]


async def unknown_namespace(session, at):
    try:
        await session.connect(*at, namespaces=("/unknown",))
    except socketio.exceptions.ConnectionError as error:
        return str(error)
    return "connected"


async def disconnect(session, at):
    await session.connect(*at)
    await session.client.call("message-with-ack", "x", timeout=PATIENCE)
    await session.client.disconnect()
    await session.next("disconnect")
    again = Session(sys.argv[3])
    await again.connect(*at)
    try:
        return [session.client.connected, await again.client.call("message-with-ack", "again",
                                                                  timeout=PATIENCE)]
    finally:
        await again.client.disconnect()


async def heartbeat(session, at):
    await session.connect(*at)
    await asyncio.sleep(1)
    return await session.client.call("message-with-ack", "later", timeout=PATIENCE)


CASES = [connect, auth, emit, order, ack, binary, binary_ack, namespace, unknown_namespace,
         disconnect, heartbeat]


async def main():
    port, transport, kind = sys.argv[1:]
    results = {}
    for case in CASES:
        session = Session(kind)
        try:
            results[case.__name__] = await asyncio.wait_for(case(session, (port, transport)), 30)
        except Exception as error:  # whatever a library raises is the case's outcome
            results[case.__name__] = f"{type(error).__name__}: {error}"
        finally:
            await session.client.disconnect()
    print(json.dumps(results))


asyncio.run(main())
