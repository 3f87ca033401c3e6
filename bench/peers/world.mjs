// The world that `veche import` reads, and the tokens of those who live in it.
import { createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";

/** { users: [{_id, name, email}], chats: [{_id, type, participants}] } of a file of lines. */
export function readWorld(path) {
  const world = { users: [], chats: [] };
  for (const line of readFileSync(path, "utf8").split("\n")) {
    if (line === "") continue;
    const { user, chat } = JSON.parse(line);
    if (user) world.users.push(user);
    if (chat) world.chats.push(chat);
  }
  return world;
}

/** The claims of an HS256 token that is signed with `secret` and has not expired. */
export function verifyToken(token, secret) {
  const [head, body, signature] = String(token).split(".");
  const expected = createHmac("sha256", secret).update(`${head}.${body}`).digest();
  const given = Buffer.from(signature ?? "", "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const claims = JSON.parse(Buffer.from(body, "base64url"));
  return claims.exp === undefined || claims.exp * 1000 > Date.now() ? claims : undefined;
}
