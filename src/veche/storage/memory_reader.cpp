#include "veche/storage/memory_reader.hpp"

#include <algorithm>
#include <shared_mutex>
#include <tuple>

#include "veche/domain/entries.hpp"
#include "veche/domain/text.hpp"
#include "veche/domain/window.hpp"

namespace veche::storage {
namespace {

using domain::Chat;
using domain::ChatView;
using domain::Entry;
using domain::UserRef;

domain::UserPtr user_of(const MemoryTables& tables, UserRef ref) {
  const auto* account = tables.account(ref);
  return account == nullptr ? nullptr : account->user;
}

domain::AudiencePtr audience_of(const MemoryTables& tables, const Chat& chat) {
  auto audience = std::make_shared<domain::Audience>();
  audience->users.reserve(chat.members.size());
  for (const auto& member : chat.members) {
    if (auto user = user_of(tables, member.user)) audience->users.push_back(std::move(user));
  }
  return audience;
}

std::int64_t unread_in(const MemoryTables& tables, const Chat& chat, const domain::Member& member) {
  return domain::unread_of(chat, member, tables.uncounted(chat.ref, member.cursor(), member.user));
}

ChatView view_of(const MemoryTables& tables, const Chat& chat, UserRef viewer) {
  ChatView view{chat, nullptr, std::nullopt, 0, chat.members.size()};
  domain::keep_shown(view.chat.members, viewer);
  view.participants = audience_of(tables, view.chat);
  if (const auto* entry = tables.entry(chat.last_message))
    view.last_message = domain::message_of(entry->entry(), chat.id, user_of(tables, entry->actor));
  if (const auto* member = chat.find(viewer)) view.unread = unread_in(tables, chat, *member);
  return view;
}

}  // namespace

domain::Pos MemoryReader::head() {
  const std::shared_lock lock{tables_->mutex};
  return tables_->head();
}

std::optional<domain::Account> MemoryReader::find_account(UserRef ref) {
  const std::shared_lock lock{tables_->mutex};
  return copy_of(tables_->account(ref));
}

std::optional<domain::Account> MemoryReader::find_account_by_id(std::string_view id) {
  const std::shared_lock lock{tables_->mutex};
  return copy_of(tables_->account_by_id(id));
}

std::optional<domain::Account> MemoryReader::find_account_by_email(std::string_view email) {
  const std::shared_lock lock{tables_->mutex};
  return copy_of(tables_->account_by_email(domain::fold_case(email)));
}

domain::UserMatches MemoryReader::find_users(const domain::UserSearch& search) {
  const std::shared_lock lock{tables_->mutex};
  std::vector<domain::UserPtr> users;
  for (std::size_t i = 1; i <= tables_->accounts_count(); ++i) {
    const auto& user = tables_->account(UserRef{static_cast<std::int64_t>(i)})->user;
    const auto key = domain::search_key(user->name, user->handle);
    const bool is_match =
        key.find(search.text) != std::string::npos || domain::fold_case(user->email) == search.text;
    if (is_match) users.push_back(user);
  }
  std::sort(users.begin(), users.end(), [](const auto& one, const auto& other) {
    return std::tie(one->name, one->ref) < std::tie(other->name, other->ref);
  });
  const auto total = users.size();
  const auto first = std::min(total, static_cast<std::size_t>(search.skip));
  const auto shown = std::min(total - first, static_cast<std::size_t>(search.limit));
  const auto begin = users.begin() + static_cast<std::ptrdiff_t>(first);
  return {{begin, begin + static_cast<std::ptrdiff_t>(shown)}, static_cast<std::int64_t>(total)};
}

bool MemoryReader::share_chat(UserRef one, UserRef other) {
  const std::shared_lock lock{tables_->mutex};
  const auto chats = tables_->chats_of(one);
  return std::any_of(chats.begin(), chats.end(), [&](domain::ChatRef ref) {
    const auto* chat = tables_->chat(ref);
    return !chat->is_deleted && chat->find(other) != nullptr;
  });
}

std::optional<Chat> MemoryReader::find_chat(domain::ChatRef ref) {
  const std::shared_lock lock{tables_->mutex};
  return copy_of(tables_->chat(ref));
}

std::optional<Chat> MemoryReader::find_chat_by_id(std::string_view id) {
  const std::shared_lock lock{tables_->mutex};
  return copy_of(tables_->chat_by_id(id));
}

domain::AudiencePtr MemoryReader::audience(const Chat& chat) {
  const std::shared_lock lock{tables_->mutex};
  return audience_of(*tables_, chat);
}

std::optional<domain::ChatRef> MemoryReader::find_personal(UserRef one, UserRef other) {
  const std::shared_lock lock{tables_->mutex};
  return tables_->personal(one, other);
}

std::vector<ChatView> MemoryReader::chats_of(UserRef user, const domain::ChatsWindow& window) {
  const auto& after = window.after;
  const auto place = [](const Chat& chat) { return std::tuple{chat.updated, chat.ref}; };
  const std::shared_lock lock{tables_->mutex};
  std::vector<const Chat*> chats;
  for (const auto ref : tables_->chats_of(user)) {
    const auto* chat = tables_->chat(ref);
    const bool is_in = !after || place(*chat) < std::tuple{after->updated, after->chat};
    if (!chat->is_deleted && is_in) chats.push_back(chat);
  }
  std::sort(chats.begin(), chats.end(),
            [&place](const Chat* one, const Chat* other) { return place(*one) > place(*other); });
  const auto shown =
      std::min(chats.size(), static_cast<std::size_t>(std::max<std::int64_t>(window.limit, 0)));
  chats.resize(shown);
  std::vector<ChatView> views;
  views.reserve(shown);
  for (const auto* chat : chats) views.push_back(view_of(*tables_, *chat, user));
  return views;
}

domain::Page MemoryReader::messages(const Chat& chat, const domain::Window& window) {
  const std::shared_lock lock{tables_->mutex};
  const auto span = domain::span_of(window, chat.last_seq);
  domain::Page page{.messages = {}, .has_more = span.has_more};
  for (auto seq = span.first; seq <= span.last; ++seq) {
    const auto* entry = tables_->message(chat.ref, seq);
    if (entry == nullptr) break;
    auto sender = user_of(*tables_, entry->actor);
    page.messages.push_back(domain::message_of(entry->entry(), chat.id, std::move(sender)));
  }
  return page;
}

std::int64_t MemoryReader::unread(const Chat& chat, const domain::Member& member) {
  const std::shared_lock lock{tables_->mutex};
  return unread_in(*tables_, chat, member);
}

std::vector<Entry> MemoryReader::entries_after(domain::Pos pos, std::int64_t limit) {
  const std::shared_lock lock{tables_->mutex};
  std::vector<Entry> entries;
  for (auto next = std::max<domain::Pos>(pos, 0) + 1;
       static_cast<std::int64_t>(entries.size()) < limit; ++next) {
    const auto* entry = tables_->entry(next);
    if (entry == nullptr) break;
    entries.push_back(entry->entry());
  }
  return entries;
}

std::vector<Entry> MemoryReader::entries_of_user_after(UserRef user, domain::Pos pos,
                                                       std::int64_t limit) {
  const std::string removal = domain::list_of({user});
  const auto concerns_user = [&](const StoredEntry& entry) {
    const bool is_removal =
        entry.kind == domain::EntryKind::member_removed && entry.body() == removal;
    const auto* chat = tables_->chat(entry.chat);
    return is_removal || (chat != nullptr && chat->find(user) != nullptr);
  };
  const std::shared_lock lock{tables_->mutex};
  std::vector<Entry> entries;
  for (auto next = std::max<domain::Pos>(pos, 0) + 1;
       static_cast<std::int64_t>(entries.size()) < limit; ++next) {
    const auto* entry = tables_->entry(next);
    if (entry == nullptr) break;
    if (concerns_user(*entry)) entries.push_back(entry->entry());
  }
  return entries;
}

std::optional<domain::SessionRow> MemoryReader::find_session(std::string_view id) {
  const std::shared_lock lock{tables_->mutex};
  return copy_of(tables_->session(id));
}

std::vector<domain::SessionRow> MemoryReader::live_sessions_of(UserRef user, WallTime now) {
  const std::shared_lock lock{tables_->mutex};
  return live_among(tables_->sessions_of(user), now);
}

}  // namespace veche::storage
