#include "veche/server/io.hpp"

#include <algorithm>
#include <csignal>
#include <thread>
#include <utility>

#include "veche/loop/tls_net.hpp"

namespace veche::server {

IoNamespace::IoNamespace(Io& io, std::string_view name) : io_{io}, name_{name} {
  io.each_node([&](socketio::Node& node) { node.of(name); });
}

Io::Io(const Options& options, std::size_t loops, Log* log, std::unique_ptr<loop::TlsContext> tls)
    : log_{log != nullptr ? *log : stderr_log_}, tls_{std::move(tls)} {
  if (loops == 0) loops = std::clamp(std::thread::hardware_concurrency(), 1U, 256U);
  std::vector<WorkerSeams> seams;
  for (std::size_t i = 0; i < loops; ++i) {
    nets_.push_back(std::make_unique<loop::EpollNet>());
    if (tls_ != nullptr) {
      loop::Net& below = *nets_.back();
      nets_.push_back(std::make_unique<loop::TlsNet>(below, *tls_, log_));
    }
    seams.push_back({*nets_.back(), clock_, rng_, log_});
  }
  server_ = std::make_unique<Server>(options, seams);
}

// What handlers own may still speak to sessions when it is freed, so those end first.
Io::~Io() {
  for (const auto& worker : server_->workers()) worker->end_sessions();
}

Result<std::uint16_t> Io::listen(std::uint16_t port, std::string host) {
  return server_->listen({std::move(host), port});
}

void Io::close_on_signals() {
  const auto told = [this](int signal) {
    if (signal != SIGHUP || tls_ == nullptr) return close();
    const auto reloaded = tls_->reload();
    log_.write(reloaded ? LogLevel::info : LogLevel::error,
               reloaded ? "the certificate was read again" : reloaded.error().text);
  };
  signals_ = std::make_unique<loop::SignalWatcher>(server_->workers().front()->loop(), told);
}

void Io::run() { server_->run(); }

void Io::close(Milliseconds timeout) {
  server_->drain(timeout, [this] { server_->stop(); });
}

}  // namespace veche::server
