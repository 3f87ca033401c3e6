#include "veche/app/serve.hpp"

#include <algorithm>
#include <csignal>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sys/resource.h>

#include "veche/app/backend.hpp"
#include "veche/app/credentials.hpp"
#include "veche/app/demo.hpp"
#include "veche/app/import.hpp"
#include "veche/app/log_sink.hpp"
#include "veche/app/memory_return.hpp"
#include "veche/app/offline.hpp"
#include "veche/app/secret.hpp"
#include "veche/loop/epoll_net.hpp"
#include "veche/loop/signal_watcher.hpp"
#include "veche/loop/system.hpp"
#include "veche/loop/thread_executor.hpp"
#include "veche/loop/thread_pool.hpp"
#include "veche/loop/tls_context.hpp"
#include "veche/loop/tls_net.hpp"

namespace veche::app {
namespace {

/// As many descriptors as the system allows: each client is one. How many that is.
rlim_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlim_t before = std::exchange(limit.rlim_cur, limit.rlim_max);
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : before;
}

/// Before any thread starts: one that does not block them would be ended by them, not drained.
void block_end_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGTERM);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGHUP);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

std::size_t cores() { return std::max(1U, std::thread::hardware_concurrency()); }

server::Options server_options(const Settings& settings) {
  server::Options options;
  options.loop.queue_bytes_max = settings.queue_bytes_max;
  options.loop.delivery_tick = settings.delivery_tick;
  options.http.body_bytes = settings.max_payload;
  options.cors = http::Cors::parse(fmt::format("{}", fmt::join(settings.origins, ","))).value();
  options.engineio.ping_interval = settings.ping_interval;
  options.engineio.ping_timeout = settings.ping_timeout;
  options.engineio.upgrade_timeout = settings.upgrade_timeout;
  options.engineio.max_payload = static_cast<std::uint32_t>(settings.max_payload);
  options.engineio.queue_bytes_max = settings.queue_bytes_max;
  options.websocket.message_bytes_max = static_cast<std::uint32_t>(settings.max_payload);
  options.per_message_deflate.enabled = settings.per_message_deflate;
  options.connect_timeout = settings.connect_timeout;
  return options;
}

/// The threads and what they work with; each stands before what uses it.
struct Process {
  using ReaderPtr = std::unique_ptr<domain::Reader>;
  using TlsPtr = std::unique_ptr<loop::TlsContext>;

  Process(const Settings& settings, TlsPtr tls_context, OpenStore opened,
          std::vector<ReaderPtr> opened_readers)
      : log{clock, settings.log_format, settings.log_level},
        tls{std::move(tls_context)},
        store{std::move(opened)},
        readers{std::move(opened_readers)},
        writer{"veche-writer", clock},
        hashing{"veche-hash", cores()} {
    const std::size_t loops = settings.loops == 0 ? cores() : settings.loops;
    for (std::size_t i = 0; i < loops; ++i) {
      nets.push_back(std::make_unique<loop::EpollNet>());
      if (tls) nets.push_back(std::make_unique<loop::TlsNet>(*nets.back(), *tls, log));
      workers.push_back({*nets.back(), clock, rng, log});
    }
    for (const ReaderPtr& reader : readers) {
      reading.push_back(std::make_unique<loop::ThreadExecutor>(
          fmt::format("veche-read-{}", reading.size()), clock));
      seats.push_back({*reader, *reading.back()});
    }
  }

  void start() {
    writer.start();
    for (const auto& thread : reading) thread->start();
  }
  void stop() {
    for (const auto& thread : reading) thread->stop();
    writer.stop();
  }

  rlim_t descriptors{};
  loop::SystemClock clock;
  loop::SystemRng rng;
  LogSink log;
  TlsPtr tls;  // null: plain
  OpenStore store;
  HashedPasswords passwords{rng};
  std::vector<std::unique_ptr<loop::Net>> nets;  // each below the next, where there is TLS
  std::vector<server::WorkerSeams> workers;
  std::vector<ReaderPtr> readers;
  std::vector<commands::Readers::Seat> seats;
  loop::ThreadExecutor writer;
  std::vector<std::unique_ptr<loop::ThreadExecutor>> reading;
  loop::ThreadPool hashing;
};

