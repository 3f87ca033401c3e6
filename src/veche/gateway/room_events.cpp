#include "veche/gateway/room_events.hpp"

#include <string>
#include <utility>

#include "veche/dto/inputs.hpp"
#include "veche/dto/shapes.hpp"

namespace veche::gateway {

namespace {

// A chat as its creator sees it, and who that is.
struct Made {
  domain::CreatedChat created;
  domain::UserRef creator{};
};

}  // namespace

void RoomEvents::join(Call& call) {
  const auto chat_id = dto::parse_chat_ref(call.payload());
  if (!chat_id) return requests_.refuse(call, chat_id.error());
  requests_.write<domain::Joined>(
      call, domain::Writes::once,
      [id = std::string{*chat_id}](domain::Transaction& transaction, domain::UserRef user) {
        return domain::Chats{transaction}.join(user, id);
      },
      [this, id = std::string{*chat_id}](socketio::Socket* socket, const domain::Joined& joined,
                                         json::Writer* ack) {
        if (socket != nullptr) socket->join("chat-" + id);
        const std::string line = "Joined chat " + id;
        log_.event("joined chat", line);
        if (ack == nullptr) return;
        ack->member("message", line).member("lastSeq", joined.last_seq);
        ack->member("rev", joined.rev).member("readSeq", joined.read_seq);
      });
}

void RoomEvents::leave(Call& call) {
  const auto chat_id = dto::parse_chat_ref(call.payload());
  if (!chat_id) return requests_.refuse(call, chat_id.error());
  call.socket.leave(room_.assign("chat-").append(*chat_id));
  requests_.succeed(
      call, [&chat_id](json::Writer& ack) { ack.key("message").string("Left chat ", *chat_id); });
}

void RoomEvents::create(Call& call) {
  auto input = dto::parse_new_chat(call.payload());
  if (!input) return requests_.refuse(call, input.error());
  submit(call, std::move(*input), Naming::chat);
}

void RoomEvents::create_group(Call& call) {
  auto input = dto::parse_new_chat(call.payload(), domain::ChatType::group);
  if (!input) return requests_.refuse(call, input.error());
  submit(call, std::move(*input), Naming::chat_and_group);
}

void RoomEvents::update(Call& call) {
  auto input = dto::parse_update(call.payload());
  if (!input) return requests_.refuse(call, input.error());
  requests_.write<Made>(
      call, domain::Writes::many,
      [input = std::move(*input)](domain::Transaction& transaction,
                                  domain::UserRef user) mutable -> Result<Made> {
        auto view = domain::Chats{transaction}.update(user, input.chat_id, input.changes);
        if (!view) return tl::unexpected<Error>{view.error()};
        return Made{{std::move(*view), true}, user};
      },
      [](socketio::Socket*, const Made& made, json::Writer* ack) {
        if (ack == nullptr) return;
        ack->key("chat");
        dto::write_chat(*ack, made.created.chat, made.creator);
      });
}

void RoomEvents::erase(Call& call) {
  const auto chat_id = dto::parse_chat_ref(call.payload());
  if (!chat_id) return requests_.refuse(call, chat_id.error());
  requests_.write<domain::Rev>(
      call, domain::Writes::once,
      [id = std::string{*chat_id}](domain::Transaction& transaction, domain::UserRef user) {
        return domain::Chats{transaction}.erase(user, id);
      },
      [id = std::string{*chat_id}](socketio::Socket*, const domain::Rev& rev, json::Writer* ack) {
        if (ack != nullptr) ack->member("chatId", id).member("rev", rev);
      });
}

void RoomEvents::submit(Call& call, domain::NewChat input, Naming naming) {
  requests_.write<Made>(
      call, domain::Writes::many,
      [input = std::move(input)](domain::Transaction& transaction,
                                 domain::UserRef user) mutable -> Result<Made> {
        input.creator = user;
        auto created = domain::Chats{transaction}.create(input);
        if (!created) return tl::unexpected<Error>{created.error()};
        return Made{std::move(*created), user};
      },
      [naming](socketio::Socket*, const Made& made, json::Writer* ack) {
        if (ack == nullptr) return;
        const auto write = [&](std::string_view name) {
          ack->key(name);
          dto::write_chat(*ack, made.created.chat, made.creator);
        };
        write("chat");
        if (naming == Naming::chat_and_group) write("group");
        if (made.created.existed) ack->member("existing", true);
      });
}

}  // namespace veche::gateway
