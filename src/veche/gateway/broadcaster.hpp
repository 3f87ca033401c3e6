#pragma once

/// @file
/// The chat over Socket.IO: what goes out (CONTRACT R7, R14, R18, section 4).

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "veche/domain/facts.hpp"
#include "veche/gateway/fact_events.hpp"
#include "veche/gateway/message_texts.hpp"
#include "veche/gateway/user_texts.hpp"
#include "veche/socketio/audience.hpp"
#include "veche/socketio/burst.hpp"
#include "veche/socketio/node.hpp"

namespace veche::gateway {

/// Tells the sockets of one loop what has happened. Knows rooms and no service.
///
///     Broadcaster broadcaster{node, {}};
///     broadcaster.tell(fact);    // for every fact, in order
///
/// Its events are those of tell_events(), each once to a socket, with the fact's place in the log
/// as one more argument, the same for everyone: see Offset. Besides,
///
///     ChatDeleted   -> chat-<id> is emptied
///     MemberRemoved -> the sockets of whoever it is leave chat-<id>
///     SessionsRevoked -> auth:error  to session-<id> of each, or to user-<id> of a user who has
///                                    gone; their connections are then closed
///
/// Time      JSON is written once a fact, and only if somebody on this loop is to hear it. A
///           chat is remembered as an Audience, which costs a receiver nothing but its send. What
///           one audience is told goes to at most Options::slice sockets a call; but of a fact of
///           several events all but the last go to everyone at once.
/// Memory    300 bytes for each remembered chat, 8 for each of its rooms and sockets, and the
///           rooms that it alone names; at most Options::rooms_max rooms in all. The chats longest
///           unheard of go first.
/// Threads   The Node's loop. Errors  None. Lifetime  Ends before the node.
class Broadcaster final : private FactHearer {
 public:
  struct Options {
    std::size_t remembered_from{2};  ///< participants; chats of fewer are looked up
    std::size_t rooms_max{100'000};
    std::size_t slice{512};  ///< sockets served at a time; at least 1
  };

  /// Without an epoch events carry no offset.
  Broadcaster(socketio::Node& node, Options options, std::string epoch = {});
  Broadcaster(const Broadcaster&) = delete;
  Broadcaster& operator=(const Broadcaster&) = delete;

  /// To the end.
  void tell(const domain::FactPtr& fact);

  /// The same, but what goes to a remembered chat may be kept until settle(), or until a fact that
  /// is for others: receivers then get several in one piece. After a hold() that was true nothing
  /// else may happen on the loop before the next call.
  ///
  /// False: what is kept goes to more than a slice, and is on its way; each call serves the next
  /// slice. Nothing of the fact was taken, and anything may happen before it is held again. Who
  /// joins meanwhile hears nothing of what is on its way, who leaves still does.
  [[nodiscard]] bool hold(const domain::FactPtr& fact);
  /// False in the same way: then it is to be called again, or hold().
  [[nodiscard]] bool settle();
  /// What a commit brought has been told: its acks may follow.
  void end_batch() { texts_.end_batch(); }

  /// How the messages that somebody on this loop has just been told were written.
  [[nodiscard]] const MessageTexts& texts() const { return texts_; }

  /// How many times a socket was told something.
  [[nodiscard]] std::uint64_t deliveries() const { return deliveries_; }
  /// How many rooms the remembered chats name together.
  [[nodiscard]] std::size_t remembered_rooms() const { return remembered_rooms_; }

 private:
  /// The rooms of a chat, as long as nobody enters or leaves it.
  struct Remembered {
    Remembered(socketio::Rooms& rooms, std::string id, domain::AudiencePtr users);

    std::string chat_id;
    domain::AudiencePtr participants;
    socketio::Audience audience;
  };
  using Chats = std::list<Remembered>;  // the one heard of last in front

  void to_chat(const FactEvent& event, const std::string& chat_id,
               const domain::AudiencePtr& participants) override;
  void to_users(const FactEvent& event, std::span<const domain::UserPtr> users) override;
  [[nodiscard]] std::string_view text_of(const domain::UserPtr& user) override {
    return users_.text_of(user);
  }
  void keep(Remembered& chat, const FactEvent& event);
  /// Whether what is kept or on its way goes first, slice by slice.
  [[nodiscard]] bool waits(const domain::Fact& fact) const;
  /// Needs something held.
  [[nodiscard]] bool is_held_for(const std::string& chat_id,
                                 const domain::AudiencePtr& participants) const;
  void settle_at_once();

  /// What changes of the rooms before the fact is told, and after.
  void before(const domain::Fact& fact);
  void after(const domain::Fact& fact);
  void tell_revoked(const domain::SessionsRevoked& revoked);

  /// Emits to everyone in `rooms_`, once each.
  void emit(const FactEvent& event);
  /// Writes the event, and says how it is emitted; views `args_` and `offset_`.
  [[nodiscard]] socketio::Emission emission_of(const FactEvent& event);
  void name_room(std::string_view prefix, std::string_view id);
  void name_users(std::span<const domain::UserPtr> users);
  Remembered& remember(const std::string& chat_id, const domain::AudiencePtr& participants);
  void forget(Chats::iterator chat);
  void forget(std::string_view chat_id);

  Options options_;
  socketio::Node& node_;
  socketio::Namespace& nsp_;
  Chats chats_;
  std::unordered_map<std::string_view, Chats::iterator> by_id_;  // keys view the chats
  std::size_t remembered_rooms_{};
  Remembered* held_for_{};  // whom `burst_` is for; none while that is empty, or under way
  bool is_for_many_{};      // more than a slice
  socketio::Burst burst_;
  MessageTexts texts_;
  UserTexts users_;
  std::uint64_t deliveries_{};
  // Of the fact that is being told: its place, its rooms' names, whether anybody hears it, and then
  // the JSON and offset of its last event.
  domain::Pos pos_{};
  std::vector<std::string> rooms_;
  std::size_t room_count_{};
  bool is_heard_{};
  std::string args_;
  std::string offset_;       // the epoch and a dot, then the place of the event that is told
  std::size_t epoch_end_{};  // in `offset_`; 0 when nothing is stamped
};

}  // namespace veche::gateway
