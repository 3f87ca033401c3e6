#include "veche/gateway/chat_events.hpp"

#include <string>
#include <utility>
#include <variant>

namespace veche::gateway {

ChatEvents::ChatEvents(Services services, Options options)
    : services_{services},
      requests_{services, options.limits},
      auth_{services, requests_},
      rooms_{requests_, services.log},
      messages_{requests_, services},
      groups_{requests_},
      unknown_{.event = "unknown", .handle = {}} {
  using socketio::Socket;
  add_routes();
  auto& nsp = services_.node.of(socketio::main_namespace);
  nsp.on_connection([this](Socket& socket) { auth_.connected(socket); });
  nsp.on_any([this](Socket& socket, socketio::Event& event) { handle(socket, event); });
  nsp.on_disconnect([this](Socket& socket, socketio::DisconnectReason) {
    std::string line{"Client disconnected: "};
    services_.log.event("disconnected", line.append(socket.id()));
  });
  if (options.announcement == Announcement::once) {
    services_.log.write(LogLevel::info, "WebSocket Gateway initialized");
  }
}

void ChatEvents::add_routes() {
  const auto add = [this](std::string_view event, Budget budget, std::function<void(Call&)> handle,
                          std::string_view failure_line = {}) {
    routes_.emplace(event, Route{event, budget, failure_line, std::move(handle), 0});
  };
  add("auth:refresh", Budget::joins, [this](Call& call) { auth_.refresh(call); });
  add("user:join", Budget::joins, [this](Call& call) { auth_.join_user(call); });
  add("chat:join", Budget::joins, [this](Call& call) { rooms_.join(call); });
  add("chat:leave", Budget::joins, [this](Call& call) { rooms_.leave(call); });
  add("chat:create", Budget::sends, [this](Call& call) { rooms_.create(call); });
  add("chat:update", Budget::sends, [this](Call& call) { rooms_.update(call); });
  add("chat:delete", Budget::sends, [this](Call& call) { rooms_.erase(call); });
  add("group:create", Budget::sends, [this](Call& call) { rooms_.create_group(call); });
  add(
      "message:send", Budget::sends, [this](Call& call) { messages_.send(call); },
      "Message send error: ");
  add("message:edit", Budget::sends, [this](Call& call) { messages_.edit(call); });
  add("message:delete", Budget::sends, [this](Call& call) { messages_.erase(call); });
  for (const auto* event : {"message:read", "messages:read"}) {
    add(event, Budget::none, [this](Call& call) { messages_.read(call); });
  }
  add("messages:list", Budget::none, [this](Call& call) { messages_.list(call); });
  const auto add_group = [this, &add](std::string_view event, void (GroupEvents::*handler)(Call&)) {
    add(event, Budget::sends, [this, handler](Call& call) { (groups_.*handler)(call); });
  };
  add_group("group:add-members", &GroupEvents::add_members);
  add_group("group:remove-member", &GroupEvents::remove_member);
  add_group("group:set-role", &GroupEvents::set_role);
  add_group("group:leave", &GroupEvents::leave);
  add("ping", Budget::none, [this](Call& call) { requests_.succeed(call, [](json::Writer&) {}); });
}

void ChatEvents::hear(const domain::Fact& fact) {
  if (const auto* revoked = std::get_if<domain::SessionsRevoked>(&fact.what)) auth_.hear(*revoked);
}

void ChatEvents::count_events(
    const std::function<void(std::string_view, std::uint64_t)>& visit) const {
  for (const auto& [event, route] : routes_) visit(event, route.count);
  visit(unknown_.event, unknown_.count);
}

void ChatEvents::handle(socketio::Socket& socket, socketio::Event& event) {
  auto* session = socket.data<Session>();
  if (session == nullptr) return;
  const auto found = routes_.find(event.name);
  if (found == routes_.end()) {
    ++unknown_.count;
    Call call{socket, *session, event, unknown_};
    if (event.ack) requests_.refuse(call, {Errc::unknown_event, {}});
    return;
  }
  ++found->second.count;
  Call call{socket, *session, event, found->second};
  if (requests_.within_rate(call)) found->second.handle(call);
}

}  // namespace veche::gateway
