// Goal: whatever happens, in whatever batches, with commands undone, commits that fail and
// restarts, every store agrees with a model so plain that it can be read (RELIABILITY I5, I7).
// Method: random scripts of numbers, each number a command; after each batch everything a reader
// can see is compared with a recount.

#include <algorithm>
#include <map>
#include <memory>
#include <tuple>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "veche/storage/contract_test.hpp"
#include "veche/storage/model_chats_test.hpp"
#include "veche/storage/model_groups_test.hpp"
#include "veche/storage/model_sessions_test.hpp"

#include "support/failing_store.hpp"

namespace veche::storage {
namespace {

using domain::Chats;
using domain::EntryKind;
using domain::Groups;
using domain::Messages;
using domain::MessageType;
using domain::Pos;
using domain::Reads;
using domain::Role;
using domain::Seq;
using domain::Transaction;
using domain::UserRef;
using domain::Writes;

/// What should be, and the same through the ledger.
template <typename T>
class Pair {
 public:
  Pair() {
    start();
    for (int i = 0; i < people; ++i) refs_.push_back(world_->user(id_of(i)));
  }

  void run(const std::vector<std::uint32_t>& script) {
    for (std::size_t i = 0; i < script.size(); i += 5) {
      const auto before = plain_;
      const auto devices_before = devices_;
      const auto head_before = head_;
      world_->now += Milliseconds{static_cast<int>(script[i] % 7) - 2};
      world_->ledger.begin(world_->now);
      for (std::size_t j = i; j < std::min(i + 5, script.size()); ++j) step(script[j]);
      failing_->fails_commit = script[i] % 5 == 0;
      const bool should_fail = failing_->fails_commit;
      RC_ASSERT(world_->ledger.commit().has_value() != should_fail);
      if (should_fail) {
        plain_ = before;
        devices_ = devices_before;
        head_ = head_before;
      }
      if (script[i] % 11 == 0) restart();
      compare();
    }
    RC_ASSERT(stores_.is_sound());
  }

 private:
  void start() {
    failing_ = std::make_unique<support::FailingStore>(stores_.store());
    world_ = std::make_unique<support::ChatWorld>(
        *failing_, domain::Ledger::Limits{.chats_max = 2, .users_max = 3});
    reader_ = stores_.open_reader();
  }

  /// What is not stored is forgotten.
  void restart() {
    const auto now = world_->now;
    const auto state = world_->rng.next();
    reader_.reset();
    world_.reset();
    failing_.reset();
    stores_.restart();
    start();
    world_->now = now;
    world_->rng.go_on_from(state);
  }

  void step(std::uint32_t number) {
    const int user = static_cast<int>(number / 16 % people);
    const auto which = number / 64;
    switch (number % 16) {
      case 0: return create(user, which);
      case 1: return create_personal(user, static_cast<int>(which % people));
      case 2: return erase(user, which);
      case 3: return Steps{*this}.add(user, which);
      case 4: return say_as_system(which);
      case 5: return undo(user, which);
      case 6: return repeat(user, which);
      case 7: return read(user, which);
      case 8: return edit(user, which);
      case 9:
      case 10: return unsay(user, which);
      case 11: return Steps{*this}.remove(user, which);
      case 12: return Steps{*this}.leave(user, which);
      case 13: return Steps{*this}.set_role(user, which);
      case 14: head_ += devices_.sign_in(*world_, ref(user), which); return;
      default: return send(user, which);
    }
  }

  friend GroupSteps<Pair, PlainChat>;
  using Steps = GroupSteps<Pair, PlainChat>;

  [[nodiscard]] WallTime now() const { return world_->now; }

  PlainChat* pick(std::uint32_t which) {
    return plain_.empty() ? nullptr : &plain_[which % plain_.size()];
  }

  void note(PlainChat& chat) {
    ++chat.facts;
    chat.head = ++head_;
  }

