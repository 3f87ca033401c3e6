#include "veche/gateway/message_events.hpp"

#include <memory>
#include <string>
#include <utility>

#include "veche/domain/reads.hpp"
#include "veche/dto/inputs.hpp"
#include "veche/dto/shapes.hpp"

namespace veche::gateway {

namespace {

Result<std::string> write_list(const domain::Queries& queries, const dto::ListInput& input) {
  const auto page = queries.messages(input.chat_id, input.window);
  if (!page) {
    const Error& error = page.error();
    return veche::fail(error.code == Errc::not_found ? Errc::forbidden : error.code);
  }
  std::string out;
  json::Writer json{out};
  json.begin_object().member("success", true);
  dto::write_page(json, *page, input.window);
  json.end_object();
  return out;
}

}  // namespace

void MessageEvents::send(Call& call) {
  // Apart from the command that holds it, which is moved.
  auto message = std::make_unique<domain::NewMessage>();
  if (const auto read = dto::parse_send(call.payload(), *message); !read) {
    return requests_.refuse(call, read.error());
  }
  requests_.write<domain::Sent>(
      call, domain::Writes::once,
      [message = std::move(message)](domain::Transaction& transaction, domain::UserRef user) {
        message->sender = user;
        return domain::Messages{transaction}.send(std::move(*message));
      },
      [this](socketio::Socket*, const domain::Sent& sent, json::Writer* ack) {
        log_sent();
        if (ack != nullptr) write_sent(*ack, sent);
      },
      domain::Answers::with_others);
}

void MessageEvents::log_sent() {
  const auto verdict = sent_lines_.admit(node_.now());
  if (verdict.is_written)
    log_.events("message sent", "Message sent successfully", verdict.more + 1);
}

void MessageEvents::write_sent(json::Writer& json, const domain::Sent& sent) const {
  json.key("message");
  if (sent.is_duplicate) {
    dto::write_message(json, *sent.message);
    json.member("duplicate", true);
    return;
  }
  // Its broadcast came before, most likely in the same batch.
  const auto text = texts_ == nullptr ? std::string_view{} : texts_->find(sent.message->pos);
  text.empty() ? dto::write_message(json, *sent.message) : static_cast<void>(json.raw(text));
}

void MessageEvents::edit(Call& call) {
  auto input = dto::parse_edit(call.payload());
  if (!input) return requests_.refuse(call, input.error());
  requests_.write<domain::Message>(
      call, domain::Writes::many,
      [input = std::move(*input)](domain::Transaction& transaction, domain::UserRef user) mutable {
        input.editor = user;
        return domain::Messages{transaction}.edit(input);
      },
      [](socketio::Socket*, const domain::Message& message, json::Writer* ack) {
        if (ack == nullptr) return;
        ack->key("message");
        dto::write_message(*ack, message);
      });
}

void MessageEvents::erase(Call& call) {
  auto input = dto::parse_deletion(call.payload());
  if (!input) return requests_.refuse(call, input.error());
  std::string id = input->message_id;
  requests_.write<domain::Rev>(
      call, domain::Writes::many,
      [input = std::move(*input)](domain::Transaction& transaction, domain::UserRef user) mutable {
        input.deleter = user;
        return domain::Messages{transaction}.erase(input);
      },
      [id = std::move(id)](socketio::Socket*, domain::Rev, json::Writer* ack) {
        if (ack != nullptr) ack->member("messageId", id);
      });
}

void MessageEvents::read(Call& call) {
  auto input = dto::parse_read(call.payload());
  if (!input) return requests_.refuse(call, input.error());
  requests_.write<domain::ReadOutcome>(
      call, domain::Writes::once,
      [input = std::move(*input)](domain::Transaction& transaction, domain::UserRef user) mutable {
        input.reader = user;
        return domain::Reads{transaction}.mark(input);
      },
      [](socketio::Socket*, const domain::ReadOutcome& outcome, json::Writer* ack) {
        if (ack != nullptr) dto::write_read_outcome(*ack, outcome);
      });
}

void MessageEvents::list(Call& call) {
  auto input = dto::parse_list(call.payload());
  if (!input) return requests_.refuse(call, input.error());
  requests_.read(call, [input = std::move(*input)](const domain::Queries& queries) {
    return write_list(queries, input);
  });
}

}  // namespace veche::gateway
