#pragma once

/// @file
/// A store whose commits fail when a test says so, and that counts what it is asked.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "veche/domain/store.hpp"

namespace veche::support {

/// Passes everything on to another store.
///
///     FailingStore store{inner};
///     store.fails_commit = true;     // the next commit stores nothing and answers Errc::io
class FailingStore final : public domain::Store {
 public:
  explicit FailingStore(domain::Store& inner) : inner_{inner} {}

  bool fails_commit{};     ///< the next commit, then no longer
  bool has_failed{};       ///< a statement failed, until the rollback
  int asked{};             ///< questions since it was set to 0
  int chats_updated{};     ///< calls of update_chat
  int chats_advanced{};    ///< calls of advance_chat
  int members_put{};       ///< calls of put_member
  int members_advanced{};  ///< calls of advance_member
  int savepoints{};        ///< calls of savepoint

  std::string epoch() override { return inner_.epoch(); }
  domain::Pos head() override { return inner_.head(); }
  void begin() override { inner_.begin(); }
  Result<void> commit() override {
    if (!fails_commit) return inner_.commit();
    fails_commit = false;
    inner_.rollback();
    return fail(Errc::io, "the disk said no");
  }
  void rollback() override {
    has_failed = false;
    inner_.rollback();
  }
  void savepoint() override {
    ++savepoints;
    inner_.savepoint();
  }
  void release() override { inner_.release(); }
  void rollback_to_savepoint() override { inner_.rollback_to_savepoint(); }
  bool failed() const override { return has_failed || inner_.failed(); }

  std::optional<domain::Account> find_account(domain::UserRef ref) override {
    return ++asked, inner_.find_account(ref);
  }
  std::optional<domain::Account> find_account_by_id(std::string_view id) override {
    return ++asked, inner_.find_account_by_id(id);
  }
  std::optional<domain::Account> find_account_by_email(std::string_view email) override {
    return ++asked, inner_.find_account_by_email(email);
  }
  domain::UserRef insert_account(const domain::Account& account) override {
    return inner_.insert_account(account);
  }
  void update_account(const domain::Account& account) override { inner_.update_account(account); }

  std::optional<domain::Chat> find_chat(domain::ChatRef ref) override {
    return ++asked, inner_.find_chat(ref);
  }
  std::optional<domain::Chat> find_chat_by_id(std::string_view id) override {
    return ++asked, inner_.find_chat_by_id(id);
  }
  std::optional<domain::ChatRef> find_personal(domain::UserRef one,
                                               domain::UserRef other) override {
    return ++asked, inner_.find_personal(one, other);
  }
  domain::ChatRef insert_chat(const domain::Chat& chat) override {
    return inner_.insert_chat(chat);
  }
  void update_chat(const domain::Chat& chat) override {
    ++chats_updated;
    inner_.update_chat(chat);
  }
  void put_member(domain::ChatRef chat, const domain::Member& member) override {
    ++members_put;
    inner_.put_member(chat, member);
  }
  void advance_chat(const domain::Chat& chat) override {
    ++chats_advanced;
    inner_.advance_chat(chat);
  }
  void advance_member(domain::ChatRef chat, const domain::Member& member) override {
    ++members_advanced;
    inner_.advance_member(chat, member);
  }
  void delete_member(domain::ChatRef chat, domain::UserRef user) override {
    inner_.delete_member(chat, user);
  }

  void append(const domain::Entry& entry) override { inner_.append(entry); }
  void update_entry(const domain::Entry& message) override { inner_.update_entry(message); }
  std::optional<domain::Entry> find_entry(domain::Pos pos) override {
    return ++asked, inner_.find_entry(pos);
  }
  std::optional<domain::Entry> find_by_client_key(domain::UserRef actor, domain::ChatRef chat,
                                                  std::string_view key) override {
    return ++asked, inner_.find_by_client_key(actor, chat, key);
  }
  std::int64_t uncounted(domain::ChatRef chat, domain::Seq after, domain::UserRef member) override {
    return ++asked, inner_.uncounted(chat, after, member);
  }
  std::vector<domain::Entry> messages_between(const domain::Chat& chat, domain::Seq first,
                                              domain::Seq last) override {
    return ++asked, inner_.messages_between(chat, first, last);
  }
  std::vector<domain::UnreadRow> unread_by_chat(domain::UserRef user) override {
    return ++asked, inner_.unread_by_chat(user);
  }
  void put_session(const domain::SessionRow& session) override { inner_.put_session(session); }
  std::optional<domain::SessionRow> find_session(std::string_view id) override {
    return ++asked, inner_.find_session(id);
  }
  std::vector<domain::SessionRow> live_sessions_of(domain::UserRef user, WallTime now) override {
    return ++asked, inner_.live_sessions_of(user, now);
  }
  void delete_dead_sessions(domain::UserRef user, WallTime now) override {
    inner_.delete_dead_sessions(user, now);
  }

 private:
  domain::Store& inner_;
};

}  // namespace veche::support
