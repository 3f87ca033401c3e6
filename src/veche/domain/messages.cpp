#include "veche/domain/messages.hpp"

#include <utility>

#include "veche/domain/entries.hpp"
#include "veche/domain/text.hpp"

namespace veche::domain {
namespace {

constexpr std::size_t text_max = 10'000;
constexpr std::size_t client_message_id_max = 64;

/// The answer to a message that was stored before: the original, or a conflict when the key now
/// comes with another text. The text of an edited or deleted original can no longer be compared.
Result<Sent> repeated(Entry entry, const NewMessage& input, UserPtr sender) {
  const bool is_as_sent = !entry.edited && !entry.is_deleted;
  if (is_as_sent && entry.body != input.text)
    return fail(Errc::conflict, "clientMessageId was used with another text");
  return Sent{message_of(std::move(entry), input.chat_id, std::move(sender)), true};
}

}  // namespace

Result<void> check_text(std::string_view text) {
  if (!has_length(text, 1, text_max) || is_blank(text))
    return fail(Errc::validation, "text must have 1 to 10000 characters and not be blank");
  return {};
}

Result<Sent> Messages::send(const NewMessage& input) {
  const auto* chat = transaction_.chat_by_id(input.chat_id);
  const auto* member = chat == nullptr || chat->is_deleted ? nullptr : chat->find(input.sender);
  auto sender = member == nullptr ? nullptr : transaction_.user(input.sender);
  if (!sender) return fail(Errc::forbidden, "Access denied");
  if (chat->type == ChatType::channel && member->role == Role::member)
    return fail(Errc::read_only, "Only owners and admins post in a channel");
  if (auto checked = check_text(input.text); !checked)
    return fail(checked.error().code, checked.error().text);
  const auto& key = input.client_message_id;
  if (!has_length(key, 0, client_message_id_max))
    return fail(Errc::validation, "clientMessageId must have at most 64 characters");
  if (!key.empty()) {
    auto entry = transaction_.store().find_by_client_key(input.sender, chat->ref, key);
    if (entry) return repeated(std::move(*entry), input, std::move(sender));
  }
  auto entry = transaction_.append(
      *chat,
      {.kind = EntryKind::message, .actor = input.sender, .body = input.text, .client_key = key});
  auto message = message_of(std::move(entry), chat->id, std::move(sender));
  transaction_.tell(message.pos, MessagePosted{transaction_.audience(*chat), message});
  return Sent{std::move(message), false};
}

}  // namespace veche::domain
