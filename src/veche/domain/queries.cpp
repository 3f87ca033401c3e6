#include "veche/domain/queries.hpp"

#include <algorithm>
#include <utility>

#include "veche/domain/access.hpp"
#include "veche/domain/entries.hpp"
#include "veche/domain/window.hpp"

namespace veche::domain {
namespace {

constexpr std::int64_t chats_max = 1000;
constexpr std::size_t page_bytes_max = std::size_t{256} * 1024;

}  // namespace

Queries::Queries(Reader& reader, std::string_view user_id) : reader_{reader} {
  if (auto account = reader.find_account_by_id(user_id)) user_ = std::move(account->user);
}

Result<UserPtr> Queries::me() const {
  if (!user_) return fail(Errc::unauthorized, "Unknown user");
  return user_;
}

Result<std::vector<ChatView>> Queries::chats(std::int64_t limit) const {
  if (!user_) return fail(Errc::unauthorized, "Unknown user");
  return reader_.chats_of(user_->ref, std::clamp<std::int64_t>(limit, 1, chats_max));
}

Result<Chat> Queries::visible(std::string_view chat_id) const {
  if (!user_) return fail(Errc::unauthorized, "Unknown user");
  auto chat = reader_.find_chat_by_id(chat_id);
  if (!chat || chat->is_deleted || chat->find(user_->ref) == nullptr)
    return fail(Errc::not_found, "Chat not found");
  return std::move(*chat);
}

Result<ChatView> Queries::chat(std::string_view chat_id) const {
  auto chat = visible(chat_id);
  if (!chat) return fail(chat.error().code, chat.error().text);
  auto audience = reader_.audience(*chat);
  auto last_message = last_message_of(*chat, reader_);
  const auto unread = reader_.unread(*chat, *chat->find(user_->ref));
  return ChatView{std::move(*chat), std::move(audience), std::move(last_message), unread};
}

Result<std::vector<SessionRow>> Queries::sessions(WallTime now) const {
  if (!user_) return fail(Errc::unauthorized, "Unknown user");
  return reader_.live_sessions_of(user_->ref, now);
}

Result<Page> Queries::messages(std::string_view chat_id, const Window& window) const {
  const auto chat = visible(chat_id);
  if (!chat) return fail(chat.error().code, chat.error().text);
  auto asked = window;
  if (window.created_before) asked.seq = first_since(*chat, *window.created_before);
  auto page = reader_.messages(*chat, asked);
  keep_within(page, asked, page_bytes_max);
  return page;
}

Seq Queries::first_since(const Chat& chat, WallTime time) const {
  // What was sent later was never created earlier, so halving will do.
  Seq first = 1;
  Seq end = chat.last_seq + 1;
  while (first < end) {
    const auto middle = first + (end - first) / 2;
    const auto page = reader_.messages(chat, {Window::From::before, middle + 1, 1});
    if (page.messages.empty()) break;
    if (page.messages.front().created < time) {
      first = middle + 1;
    } else {
      end = middle;
    }
  }
  return first;
}

Result<Message> Queries::message(std::string_view message_id) const {
  if (!user_) return fail(Errc::unauthorized, "Unknown user");
  const auto pos = pos_of_message_id(message_id);
  const auto entry = pos ? message_at(*pos, reader_) : std::nullopt;
  const bool is_it = entry && domain::message_id(entry->pos, entry->created) == message_id;
  const auto chat = is_it ? reader_.find_chat(entry->chat) : std::nullopt;
  if (member_of(chat ? &*chat : nullptr, user_->ref) == nullptr)
    return tl::unexpected<Error>{no_message()};
  auto account = reader_.find_account(entry->actor);
  return message_of(*entry, chat->id, account ? std::move(account->user) : nullptr);
}

}  // namespace veche::domain