  void create(int user, std::uint32_t which) {
    PlainChat chat{.id = "chat" + std::to_string(++made_)};
    std::vector<std::string> ids;
    for (int i = 0; i < people; ++i) {
      if (i != user && (which >> static_cast<unsigned>(i) & 1U) == 0) continue;
      chat.joined[i] = 0;
      chat.joined_at[i] = world_->now;
      chat.roles[i] = i == user ? Role::owner : Role::member;
      ids.push_back(id_of(i));
    }
    chat.updated = world_->now;
    note(chat);
    const auto created = world_->command(Writes::many, [&](Transaction& t) {
      return Chats{t}.create({.creator = ref(user),
                              .type = domain::ChatType::group,
                              .participant_ids = ids,
                              .name = "n",
                              .id = chat.id});
    });
    RC_ASSERT(created.has_value());
    chat.made = made_;
    plain_.push_back(chat);
  }

  void create_personal(int user, int other) {
    const std::string id = "pair" + std::to_string(++made_);
    const auto created = world_->command(Writes::many, [&](Transaction& t) {
      return Chats{t}.create({.creator = ref(user), .participant_ids = {id_of(other)}, .id = id});
    });
    RC_ASSERT(created.has_value() == (user != other));
    if (user == other) return;
    const auto known = std::find_if(plain_.begin(), plain_.end(), [&](const PlainChat& chat) {
      return chat.id.starts_with("pair") && !chat.is_deleted && chat.joined.count(user) == 1 &&
             chat.joined.count(other) == 1;
    });
    RC_ASSERT(created->existed == (known != plain_.end()));
    if (created->existed) {
      RC_ASSERT(created->chat.chat.id == known->id);
      RC_ASSERT(created->chat.unread == recount(*known, user));
      return;
    }
    PlainChat chat{.id = id, .joined = {{user, 0}, {other, 0}}, .updated = world_->now};
    chat.made = made_;
    note(chat);
    plain_.push_back(chat);
  }

  void erase(int user, std::uint32_t which) {
    auto* chat = pick(which);
    if (chat == nullptr) return;
    const auto erased = world_->command(
        Writes::many, [&](Transaction& t) { return Chats{t}.erase(ref(user), chat->id); });
    if (!erased) return;
    RC_ASSERT(!chat->is_deleted && chat->joined.count(user) == 1);
    chat->is_deleted = true;
    note(*chat);
    RC_ASSERT(*erased == chat->facts);
  }

  void say_as_system(std::uint32_t which) {
    auto* chat = pick(which);
    if (chat == nullptr || chat->is_deleted) return;
    const auto said = world_->command(Writes::once, [&](Transaction& t) -> Result<int> {
      t.append(*t.chat_by_id(chat->id), {.kind = EntryKind::message,
                                         .actor = ref(0),
                                         .body = "system",
                                         .type = MessageType::system});
      return 0;
    });
    RC_ASSERT(said.has_value());
    store(*chat, {.sender = -1, .text = "system"});
  }

  template <typename Act>
  Result<domain::Regrouped> regroup(Act act) {
    return world_->command(Writes::many, [&](Transaction& t) {
      Groups groups{t};
      return act(groups);
    });
  }

  /// Does much and then fails, so that nothing of it may be seen.
  void undo(int user, std::uint32_t which) {
    auto* chat = pick(which);
    const auto undone = world_->command(Writes::many, [&](Transaction& t) -> Result<int> {
      domain::Accounts accounts{t};
      RC_ASSERT(accounts.admit({.user_id = "ghost"}).has_value());
      RC_ASSERT(Chats{t}
                    .create({.creator = ref(user), .participant_ids = {"ghost"}, .id = "ghosts"})
                    .has_value());
      if (chat != nullptr) {
        for (int i = 0; i < people; ++i) {
          if (Messages{t}.send({.sender = ref(i), .chat_id = chat->id, .text = "ghost"})) continue;
        }
        for (const auto& message : chat->messages) {
          if (Messages{t}.edit({.editor = ref(user), .message_id = message.id, .text = "ghost"}) &&
              Messages{t}.erase({.deleter = ref(user), .message_id = message.id}))
            continue;
        }
        Groups groups{t};
        if (groups.add({.by = ref(user), .chat_id = chat->id, .user_ids = {"ghost"}}) &&
            groups.leave(ref(user), chat->id))
          return fail(Errc::conflict);
        if (Chats{t}.erase(ref(user), chat->id)) return fail(Errc::conflict);
      }
      return fail(Errc::validation);
    });
    RC_ASSERT(!undone.has_value());
  }

