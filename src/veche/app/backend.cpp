#include "veche/app/backend.hpp"

#include <utility>

#include "veche/api/api.hpp"
#include "veche/app/metrics.hpp"
#include "veche/commands/fact_sink.hpp"
#include "veche/commands/loop_commands.hpp"
#include "veche/gateway/chat_events.hpp"
#include "veche/gateway/chat_recovery.hpp"

namespace veche::app {
namespace {

/// Users whose rates are counted at one time.
constexpr std::size_t users_max = 200'000;

/// Facts reach the broadcaster, which knows no commands, and then whoever brings clients back and
/// whoever lets them in.
class BroadcastSink final : public commands::FactSink {
 public:
  explicit BroadcastSink(gateway::Broadcaster& broadcaster) : broadcaster_{broadcaster} {}
  /// Before the first fact.
  void follow(gateway::ChatRecovery& recovery, gateway::ChatEvents& events) {
    recovery_ = &recovery;
    events_ = &events;
  }
  bool publish(const domain::FactPtr& fact) override {
    if (!broadcaster_.hold(fact)) return false;
    // Whoever comes back from now on has it from the log, and is not among those who are told.
    recovery_->hear(fact);
    events_->hear(*fact);
    return true;
  }
  bool settle() override {
    if (!broadcaster_.settle()) return false;
    broadcaster_.end_batch();
    return true;
  }

 private:
  gateway::Broadcaster& broadcaster_;
  gateway::ChatRecovery* recovery_{};
  gateway::ChatEvents* events_{};
};

}  // namespace

/// What one loop shows to its clients.
struct Backend::Face {
  Face(Backend& backend, server::Worker& worker, Rng& rng)
      : tokens{backend.options_.jwt_secret, backend.options_.token_ttl, rng,
               &backend.endless_token_},
        seal{backend.options_.jwt_secret},
        broadcaster{worker.node(), backend.options_.broadcaster, backend.epoch_},
        sink{broadcaster},
        commands{worker.loop(), sink, backend.writer_, backend.readers_},
        recovery{recovery_services(backend, worker), {backend.epoch_, backend.ledger_.head()}, {}},
        events{services(backend, worker), event_options(worker, backend)},
        api{api_services(backend, worker), api_options(backend, worker)} {
    sink.follow(recovery, events);
    worker.on_request([this](const http::Request& request, http::Responder responder) {
      ++requests;
      api.handle(request, std::move(responder));
    });
  }

  JwtTokens tokens;
  HmacSeal seal;
  gateway::Broadcaster broadcaster;
  BroadcastSink sink;
  commands::LoopCommands commands;
  gateway::ChatRecovery recovery;
  gateway::ChatEvents events;
  api::Api api;
  std::uint64_t requests{};

  /// On the worker's loop.
  [[nodiscard]] LoopSample sample(server::Worker& worker) {
    const gateway::Counters& counted = events.counters();
    LoopSample sample{
        .connections = worker.connection_count(),
        .sessions = worker.engine().session_count(),
        .sockets = worker.node().of(socketio::main_namespace).sockets().size(),
        .posts_waiting = worker.loop().posts_waiting(),
        .requests = requests,
        .sign_ins = counted.sign_ins,
        .auth_errors = counted.auth_errors,
        .limited = counted.limited,
        .failures = counted.failures,
        .deliveries = broadcaster.deliveries(),
        .recovered = recovery.counters().recovered,
        .recoveries_refused = recovery.counters().refused,
        .events = {},
    };
    events.count_events([&sample](std::string_view event, std::uint64_t count) {
      sample.events.emplace(event, count);
    });
    return sample;
  }

