#pragma once

/// @file
/// From an event to a command and back to its answer, with the limits on the way.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "veche/base/log.hpp"
#include "veche/base/peer_limiter.hpp"
#include "veche/base/time.hpp"
#include "veche/domain/access.hpp"
#include "veche/domain/commands.hpp"
#include "veche/domain/credentials.hpp"
#include "veche/domain/ledger.hpp"
#include "veche/domain/queries.hpp"
#include "veche/domain/sessions.hpp"
#include "veche/gateway/call.hpp"
#include "veche/gateway/message_texts.hpp"
#include "veche/json/writer.hpp"
#include "veche/socketio/node.hpp"

namespace veche::gateway {

/// What the gateway stands on; all of it outlives the gateway.
struct Services {
  socketio::Node& node;        ///< of this loop
  TimerWheel& wheel;           ///< of this loop
  domain::Commands& commands;  ///< of this loop
  domain::Tokens& tokens;      ///< of this loop
  const Clock& clock;
  Log& log;
  const MessageTexts* texts{};  ///< of this loop's Broadcaster; none: acks write messages anew
};

/// 30 in 10 s, and 60 a minute (CONTRACT section 6, limits).
inline constexpr Rate send_rate{.interval = Milliseconds{334}, .burst = 30};
inline constexpr Rate join_rate{.interval = Milliseconds{1'000}, .burst = 60};

struct Limits {
  // Of users, by id, over all their sockets; none: no limit.
  PeerLimits* sends{};
  PeerLimits* joins{};
  /// Events over their rate that are borne before the connection is closed with 1008.
  Rate refusals{.interval = Milliseconds{100}, .burst = 200};
  std::uint32_t unanswered_max{64};      ///< at which reading pauses
  std::uint32_t unanswered_resumed{32};  ///< at which it goes on
};

/// What has come in on one loop since it began.
struct Counters {
  std::uint64_t sign_ins{};     ///< sockets with a valid token
  std::uint64_t auth_errors{};  ///< sockets without one, and tokens that came to their end
  std::uint64_t limited{};      ///< events refused for their rate
  std::uint64_t failures{};     ///< events that were answered with an error, those among them
};

/// A failure as sockets read it: what is hidden from a stranger is `Access denied` (CONTRACT R9).
[[nodiscard]] inline Error as_told(const Error& error) {
  return domain::is_hidden(error) ? Error{Errc::forbidden, {}} : error;
}

/// Submits what a socket asks for, as its user, and answers exactly once.
///
///     requests.write<Joined>(call, Writes::once,
///         [id](Transaction& t, UserRef user) { return Chats{t}.join(user, id); },
///         [id](Socket* socket, const Joined& joined, json::Writer* ack) { ... });
///
/// A socket may ask before it is admitted: writes queue behind the one that makes its user's row,
/// and all else behind a write of nothing; each looks at the session of the token once more.
///
/// Time      A command costs one allocation for the job, and what its lambdas own. Memory  What
///           is on its way is bounded by Limits::unanswered_max for each connection and what
///           came with the last read from it.
/// Threads   The Node's loop; the work runs elsewhere. Errors  Told to the client. Lifetime
/// Outlives the commands it submitted.
class Requests {
 public:
  Requests(Services services, Limits limits) : services_{services}, limits_{limits} {}
  Requests(const Requests&) = delete;
  Requests& operator=(const Requests&) = delete;

  /// `work` is Result<R>(Transaction&, UserRef). `done` is void(Socket*, const R&, Writer*), where
  /// the socket is null when it has gone, and the writer stands inside the ack's object, after
  /// `"success":true`, or is null when no ack is wanted.
  template <typename R, typename Work, typename Done>
  void write(Call& call, domain::Writes writes, Work&& work, Done&& done,
             domain::Answers answers = domain::Answers::at_once);

  /// `ask` is Result<std::string>(const Queries&): the whole ack, written on the reader.
  template <typename Ask>
  void read(Call& call, Ask ask);

  /// Answers at once, or as soon as the socket is admitted, with `"success":true` and what `show`,
  /// void(Writer&), adds to it.
  template <typename Show>
  void succeed(Call& call, Show show);

  void refuse(Call& call, const Error& error) {
    ++counters_.failures;
    Answer{call}.fail(error, services_.log);
  }

  [[nodiscard]] Counters& counters() { return counters_; }

  /// False when the event came too soon: then it has been refused, and a flood ended.
  [[nodiscard]] bool within_rate(Call& call);

 private:
  /// A user, by ref as soon as that is known; until then nobody has looked at the session either.
  struct Asker {
    struct Newcomer {
      std::string id;
      std::string session_id;
    };
    domain::UserRef user{};
    std::unique_ptr<const Newcomer> newcomer;  ///< none once the ref is known

    explicit Asker(const Call& call);
    [[nodiscard]] Result<domain::UserRef> resolve(domain::Transaction& transaction) const;
  };

  /// Answers with an ack that is written, once the writer has let the user in.
  void succeed_later(Call& call);

  template <typename Ask>
  void submit_read(std::string user_id, socketio::SocketHandle socket, Ask ask, Answer answer);

  /// Counts a command, and pauses reading at the limit.
  void begin(Call& call);
  /// It has been answered.
  void finish(socketio::SocketHandle socket);

  Services services_;
  Limits limits_;
  Counters counters_;
  std::string out_;  // an ack that is being written
};

template <typename R, typename Work, typename Done>
void Requests::write(Call& call, domain::Writes writes, Work&& work, Done&& done,
                     domain::Answers answers) {
  begin(call);
  services_.commands.write<R>(
      writes,
      [asker = Asker{call},
       work = std::forward<Work>(work)](domain::Transaction& transaction) mutable -> Result<R> {
        const auto user = asker.resolve(transaction);
        if (!user) return tl::unexpected<Error>{user.error()};
        return work(transaction, *user);
      },
      [this, handle = call.socket.handle(), answer = Answer{call},
       done = std::forward<Done>(done)](Result<R> outcome) mutable {
        finish(handle);
        if (!outcome) {
          ++counters_.failures;
          return answer.fail(as_told(outcome.error()), services_.log);
        }
        socketio::Socket* socket = services_.node.find(handle);
        if (!answer.is_wanted()) return done(socket, *outcome, nullptr);
        json::Writer json{out_, json::Over::all};
        json.begin_object().member("success", true);
        done(socket, *outcome, &json);
        json.end_object();
        answer.succeed(out_);
      },
      answers);
}

template <typename Ask>
void Requests::read(Call& call, Ask ask) {
  begin(call);
  const auto handle = call.socket.handle();
  std::string user_id{user_id_of(call.socket)};
  if (call.session.user() != domain::UserRef::none) {
    return submit_read(std::move(user_id), handle, std::move(ask), Answer{call});
  }
  services_.commands.write<domain::UserRef>(
      domain::Writes::once,
      [asker = Asker{call}](domain::Transaction& transaction) {
        return asker.resolve(transaction);
      },
      [this, handle, user_id = std::move(user_id), ask = std::move(ask),
       answer = Answer{call}](const Result<domain::UserRef>& user) mutable {
        if (user) return submit_read(std::move(user_id), handle, std::move(ask), std::move(answer));
        finish(handle);
        answer.fail(user.error(), services_.log);
      });
}

template <typename Ask>
void Requests::submit_read(std::string user_id, socketio::SocketHandle socket, Ask ask,
                           Answer answer) {
  services_.commands.read<std::string>(
      [user_id = std::move(user_id), ask = std::move(ask)](domain::Reader& reader) mutable {
        return ask(domain::Queries{reader, user_id});
      },
      [this, socket, answer = std::move(answer)](Result<std::string> ack) mutable {
        finish(socket);
        if (ack) return answer.succeed(*ack);
        ++counters_.failures;
        answer.fail(ack.error(), services_.log);
      });
}

template <typename Show>
void Requests::succeed(Call& call, Show show) {
  if (!call.event.ack) return;
  json::Writer json{out_, json::Over::all};
  json.begin_object().member("success", true);
  show(json);
  json.end_object();
  if (call.session.user() == domain::UserRef::none) return succeed_later(call);
  call.event.ack(socketio::Raw{out_});
}

}  // namespace veche::gateway