  void send(int user, std::uint32_t which) {
    auto* chat = pick(which);
    if (chat == nullptr) return;
    const auto sent = world_->command(Writes::once, [&](Transaction& t) {
      return Messages{t}.send({.sender = ref(user), .chat_id = chat->id, .text = "text"});
    });
    const bool may = !chat->is_deleted && chat->joined.count(user) == 1;
    RC_ASSERT(sent.has_value() == may);
    if (!may) return;
    store(*chat, {.sender = user, .text = "text"});
    RC_ASSERT(sent->message->pos == head_);
    RC_ASSERT(sent->message->seq == static_cast<Seq>(chat->messages.size()));
    RC_ASSERT(sent->message->rev == chat->facts);
  }

  /// The same key with the same text: one message, however often.
  void repeat(int user, std::uint32_t which) {
    auto* chat = pick(which);
    if (chat == nullptr || chat->is_deleted || chat->joined.count(user) == 0) return;
    const std::string key = "key" + std::to_string(which % 3);
    const auto known = std::find_if(
        chat->messages.begin(), chat->messages.end(),
        [&](const PlainMessage& message) { return message.sender == user && message.key == key; });
    const bool is_known = known != chat->messages.end();
    const auto sent = world_->command(Writes::once, [&](Transaction& t) {
      return Messages{t}.send(
          {.sender = ref(user), .chat_id = chat->id, .text = key, .client_message_id = key});
    });
    RC_ASSERT(sent.has_value());
    RC_ASSERT(sent->is_duplicate == is_known);
    RC_ASSERT(sent->message->text == (is_known ? known->text : key));
    if (!is_known) store(*chat, {.sender = user, .text = key, .key = key});
  }

  /// The cursor goes up to any seq, also to one that is not there or lies behind it.
  void read(int user, std::uint32_t which) {
    auto* chat = pick(which);
    if (chat == nullptr) return;
    const auto seq = static_cast<Seq>(which / 8 % (chat->messages.size() + 3));
    const auto marked = world_->command(Writes::once, [&](Transaction& t) {
      return Reads{t}.mark({.reader = ref(user), .chat_id = chat->id, .seq = seq});
    });
    const bool may = !chat->is_deleted && chat->joined.count(user) == 1;
    RC_ASSERT(marked.has_value() == may);
    if (!may) return;
    const auto before = recount(*chat, user);
    auto& cursor = chat->read[user];
    const auto target = std::min(seq, static_cast<Seq>(chat->messages.size()));
    if (target > cursor) {
      cursor = target;
      note(*chat);
    }
    RC_ASSERT(marked->read_seq == cursor);
    RC_ASSERT(marked->unread == recount(*chat, user));
    RC_ASSERT(marked->updated_count == before - marked->unread);
    RC_ASSERT(static_cast<std::int64_t>(marked->message_ids.size()) == marked->updated_count);
    const auto total = world_->command(Writes::once, [&](Transaction& t) -> Result<std::int64_t> {
      return t.unread_in_all(ref(user));
    });
    RC_ASSERT(total.value() == recount_all(user));
  }

  /// Any message of the chat; nullptr when there is none.
  static PlainMessage* pick_message(PlainChat* chat, std::uint32_t which) {
    if (chat == nullptr || chat->messages.empty()) return nullptr;
    return &chat->messages[which / 8 % chat->messages.size()];
  }

