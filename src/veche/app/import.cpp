#include "veche/app/import.hpp"

#include <fstream>
#include <iostream>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "veche/crypto/password.hpp"
#include "veche/domain/accounts.hpp"
#include "veche/domain/chats.hpp"
#include "veche/dto/fields.hpp"
#include "veche/json/parser.hpp"

namespace veche::app {
namespace {

constexpr std::size_t line_bytes_max = 1UL << 20;
constexpr std::size_t lines_between_progress = 1'000;

enum class LineOutcome : std::uint8_t { user, chat, present };

/// What an id that cannot be one is told.
Error no_id() { return {Errc::validation, "an id is 1 to 64 of A-Z a-z 0-9 _ -"}; }

Result<LineOutcome> import_user(json::Value fields, domain::Transaction& transaction,
                                const domain::Passwords& passwords) {
  domain::Registration user;
  std::string password;
  dto::Fields reader{fields};
  reader.id("_id", user.id, no_id(), dto::Presence::optional)
      .text("email", user.email, 254, dto::Presence::optional)
      .text("name", user.name, 400)
      .text("password", password, 512, dto::Presence::optional)
      .text("passwordHash", user.password_hash, 512, dto::Presence::optional);
  if (const Error* error = reader.error()) return tl::unexpected{*error};
  const bool is_there =
      (!user.id.empty() && transaction.user_by_id(user.id) != nullptr) ||
      (!user.email.empty() && transaction.store().find_account_by_email(user.email).has_value());
  if (is_there) return LineOutcome::present;
  if (!user.password_hash.empty() && !crypto::is_password_hash(user.password_hash)) {
    return fail(Errc::validation, "passwordHash is no $2a$, $2b$ or $argon2id$ hash");
  }
  if (!password.empty()) {
    if (auto checked = domain::check_registration(user.name, user.email, password); !checked) {
      return tl::unexpected{checked.error()};
    }
    user.password_hash = passwords.hash(password);
  }
  return domain::Accounts{transaction}.enrol(user).map(
      [](const auto&) { return LineOutcome::user; });
}

Result<domain::ChatType> chat_type(std::string_view text) {
  if (text == "personal") return domain::ChatType::personal;
  if (text == "group") return domain::ChatType::group;
  if (text == "channel") return domain::ChatType::channel;
  return fail(Errc::validation, "type is personal, group or channel");
}

Result<LineOutcome> import_chat(json::Value fields, domain::Transaction& transaction) {
  domain::NewChat chat;
  std::string type;
  dto::Fields reader{fields};
  reader.id("_id", chat.id, no_id(), dto::Presence::optional)
      .text("type", type, 16)
      .text("name", chat.name, 800, dto::Presence::optional)
      .ids("participants", chat.participant_ids, 10'000, no_id());
  if (const Error* error = reader.error()) return tl::unexpected{*error};
  auto known_type = chat_type(type);
  if (!known_type) return tl::unexpected{known_type.error()};
  chat.type = *known_type;
  if (!chat.id.empty() && transaction.chat_by_id(chat.id) != nullptr) return LineOutcome::present;
  if (chat.participant_ids.empty()) return fail(Errc::validation, "participants is empty");
  const auto owner = transaction.user_by_id(chat.participant_ids.front());
  if (owner == nullptr) {
    return fail(Errc::validation, fmt::format("no user '{}'", chat.participant_ids.front()));
  }
  chat.creator = owner->ref;
  return domain::Chats{transaction}.create(chat).map(
      [](const auto& made) { return made.existed ? LineOutcome::present : LineOutcome::chat; });
}

Result<LineOutcome> import_line(json::Value line, domain::Transaction& transaction,
                                const domain::Passwords& passwords) {
  const auto user = line.find("user");
  const auto chat = line.find("chat");
  if (!line.is_object() || line.size() != 1 || (!user && !chat)) {
    return fail(Errc::validation, "a line is {\"user\":{...}} or {\"chat\":{...}}");
  }
  return user ? import_user(*user, transaction, passwords) : import_chat(*chat, transaction);
}

void count(Imported& imported, LineOutcome outcome) {
  switch (outcome) {
    case LineOutcome::user: ++imported.users; return;
    case LineOutcome::chat: ++imported.chats; return;
    case LineOutcome::present: ++imported.present; return;
  }
}

}  // namespace

Result<Imported> import_lines(std::istream& lines, std::string_view file, const ImportInto& into) {
  Imported imported;
  json::Parser parser{line_bytes_max};
  into.ledger.begin(into.clock.wall());
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const auto parsed = parser.parse_copy(line);
    auto outcome = parsed.and_then([&](json::Value value) {
      into.ledger.enter(domain::Writes::many);
      auto done = import_line(value, into.ledger.transaction(), into.passwords);
      static_cast<void>(
          into.ledger.leave(done ? domain::Ledger::Outcome::keep : domain::Ledger::Outcome::undo));
      return done;
    });
    if (!outcome) {
      into.ledger.rollback();
      return fail(Errc::validation, fmt::format("{}:{}: {}", file, number, outcome.error().text));
    }
    count(imported, *outcome);
    if (into.progress && number % lines_between_progress == 0) into.progress(number);
  }
  if (auto committed = into.ledger.commit(); !committed) return tl::unexpected{committed.error()};
  return imported;
}

Result<Imported> import_from(const std::string& file, const ImportInto& into) {
  if (file == "-") return import_lines(std::cin, file, into);
  std::ifstream lines{file};
  if (!lines) return fail(Errc::not_found, fmt::format("cannot read {}", file));
  return import_lines(lines, file, into);
}

}  // namespace veche::app
