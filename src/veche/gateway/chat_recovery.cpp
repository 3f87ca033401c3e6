#include "veche/gateway/chat_recovery.hpp"

#include <algorithm>
#include <charconv>
#include <span>
#include <utility>

#include "veche/domain/missed.hpp"
#include "veche/domain/sessions.hpp"
#include "veche/dto/inputs.hpp"
#include "veche/gateway/fact_events.hpp"

namespace veche::gateway {
namespace {

// A sid, a user's id of at most 64, an epoch, two numbers and a signature are well below.
constexpr std::size_t pid_bytes_max = 512;

std::int64_t seconds_of(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

/// Takes what stands before the next '.' off the front.
std::string_view take_field(std::string_view& text) {
  const auto field = text.substr(0, text.find('.'));
  text.remove_prefix(std::min(text.size(), field.size() + 1));
  return field;
}

/// Only texts that were sealed get here, so that anything else is 0.
std::int64_t number_of(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// Writes down what one user was told behind an offset.
class Recorder final : public FactHearer {
 public:
  Recorder(domain::UserRef user, Offset from, std::string_view epoch,
           std::vector<ChatRecovery::Event>& events)
      : user_{user}, from_{from}, epoch_{epoch}, events_{events} {}

  /// Gives the bytes that its events take.
  std::size_t record(const domain::Fact& fact) {
    pos_ = fact.pos;
    bytes_ = 0;
    tell_events(fact, *this);
    return bytes_;
  }

  void to_chat(const FactEvent& event, const std::string& /*chat_id*/,
               const domain::AudiencePtr& participants) override {
    to_users(event, participants->users);
  }

  void to_users(const FactEvent& event, std::span<const domain::UserPtr> users) override {
    const auto is_user = [this](const domain::UserPtr& user) { return user->ref == user_; };
    if (std::none_of(users.begin(), users.end(), is_user)) return;
    if (Offset{pos_, event.step} <= from_) return;
    ChatRecovery::Event told{.pos = pos_, .name = event.name, .args = {}, .offset = {}};
    json::Writer json{told.args};
    event.write(json);
    append_offset(told.offset, epoch_, {pos_, event.step});
    bytes_ += told.name.size() + told.args.size() + told.offset.size();
    events_.push_back(std::move(told));
  }

 private:
  domain::UserRef user_;
  Offset from_;
  std::string_view epoch_;
  std::vector<ChatRecovery::Event>& events_;
  domain::Pos pos_{};
  std::size_t bytes_{};
};

class Returned final : public socketio::RecoveredSession {
 public:
  Returned(socketio::RecoverySession back, std::vector<ChatRecovery::Event> events)
      : RecoveredSession{std::move(back)}, events_{std::move(events)} {}

  [[nodiscard]] bool replay(Send send) override {
    for (const auto& event : events_)
      send({.event = event.name, .args = event.args, .offset = event.offset});
    return true;
  }

 private:
  std::vector<ChatRecovery::Event> events_;
};

}  // namespace

ChatRecovery::ChatRecovery(Services services, Start start, Options options)
    : services_{std::move(services)},
      epoch_{std::move(start.epoch)},
      position_{start.position},
      options_{options},
      parser_{services_.node.options().text_bytes_max} {
  services_.node.of(socketio::main_namespace).recover_with(*this);
}

void ChatRecovery::hear(const domain::FactPtr& fact) {
  position_ = fact->pos;
  if (returning_ == 0) return;
  recent_.push_back(fact);
  if (recent_.size() > options_.facts_max) recent_.pop_front();
}

std::optional<domain::Identity> ChatRecovery::identity_of(std::string_view auth) {
  const auto payload = parser_.parse_copy(auth);
  const auto token = payload ? dto::parse_handshake_token(*payload) : std::string_view{};
  if (token.empty()) return std::nullopt;
  auto identity = services_.tokens.verify(token, services_.clock.wall());
  if (!identity || !domain::is_id(identity->user_id)) return std::nullopt;
  return *std::move(identity);
}

std::string ChatRecovery::open(const socketio::Socket& socket) {
  auto identity = identity_of(socket.auth());
  if (!identity) return {};
  return seal({.sid = std::string{socket.id()},
               .user_id = std::move(identity->user_id),
               .position = position_,
               .issued = seconds_of(services_.clock.wall())});
}

std::string ChatRecovery::seal(const Pid& pid) const {
  std::string text = pid.sid;
  text.append(".").append(pid.user_id).append(".").append(epoch_);
  text.append(".").append(std::to_string(pid.position));
  text.append(".").append(std::to_string(pid.issued));
  const auto signature = services_.seal.sign(text);
  return text.append(".").append(signature);
}

std::optional<Pid> ChatRecovery::unseal(std::string_view text) const {
  if (text.size() > pid_bytes_max) return std::nullopt;
  const auto last = text.rfind('.');
  if (last == std::string_view::npos) return std::nullopt;
  auto fields = text.substr(0, last);
  if (!services_.seal.is_signature(fields, text.substr(last + 1))) return std::nullopt;
  Pid pid;
  pid.sid = take_field(fields);
  pid.user_id = take_field(fields);
  if (take_field(fields) != epoch_) return std::nullopt;
  pid.position = number_of(take_field(fields));
  pid.issued = number_of(take_field(fields));
  return pid;
}

std::optional<ChatRecovery::Return> ChatRecovery::check(const socketio::RecoveryRequest& request) {
  const auto pid = unseal(request.pid);
  if (!pid) return std::nullopt;
  const std::chrono::seconds age{seconds_of(services_.clock.wall()) - pid->issued};
  if (age > options_.max_disconnection_duration) return std::nullopt;
  // A stock client keeps the offset of a session before when it has had none since.
  Offset from{pid->position, last_step};
  if (request.offset) {
    const auto offset = parse_offset(*request.offset, epoch_);
    if (!offset) return std::nullopt;
    from = std::max(from, *offset);
  }
  auto identity = identity_of(request.auth);
  if (!identity || identity->user_id != pid->user_id) return std::nullopt;
  return Return{.pid = request.pid,
                .sid = pid->sid,
                .user_id = pid->user_id,
                .session_id = std::move(identity->session_id),
                .from = from};
}

void ChatRecovery::restore(socketio::RecoveryRequest request, RestoreCallback callback) {
  auto back = check(request);
  if (!back) {
    ++counters_.refused;
    return callback(nullptr);
  }
  ++returning_;
  services_.commands.read<Found>(
      [back = *back, epoch = epoch_, options = options_](domain::Reader& reader) {
        return read(reader, back, epoch, options);
      },
      [this, back = *back, callback = std::move(callback)](Result<Found> found) mutable {
        finish(back, std::move(found), std::move(callback));
      });
}

Result<ChatRecovery::Found> ChatRecovery::read(domain::Reader& reader, const Return& back,
                                               const std::string& epoch, const Options& options) {
  auto account = reader.find_account_by_id(back.user_id);
  if (!account || account->user->is_erased) return fail(Errc::unauthorized);
  if (domain::is_revoked(reader, back.session_id)) return fail(Errc::token_revoked);
  const auto missed = domain::missed_by(reader, account->user, back.from.pos, options.facts_max);
  if (!missed) return tl::unexpected<Error>{missed.error()};
  Found found{.user = account->user, .events = {}, .bytes = 0, .head = missed->head};
  Recorder recorder{found.user->ref, back.from, epoch, found.events};
  for (const auto& fact : missed->facts) {
    found.bytes += recorder.record(*fact);
    if (found.bytes > options.bytes_max) return fail(Errc::too_large, "too much was missed");
  }
  return found;
}

void ChatRecovery::finish(const Return& back, Result<Found> found, RestoreCallback callback) {
  const bool is_whole = found && catch_up(back, *found);
  if (--returning_ == 0) recent_.clear();
  if (!is_whole) {
    ++counters_.refused;
    return callback(nullptr);
  }
  ++counters_.recovered;
  end_rivals(back.sid);
  socketio::RecoverySession session{
      .pid = back.pid, .sid = back.sid, .rooms = {"user-" + back.user_id}};
  callback(std::make_unique<Returned>(std::move(session), std::move(found->events)));
}

bool ChatRecovery::catch_up(const Return& back, Found& found) const {
  // What this loop is still to hear, the socket hears with it.
  if (position_ < back.from.pos) return false;
  std::erase_if(found.events, [this](const Event& event) { return event.pos > position_; });
  const auto since = std::max<domain::Pos>(position_ - found.head, 0);
  if (since > static_cast<domain::Pos>(recent_.size())) return false;
  Recorder recorder{found.user->ref, back.from, epoch_, found.events};
  for (auto fact = recent_.end() - since; fact != recent_.end(); ++fact) {
    // What was read may be of a chat that is now the user's no more.
    if (domain::takes_chat_away((*fact)->what)) return false;
    found.bytes += recorder.record(**fact);
  }
  return found.bytes <= options_.bytes_max;
}

void ChatRecovery::end_rivals(const std::string& sid) {
  auto& nsp = services_.node.of(socketio::main_namespace);
  if (auto* older = nsp.find(sid)) older->close_connection(engineio::Closing::discard);
  if (services_.end_elsewhere) services_.end_elsewhere(sid);
}

}  // namespace veche::gateway
