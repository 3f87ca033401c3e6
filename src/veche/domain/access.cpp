#include "veche/domain/access.hpp"

namespace veche::domain {

Error no_chat() { return {Errc::not_found, "Chat not found"}; }

Error no_message() { return {Errc::not_found, "Message not found"}; }

bool is_hidden(const Error& error) { return error == no_chat() || error == no_message(); }

const Member* member_of(const Chat* chat, UserRef user) {
  return chat == nullptr || chat->is_deleted ? nullptr : chat->find(user);
}

std::optional<Entry> message_entry(Transaction& transaction, std::string_view id) {
  const auto pos = pos_of_message_id(id);
  if (!pos) return std::nullopt;
  auto entry = transaction.store().find_entry(*pos);
  const bool is_it =
      entry && entry->kind == EntryKind::message && message_id(entry->pos, entry->created) == id;
  return is_it ? std::move(entry) : std::nullopt;
}

}  // namespace veche::domain
