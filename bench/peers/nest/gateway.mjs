// The seed's gateway: a JWT in the handshake, rooms user-ID and chat-ID, the access check, the
// insert before the ack. Decorators are called by hand, so that no compiler is needed.
import { Dependencies, Injectable } from "@nestjs/common";
import { JwtService } from "@nestjs/jwt";
import {
  ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway, WebSocketServer,
} from "@nestjs/websockets";
import { ChatStore } from "./store.mjs";

const denied = { success: false, error: "Access denied", code: "forbidden" };

export class ChatGateway {
  #count = 0;

  constructor(store, jwt) {
    this.store = store;
    this.jwt = jwt;
  }

  async handleConnection(socket) {
    try {
      const { sub } = await this.jwt.verifyAsync(socket.handshake.auth.token);
      socket.data.user = this.store.user.get(sub);
    } catch {
      socket.data.user = undefined;
    }
    if (!socket.data.user) return socket.disconnect();
    const id = socket.data.user._id;
    await socket.join(`user-${id}`);
    socket.emit("session:ready", { userId: id, contract: 1 });
  }

  join(socket, { chatId }) {
    if (!this.store.isMember(chatId, socket.data.user._id)) return denied;
    socket.join(`chat-${chatId}`);
    return { success: true, message: `Joined chat ${chatId}` };
  }

  leave(socket, { chatId }) {
    socket.leave(`chat-${chatId}`);
    return { success: true, message: `Left chat ${chatId}` };
  }

  send(socket, { chatId, text, clientMessageId }) {
    const { user } = socket.data;
    const members = this.store.membersOf(chatId);
    if (!members.includes(user._id)) return denied;
    const now = new Date().toISOString();
    const message = {
      _id: (++this.#count).toString(16).padStart(24, "0"), chat: chatId,
      sender: { ...user, userId: user._id, avatar: "" }, text, type: "text", status: "sent",
      createdAt: now, updatedAt: now, isDeleted: false, clientMessageId,
    };
    this.store.addMessage(message);
    const rooms = [`chat-${chatId}`, ...members.map((id) => `user-${id}`)];
    this.server.to(rooms).emit("message:new", message);
    return { success: true, message };
  }
}

function handle(event, name) {
  const { prototype } = ChatGateway;
  SubscribeMessage(event)(prototype, name, Object.getOwnPropertyDescriptor(prototype, name));
  ConnectedSocket()(prototype, name, 0);
  MessageBody()(prototype, name, 1);
}

handle("chat:join", "join");
handle("chat:leave", "leave");
handle("message:send", "send");
WebSocketServer()(ChatGateway.prototype, "server");
Dependencies(ChatStore, JwtService)(ChatGateway);
WebSocketGateway({ perMessageDeflate: false })(ChatGateway);
Injectable()(ChatGateway);