  void edit(int user, std::uint32_t which) {
    auto* chat = pick(which);
    auto* message = pick_message(chat, which);
    if (message == nullptr) return;
    const std::string text = "edit" + std::to_string(which % 2);
    const auto edited = world_->command(Writes::many, [&](Transaction& t) {
      return Messages{t}.edit({.editor = ref(user), .message_id = message->id, .text = text});
    });
    const bool may = !chat->is_deleted && chat->joined.count(user) == 1 &&
                     message->sender == user && !message->is_deleted;
    RC_ASSERT(edited.has_value() == may);
    if (!may) return;
    if (message->text != text) {
      note(*chat);
      message->text = text;
      message->rev = chat->facts;
    }
    RC_ASSERT(edited->text == text);
    RC_ASSERT(edited->rev == message->rev);
  }

  void unsay(int user, std::uint32_t which) {
    auto* chat = pick(which);
    auto* message = pick_message(chat, which);
    if (message == nullptr) return;
    const auto erased = world_->command(Writes::many, [&](Transaction& t) {
      return Messages{t}.erase({.deleter = ref(user), .message_id = message->id});
    });
    const bool may = !chat->is_deleted && chat->joined.count(user) == 1 && message->sender != -1 &&
                     (message->sender == user || is_in_charge(*chat, user)) && !message->is_deleted;
    RC_ASSERT(erased.has_value() == may);
    if (!may) return;
    note(*chat);
    message->text.clear();
    message->is_deleted = true;
    message->rev = chat->facts;
    RC_ASSERT(*erased == chat->facts);
  }

  void store(PlainChat& chat, PlainMessage message) {
    chat.updated = std::max(chat.updated, world_->now);
    note(chat);
    message.id = domain::message_id(head_, chat.updated);
    message.rev = chat.facts;
    chat.messages.push_back(std::move(message));
  }

  static std::int64_t recount(const PlainChat& chat, int user) {
    std::int64_t count = 0;
    const auto read = chat.read.find(user);
    const auto joined = chat.joined.at(user);
    const auto cursor = read == chat.read.end() ? joined : std::max(joined, read->second);
    for (auto seq = cursor; seq < static_cast<Seq>(chat.messages.size()); ++seq) {
      const auto& message = chat.messages[static_cast<std::size_t>(seq)];
      if (message.sender != user && message.sender != -1 && !message.is_deleted) ++count;
    }
    return count;
  }

  std::int64_t recount_all(int user) const {
    std::int64_t count = 0;
    for (const auto& chat : plain_) {
      if (!chat.is_deleted && chat.joined.count(user) == 1) count += recount(chat, user);
    }
    return count;
  }

  void compare() {
    reader_->begin();
    RC_ASSERT(world_->ledger.head() == head_);
    RC_ASSERT(reader_->head() == head_);
    RC_ASSERT(!reader_->find_account_by_id("ghost").has_value());
    devices_.compare(*reader_, world_->now);
    for (int user = 0; user < people; ++user) compare_list(user);
    compare_log();
    reader_->end();
    RC_ASSERT(!reader_->failed());
  }

