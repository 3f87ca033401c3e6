#include "veche/engineio/admission.hpp"

#include <utility>

#include "veche/base/contract.hpp"

namespace veche::engineio {

/// One handshake, from the question to whichever comes first: verdict, timeout or the client's end.
class Admission final : public std::enable_shared_from_this<Admission>, private Timer {
 public:
  Admission(Admissions& home, http::Responder responder, Admissions::Declined declined,
            Admissions::Admitted admitted)
      : home_{&home},
        responder_{std::move(responder)},
        declined_{std::move(declined)},
        admitted_{std::move(admitted)} {}

  void wait(TimerWheel& wheel, Instant deadline) {
    wheel.arm(*this, deadline);
    responder_.on_abandoned([this] { leave(); });
  }

  /// `refusal` is none for a client that is let in.
  void decide(std::optional<std::string> refusal) {
    if (home_ == nullptr || decision_) return;
    decision_ = Decision{std::move(refusal)};
    if (!is_asking_) carry_out();
  }

  void asked() {
    is_asking_ = false;
    if (home_ != nullptr && decision_) carry_out();
  }

  /// Nobody is to be told any more.
  void leave() {
    disarm();
    auto* home = std::exchange(home_, nullptr);
    if (home != nullptr) home->waiting_.erase(shared_from_this());
  }
  void orphan() {
    disarm();
    home_ = nullptr;
    const http::Responder dropped = std::move(responder_);
  }

 private:
  struct Decision {
    std::optional<std::string> refusal;
  };

  void expired(Instant /*now*/) override { decide(std::string{}); }

  void carry_out() {
    const auto kept = shared_from_this();  // both answers may lead anywhere
    leave();
    if (decision_->refusal) {
      declined_(std::move(responder_), *decision_->refusal);
    } else {
      admitted_(std::move(responder_));
    }
  }

  Admissions* home_;  // while it waits
  http::Responder responder_;
  Admissions::Declined declined_;
  Admissions::Admitted admitted_;
  std::optional<Decision> decision_;
  bool is_asking_{true};
};

Verdict& Verdict::operator=(Verdict&& other) noexcept {
  if (this != &other) {
    drop();
    asked_ = std::exchange(other.asked_, nullptr);
  }
  return *this;
}

Verdict::~Verdict() { drop(); }

void Verdict::drop() noexcept {
  try {
    refuse();
  } catch (...) {
    asked_.reset();  // no memory for an answer: the timeout refuses
  }
}

void Verdict::allow() {
  if (const auto asked = std::exchange(asked_, nullptr)) asked->decide(std::nullopt);
}

void Verdict::refuse(std::string message) {
  if (const auto asked = std::exchange(asked_, nullptr)) asked->decide(std::move(message));
}

Admissions::~Admissions() {
  for (const auto& one : std::exchange(waiting_, {})) one->orphan();
}

void Admissions::ask(const http::Request& request, http::Responder responder, Declined declined,
                     Admitted admitted, Instant now) {
  VECHE_EXPECTS(has_hook());
  const auto one = std::make_shared<Admission>(*this, std::move(responder), std::move(declined),
                                               std::move(admitted));
  waiting_.insert(one);
  one->wait(wheel_, now + timeout_);
  hook_(request, Verdict{one});
  one->asked();
}

}  // namespace veche::engineio