 private:
  gateway::Services services(Backend& backend, server::Worker& worker) {
    const Seams& seams = backend.seams_;
    return {worker.node(), worker.loop().timers(), commands, tokens, seams.clock,
            seams.log,     &broadcaster.texts()};
  }
  gateway::ChatRecovery::Services recovery_services(Backend& backend, server::Worker& worker) {
    return {worker.node(),
            commands,
            tokens,
            backend.seams_.clock,
            seal,
            [&backend, &worker](const std::string& sid) {
              backend.end_elsewhere(sid, worker); }};
  }
  static gateway::ChatEvents::Options event_options(server::Worker& worker, Backend& backend) {
    gateway::ChatEvents::Options options;
    const bool is_first = &worker == backend.server_.workers().front().get();
    if (backend.options_.limits) {
      options.limits.sends = &backend.sends_;
      options.limits.joins = &backend.joins_;
    }
    options.announcement = is_first ? gateway::ChatEvents::Announcement::once
                                    : gateway::ChatEvents::Announcement::none;
    return options;
  }
  api::Services api_services(Backend& backend, server::Worker& worker) {
    const Seams& seams = backend.seams_;
    return {commands,      tokens,      seams.passwords, seams.offload,
            worker.loop(), seams.clock, seams.log};
  }
  static api::Api::Options api_options(Backend& backend, server::Worker& worker) {
    api::Api::Options options;
    if (backend.options_.limits) {
      options.changes = &backend.sends_;
      options.auth.sign_ins = &backend.sign_ins_;
      options.auth.refreshes = &backend.refreshes_;
    }
    options.auth.sessions.access_ttl = backend.options_.token_ttl;
    options.auth.sessions.devices_max = backend.options_.devices_max;
    options.site.version = backend.options_.version;
    options.site.metrics = [&backend, &home = worker.loop()](auto done) {
      backend.collect_metrics(home, std::move(done));
    };
    options.site.is_ready = [&backend] { return !backend.is_draining_.load(); };
    options.body_bytes_max = backend.options_.server.http.body_bytes;
    return options;
  }
};

Backend::Backend(const Options& options, const Seams& seams)
    : options_{options},
      seams_{seams},
      ledger_{seams.store, seams.rng},
      writer_{{seams.writer, seams.clock, seams.log, ledger_}, {}},
      readers_{seams.readers, seams.log, {}},
      epoch_{seams.store.epoch()},
      endless_token_{seams.log, "A token without exp was accepted"},
      sends_{gateway::send_rate, users_max},
      joins_{gateway::join_rate, users_max},
      sign_ins_{api::sign_in_rate},
      refreshes_{api::refresh_rate},
      server_{options.server, seams.workers} {
  for (std::size_t i = 0; i < seams.workers.size(); ++i) {
    faces_.push_back(std::make_unique<Face>(*this, *server_.workers()[i], seams.workers[i].rng));
  }
}

Backend::~Backend() {
  for (const auto& worker : server_.workers()) worker->end_sessions();
}

Result<std::uint16_t> Backend::listen(const loop::Endpoint& endpoint) {
  return server_.listen(endpoint);
}

void Backend::end_elsewhere(const std::string& sid, const server::Worker& here) {
  for (const auto& worker : server_.workers()) {
    if (worker.get() == &here) continue;
    worker->loop().post([&node = worker->node(), sid] {
      auto* older = node.of(socketio::main_namespace).find(sid);
      if (older != nullptr) older->close_connection(engineio::Closing::discard);
    });
  }
}

void Backend::drain(Task done) {
  if (is_draining_.exchange(true)) return;
  drained_ = std::move(done);
  loop::Loop& first = server_.workers().front()->loop();
  first.stop_listening();
  // Readers, then the writer: by the time that the second has drained, every loop has its
  // answers in its mailbox, before the word to tell what it has paused, and that before the word
  // to send clients away.
  readers_.drain([this, &first] {
    writer_.drain([this, &first] {
      for (std::size_t i = 0; i < faces_.size(); ++i) {
        server_.workers()[i]->loop().post([&face = *faces_[i]] { face.commands.hurry(); });
      }
      first.post([this] { server_.drain(options_.drain_timeout, std::move(drained_)); });
    });
  });
}

void Backend::collect_metrics(Executor& home, UniqueFunction<void(std::string)> done) {
  struct Gathering {
    std::vector<LoopSample> samples;
    std::atomic<std::size_t> missing;
    UniqueFunction<void(std::string)> done;
  };
  const auto& workers = server_.workers();
  auto gathering = std::make_shared<Gathering>();
  gathering->samples.resize(workers.size());
  gathering->missing = workers.size();
  gathering->done = std::move(done);
  for (std::size_t i = 0; i < workers.size(); ++i) {
    workers[i]->loop().post([this, i, gathering, &home] {
      gathering->samples[i] = faces_[i]->sample(*server_.workers()[i]);
      if (gathering->missing.fetch_sub(1) > 1) return;
      home.post([this, gathering] {
        LoopSample sum;
        for (const auto& sample : gathering->samples) sum += sample;
        // Its answer is this loop's own, so it ends here too.
        auto answer = std::move(gathering->done);
        answer(metrics_text(sum, writer_.counters(), sample_process()));
      });
    });
  }
}

}  // namespace veche::app