  void compare_list(int user) {
    std::vector<PlainChat> expected;
    for (const auto& chat : plain_) {
      if (!chat.is_deleted && chat.joined.count(user) == 1) expected.push_back(chat);
    }
    std::sort(expected.begin(), expected.end(), [](const PlainChat& one, const PlainChat& other) {
      return std::tie(one.updated, one.made) > std::tie(other.updated, other.made);
    });
    const auto views = reader_->chats_of(ref(user), {});
    RC_ASSERT(views.size() == expected.size());
    for (std::size_t i = 0; i < views.size(); ++i) {
      const auto& chat = expected[i];
      RC_ASSERT(views[i].chat.id == chat.id);
      RC_ASSERT(views[i].unread == recount(chat, user));
      RC_ASSERT(views[i].chat.rev == chat.facts);
      RC_ASSERT(views[i].chat.last_seq == static_cast<Seq>(chat.messages.size()));
      RC_ASSERT(views[i].participants->users.size() == chat.joined.size());
      RC_ASSERT(views[i].member_count == chat.joined.size());
      for (const auto& member : views[i].chat.members) {
        const auto known = std::find(refs_.begin(), refs_.end(), member.user) - refs_.begin();
        RC_ASSERT(member.role == role_in(chat, static_cast<int>(known)));
      }
      const auto last =
          std::find_if(chat.messages.rbegin(), chat.messages.rend(),
                       [](const PlainMessage& message) { return !message.is_deleted; });
      RC_ASSERT(views[i].last_message.has_value() == (last != chat.messages.rend()));
      if (last != chat.messages.rend()) RC_ASSERT(is_same(*views[i].last_message, *last));
      compare_page(views[i].chat, chat);
    }
  }

  static bool is_same(const domain::Message& message, const PlainMessage& plain) {
    return domain::message_id(message.pos, message.created) == plain.id &&
           message.text == plain.text && message.rev == plain.rev &&
           message.is_deleted == plain.is_deleted;
  }

  void compare_page(const domain::Chat& chat, const PlainChat& plain) {
    const auto page = reader_->messages(chat, {.limit = 200});
    RC_ASSERT(page.messages.size() == plain.messages.size());
    for (std::size_t i = 0; i < plain.messages.size(); ++i) {
      RC_ASSERT(page.messages[i].seq == static_cast<Seq>(i) + 1);
      RC_ASSERT(is_same(page.messages[i], plain.messages[i]));
    }
  }

  /// pos, rev and seq have no gaps, and each fact names the chat's fact before it.
  void compare_log() {
    std::map<domain::ChatRef, domain::Entry> last;
    std::map<domain::ChatRef, Seq> messages;
    std::map<domain::ChatRef, WallTime> newest;
    Pos pos = 0;
    for (const auto& entry : reader_->entries_after(0, 100'000)) {
      RC_ASSERT(entry.pos == ++pos);
      if (entry.kind == EntryKind::sessions_revoked) continue;
      RC_ASSERT(entry.rev == last[entry.chat].rev + 1);
      RC_ASSERT(entry.previous == last[entry.chat].pos);
      if (entry.kind == EntryKind::message) {
        RC_ASSERT(entry.seq == ++messages[entry.chat]);
        RC_ASSERT(entry.created >= newest[entry.chat]);
        newest[entry.chat] = entry.created;
      }
      last[entry.chat] = entry;
    }
    RC_ASSERT(pos == head_);
  }

  static Role role_in(const PlainChat& chat, int user) {
    const auto found = chat.roles.find(user);
    return found == chat.roles.end() ? Role::member : found->second;
  }

  static bool is_in_charge(const PlainChat& chat, int user) {
    return chat.is_group() && role_in(chat, user) != Role::member;
  }

  UserRef ref(int user) const { return refs_[static_cast<std::size_t>(user)]; }

  T stores_;
  std::unique_ptr<support::FailingStore> failing_;
  std::unique_ptr<support::ChatWorld> world_;
  std::unique_ptr<domain::Reader> reader_;
  std::vector<UserRef> refs_;
  std::vector<PlainChat> plain_;
  PlainDevices devices_;
  Pos head_{};
  int made_{};
};

TEST_SUITE("storage/model (RELIABILITY I5, I7)") {
  TEST_CASE_TEMPLATE("a store agrees with a recount after every batch", T, InMemory, InSqlite) {
    CHECK(rc::check([] {
      const auto script = *rc::gen::arbitrary<std::vector<std::uint32_t>>();
      Pair<T> pair;
      pair.run(script);
    }));
  }
}

}  // namespace
}  // namespace veche::storage