std::string shown_host(const std::string& host) {
  if (host == "0.0.0.0" || host == "::") return "localhost";
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

void greet(const Settings& settings, std::uint16_t port, rlim_t descriptors, Log& log) {
  if (settings.store == StoreKind::memory) {
    log.write(LogLevel::warn, "--store memory keeps nothing: all is lost when this process ends");
  }
  for (const std::string& warning : settings.warnings) log.write(LogLevel::warn, warning);
  log.write(LogLevel::info,
            fmt::format("at most {} files may be open, and each connection is one", descriptors));
  if (settings.demo) {
    log.write(LogLevel::info,
              fmt::format("demo: test1@example.com and test2@example.com, password {}, chat {}",
                          demo_password, demo_chat_id));
  }
  log.write(LogLevel::info, fmt::format("veche {} listening on {}://{}:{}", VECHE_VERSION,
                                        settings.tls_cert.empty() ? "http" : "https",
                                        shown_host(settings.host), port));
}

/// New connections get the certificate that the files hold now.
void reload(loop::TlsContext& tls, Log& log) {
  if (const auto reloaded = tls.reload(); !reloaded) {
    log.write(LogLevel::error, "the certificate stays as it was: " + reloaded.error().text);
    return;
  }
  log.write(LogLevel::info, "reloaded the certificate " + tls.files().certificate);
}

using Client = std::shared_ptr<const server::ClientBundle>;

/// None when none is to be served.
Result<Client> read_client(const Settings& settings) {
  if (settings.client_dir.empty()) return nullptr;
  auto bundle = server::ClientBundle::read(settings.client_dir);
  if (!bundle) return fail(bundle.error().code, "--client-dir: " + bundle.error().text);
  return std::make_shared<const server::ClientBundle>(std::move(*bundle));
}

/// What the store is to hold before anybody comes.
Result<void> fill(OpenStore& store, const Settings& settings, Rng& rng) {
  loop::SystemClock clock;
  domain::Ledger ledger{store.store(), rng};
  const HashedPasswords passwords{rng};
  if (settings.demo) {
    if (auto made = make_demo(ledger, passwords, clock); !made) return made;
  }
  if (settings.import_file.empty()) return {};
  return import_from(settings.import_file, {ledger, passwords, clock}).map([](const Imported&) {});
}

int run(const Settings& settings, std::string secret, Client client, Process& process) {
  Backend::Options options;
  options.server = server_options(settings);
  options.server.client = std::move(client);
  options.jwt_secret = std::move(secret);
  options.token_ttl = settings.token_ttl;
  options.version = VECHE_VERSION;
  options.limits = settings.limits;
  options.devices_max = settings.devices_max;
  Backend backend{options,
                  {process.clock, process.log, process.rng, process.workers, process.store.store(),
                   process.writer, process.seats, process.passwords, process.hashing}};
  auto port = backend.listen({settings.host, settings.port});
  if (!port) {
    return failed(port.error().text);
  }
  const auto handle = [&](int signal) {
    if (signal == SIGHUP && process.tls) return reload(*process.tls, process.log);
    process.log.write(LogLevel::info, "draining");
    backend.drain([&backend] { backend.server().stop(); });
  };
  const loop::SignalWatcher signals{backend.server().workers().front()->loop(), handle};
  // On a thread that has time: it takes milliseconds for each 100 MiB.
  const MemoryReturn memory_return{
      {backend.server().workers().front()->loop().timers(), process.clock,
       [&backend] { return backend.server().connection_count(); },
       [&process] { static_cast<void>(process.hashing.run([] { return_free_pages(); })); }}};
  process.start();
  greet(settings, *port, process.descriptors, process.log);
  backend.server().run();
  process.stop();
  process.log.write(LogLevel::info, "stopped");
  return 0;
}

}  // namespace

int serve(const Settings& settings) {
  const rlim_t descriptors = raise_descriptor_limit();
  block_end_signals();
  loop::SystemRng rng;
  auto secret = resolve_secret(settings, rng);
  if (!secret) return failed(secret.error().text);
  Process::TlsPtr tls;
  if (!settings.tls_cert.empty()) {
    auto loaded = loop::TlsContext::load({settings.tls_cert, settings.tls_key});
    if (!loaded) return failed(loaded.error().text);
    tls = std::move(*loaded);
  }
  auto client = read_client(settings);
  if (!client) return failed(client.error().text);
  auto store = open_store(settings, rng);
  if (!store) return failed(store.error().text);
  if (auto filled = fill(*store, settings, rng); !filled) return failed(filled.error().text);
  constexpr std::size_t reader_count = 2;
  std::vector<Process::ReaderPtr> readers;
  for (std::size_t i = 0; i < reader_count; ++i) {
    auto reader = store->open_reader();
    if (!reader) return failed(reader.error().text);
    readers.push_back(std::move(*reader));
  }
  Process process{settings, std::move(tls), std::move(*store), std::move(readers)};
  process.descriptors = descriptors;
  return run(settings, std::move(*secret), std::move(*client), process);
}

}  // namespace veche::app
