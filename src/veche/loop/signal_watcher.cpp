#include "veche/loop/signal_watcher.hpp"

#include <cstring>
#include <utility>

#include <sys/signalfd.h>
#include <unistd.h>

#include "veche/base/contract.hpp"

namespace veche::loop {

SignalWatcher::SignalWatcher(Loop& loop, Handler handler) : handler_{std::move(handler)} {
  sigset_t watched{};
  sigemptyset(&watched);
  sigaddset(&watched, SIGTERM);
  sigaddset(&watched, SIGINT);
  sigaddset(&watched, SIGHUP);
  VECHE_EXPECTS(pthread_sigmask(SIG_BLOCK, &watched, &former_mask_) == 0);
  VECHE_EXPECTS(std::signal(SIGPIPE, SIG_IGN) != SIG_ERR);
  const int descriptor = signalfd(-1, &watched, SFD_NONBLOCK | SFD_CLOEXEC);
  VECHE_EXPECTS(descriptor >= 0);
  descriptor_ = &loop.adopt(SocketId{descriptor}, "", *this);
}

SignalWatcher::~SignalWatcher() {
  if (descriptor_ != nullptr) ::close(static_cast<int>(descriptor_->release()));
  pthread_sigmask(SIG_SETMASK, &former_mask_, nullptr);
}

void SignalWatcher::received(Connection& /*connection*/, std::span<char> bytes, Instant /*now*/) {
  // The kernel gives whole records.
  for (; bytes.size() >= sizeof(signalfd_siginfo);
       bytes = bytes.subspan(sizeof(signalfd_siginfo))) {
    signalfd_siginfo info{};
    std::memcpy(&info, bytes.data(), sizeof(info));
    handler_(static_cast<int>(info.ssi_signo));
  }
}

void SignalWatcher::ended(Connection& /*connection*/, EndReason /*reason*/, Instant /*now*/) {
  descriptor_ = nullptr;
}

}  // namespace veche::loop
