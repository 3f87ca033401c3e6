#include "veche/domain/queries.hpp"

#include <algorithm>
#include <utility>

#include "veche/domain/access.hpp"
#include "veche/domain/entries.hpp"
#include "veche/domain/window.hpp"

namespace veche::domain {
namespace {

constexpr std::int64_t chats_page_max = 1000;
constexpr std::int64_t members_page_max = 200;
constexpr std::size_t page_bytes_max = std::size_t{256} * 1024;

}  // namespace

Queries::Queries(Reader& reader, std::string_view user_id) : reader_{reader} {
  auto account = reader.find_account_by_id(user_id);
  if (account && !account->user->is_erased) user_ = std::move(account->user);
}

Result<UserPtr> Queries::me() const {
  if (!user_) return fail(Errc::unauthorized, "Unknown user");
  return user_;
}

Result<std::vector<ChatView>> Queries::chats(std::int64_t limit,
                                             const std::optional<ChatsCursor>& after) const {
  if (!user_) return fail(Errc::unauthorized, "Unknown user");
  ChatsWindow window{.limit = std::clamp<std::int64_t>(limit, 1, chats_page_max)};
  if (after) {
    // A chat that is not the user's to see has no ref here: what it would tell is whether it is.
    const auto chat = reader_.find_chat_by_id(after->chat_id);
    const bool is_known = chat && chat->find(user_->ref) != nullptr;
    window.after = ChatsWindow::Place{after->updated, is_known ? chat->ref : ChatRef::none};
  }
  return reader_.chats_of(user_->ref, window);
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
  return view_of(std::move(*chat));
}

ChatView Queries::view_of(Chat chat) const {
  const auto count = keep_shown(chat.members, user_->ref);
  auto audience = reader_.audience(chat);
  auto last_message = last_message_of(chat, reader_);
  const auto unread = reader_.unread(chat, *chat.find(user_->ref));
  return ChatView{std::move(chat), std::move(audience), std::move(last_message), unread, count};
}

Result<MemberPage> Queries::members(std::string_view chat_id, std::int64_t skip,
                                    std::int64_t limit) const {
  auto chat = visible(chat_id);
  if (!chat) return fail(chat.error().code, chat.error().text);
  auto& members = chat->members;
  MemberPage page{.total = members.size()};
  const auto count = static_cast<std::int64_t>(members.size());
  const auto first = std::clamp<std::int64_t>(skip, 0, count);
  const auto last = std::min(count, first + std::clamp<std::int64_t>(limit, 1, members_page_max));
  for (auto i = first; i < last; ++i) {
    const auto& member = members[static_cast<std::size_t>(i)];
    auto account = reader_.find_account(member.user);
    if (account) page.rows.push_back({member, std::move(account->user)});
  }
  return page;
}

Result<std::optional<ChatView>> Queries::personal_with(std::string_view user_id) const {
  if (!user_) return fail(Errc::unauthorized, "Unknown user");
  const auto other = is_id(user_id) ? reader_.find_account_by_id(user_id) : std::nullopt;
  if (!other) return fail(Errc::not_found, "User not found");
  if (other->user->ref == user_->ref)
    return fail(Errc::validation, "A personal chat needs one other participant");
  const auto ref = reader_.find_personal(user_->ref, other->user->ref);
  auto chat = ref ? reader_.find_chat(*ref) : std::nullopt;
  if (!chat || chat->is_deleted) return std::optional<ChatView>{};
  return std::optional{view_of(std::move(*chat))};
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
