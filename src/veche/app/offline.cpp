#include "veche/app/offline.hpp"

#include <cstdio>
#include <iostream>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "veche/app/credentials.hpp"
#include "veche/app/import.hpp"
#include "veche/app/secret.hpp"
#include "veche/domain/accounts.hpp"
#include "veche/domain/ledger.hpp"
#include "veche/loop/system.hpp"
#include "veche/loop/tls_context.hpp"

namespace veche::app {
namespace {

/// A password of the command line, or the first line of standard input for "-".
std::string password_of(const CommandLine& line) {
  if (line.password != "-") return line.password;
  std::string password;
  std::getline(std::cin, password);
  return password;
}

Result<domain::UserPtr> enrol(const CommandLine& line, const std::string& password,
                              domain::Ledger& ledger, const domain::Passwords& passwords) {
  loop::SystemClock clock;
  domain::Registration registration{line.name, line.email, {}, line.id};
  if (!password.empty()) {
    if (auto checked = domain::check_registration(line.name, line.email, password); !checked) {
      return tl::unexpected{checked.error()};
    }
    registration.password_hash = passwords.hash(password);
  }
  ledger.begin(clock.wall());
  ledger.enter(domain::Writes::many);
  auto user = domain::Accounts{ledger.transaction()}.enrol(registration);
  static_cast<void>(
      ledger.leave(user ? domain::Ledger::Outcome::keep : domain::Ledger::Outcome::undo));
  if (auto committed = ledger.commit(); !committed) return tl::unexpected{committed.error()};
  return user;
}

void show_progress(std::size_t lines) {
  if (::isatty(STDERR_FILENO) == 0) return;
  fmt::print(stderr, "\rimport: {} lines", lines);
  std::fflush(stderr);
}

}  // namespace

Result<std::unique_ptr<domain::Reader>> OpenStore::open_reader() const {
  if (sqlite_) return sqlite_->open_reader();
  return memory_->open_reader();
}

Result<OpenStore> open_store(const Settings& settings, Rng& rng) {
  if (settings.store == StoreKind::memory) {
    return OpenStore{std::make_unique<storage::MemoryStore>(random_id(rng, 16))};
  }
  if (auto made = make_data_dir(settings.data_dir); !made) return tl::unexpected{made.error()};
  storage::SqliteOptions options;
  options.folder = settings.data_dir;
  auto store = storage::SqliteStore::open(options, rng);
  if (!store) return tl::unexpected{store.error()};
  return OpenStore{std::move(*store)};
}

int check(const Settings& settings) {
  loop::SystemRng rng;
  if (auto secret = resolve_secret(settings, rng); !secret) return failed(secret.error().text, 2);
  if (!settings.tls_cert.empty()) {
    const auto loaded = loop::TlsContext::load({settings.tls_cert, settings.tls_key});
    if (!loaded) return failed(loaded.error().text, 2);
  }
  storage::SqliteOptions options;
  options.folder = settings.data_dir;
  auto store = storage::SqliteStore::open(options, rng);
  if (!store) return failed(store.error().text, store.error().code == Errc::conflict ? 1 : 2);
  auto verified = (*store)->verify();
  if (!verified) return failed(verified.error().text, 2);
  fmt::print("settings: good\ndata: {}\n", *verified);
  return 0;
}

int print_token(const CommandLine& line, const Settings& settings) {
  loop::SystemRng rng;
  loop::SystemClock clock;
  auto secret = resolve_secret(settings, rng);
  if (!secret) return failed(secret.error().text);
  auto lifetime = std::optional{settings.token_ttl};
  if (!line.ttl.empty()) lifetime = parse_duration(line.ttl);
  if (!lifetime)
    return failed(fmt::format("--ttl wants a duration such as 15m, not '{}'", line.ttl));
  if (!domain::is_id(line.user)) {
    return failed(fmt::format("--user wants 1 to 64 of A-Z a-z 0-9 _ -, not '{}'", line.user));
  }
  domain::User user;
  user.id = line.user;
  fmt::print("{}\n", JwtTokens{*secret, *lifetime, rng}.issue(user, "", clock.wall()));
  return 0;
}

int add_user(const CommandLine& line, const Settings& settings) {
  loop::SystemRng rng;
  auto store = open_store(settings, rng);
  if (!store) return failed(store.error().text);
  domain::Ledger ledger{store->store(), rng};
  auto user = enrol(line, password_of(line), ledger, HashedPasswords{rng});
  if (!user) return failed(user.error().text);
  fmt::print("{}\n", (*user)->id);
  return 0;
}

int import_file(const CommandLine& line, const Settings& settings) {
  loop::SystemRng rng;
  loop::SystemClock clock;
  auto store = open_store(settings, rng);
  if (!store) return failed(store.error().text);
  domain::Ledger ledger{store->store(), rng};
  const HashedPasswords passwords{rng};
  auto imported = import_from(line.file, {ledger, passwords, clock, show_progress});
  if (!imported) return failed(imported.error().text + "; nothing was imported");
  fmt::print("imported {} users and {} chats; {} were there already\n", imported->users,
             imported->chats, imported->present);
  return 0;
}

}  // namespace veche::app
