#include "server.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bare {
namespace {

constexpr std::size_t received_max = 256UL << 10;
constexpr std::size_t gathered_max = 256UL << 10;
constexpr std::size_t bulk_a_turn = 128;
constexpr std::size_t events_a_turn = 512;
constexpr std::size_t spare_max = 1'024;
constexpr std::size_t spare_bytes_max = 64UL << 10;

/// What veche sends in these places, of the same length.
constexpr std::string_view open_packet =
    R"(0{"sid":"AAAAAAAAAAAAAAAAAAAA","upgrades":[],"pingInterval":80000000,)"
    R"("pingTimeout":80000,"maxPayload":1000000})";
constexpr std::string_view accepted =
    R"(40{"sid":"AAAAAAAAAAAAAAAAAAAA","pid":"AAAAAAAAAAAAAAAAAAAA.u0.AAAAAAAAAAAAAAAA.2.)"
    R"(1700000000.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})";
constexpr std::string_view ready_head = R"(42["session:ready",{"userId":")";
constexpr std::string_view ready_rest =
    R"(","sessionId":"","epoch":"AAAAAAAAAAAAAAAA","userRev":0,"serverTime":")";
constexpr std::string_view ready_end =
    R"(","limits":{"textLength":10000,"pageSize":200,"participants":100},"features":[)"
    R"("clientMessageId","groups","history","messageDelete","messageEdit","tokenRefresh"],)"
    R"("contract":1}])";

}  // namespace

Server::Server(const World& world, int epoll, int listener)
    : world_{world},
      epoll_{epoll},
      listener_{listener},
      chats_(world.chats()),
      position_{world.users().size() + world.chats()},
      received_{std::make_unique<char[]>(received_max)} {
  gathered_.reserve(gathered_max * 2);
  epoll_event wanted{.events = EPOLLIN, .data = {.ptr = nullptr}};
  epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &wanted);
}

void Server::run() {
  std::array<epoll_event, events_a_turn> events{};
  while (true) {
    const bool is_idle = bulk_begin_ == bulk_.size();
    const int count = epoll_wait(epoll_, events.data(), events_a_turn, is_idle ? -1 : 0);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      auto* const connection = static_cast<Connection*>(event.data.ptr);
      if (connection == nullptr) {
        accept_all();
        continue;
      }
      if ((event.events & EPOLLOUT) != 0 && connection->is_blocked) {
        connection->is_blocked = false;
        watch(*connection, EPOLLIN);
        flush(*connection);
      }
      if ((event.events & ~EPOLLOUT) != 0) readable(*connection);
    }
    seal();
    flush_lists();
    bury();
  }
}

// In.

void Server::accept_all() {
  while (true) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    // Deleted by bury().
    auto* const connection = new Connection{};
    connection->fd = fd;
    epoll_event wanted{.events = EPOLLIN, .data = {.ptr = connection}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &wanted);
  }
}

void Server::readable(Connection& from) {
  if (from.is_dead) return;
  const ssize_t got = recv(from.fd, received_.get(), received_max, 0);
  if (got <= 0) {
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) kill(from);
    return;
  }
  char* bytes = received_.get();
  auto size = static_cast<std::size_t>(got);
  const std::unique_ptr<std::string> joined = std::move(from.tail);
  if (joined) {
    joined->append(bytes, size);
    bytes = joined->data();
    size = joined->size();
  }
  std::size_t taken = from.is_open ? 0 : read_head(from, {bytes, size});
  if (from.is_open) taken += read_frames(from, bytes + taken, size - taken);
  if (taken < size) from.tail = std::make_unique<std::string>(bytes + taken, size - taken);
}

std::size_t Server::read_head(Connection& from, std::string_view bytes) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  const std::string accepts = upgrade_answer(bytes.substr(0, end + 2));
  if (accepts.empty()) {
    kill(from);
    return bytes.size();
  }
  from.is_open = true;
  std::string& out = own_bytes(from);
  out.append(accepts);
  append_text_frame(out, open_packet);
  return end + 4;
}

std::size_t Server::read_frames(Connection& from, char* bytes, std::size_t size) {
  std::size_t taken = 0;
  while (!from.is_dead) {
    const auto frame = take_frame(bytes + taken, size - taken);
    if (!frame) return taken;
    taken += frame->size;
    if (frame->opcode == Opcode::text) {
      text(from, frame->payload);
    } else if (frame->opcode == Opcode::close) {
      append_frame_header(own_bytes(from), Opcode::close, 0);
      flush(from);
      kill(from);
    }
  }
  return size;
}

void Server::text(Connection& from, std::string_view packet) {
  if (packet.starts_with("42")) return event(from, packet.substr(2));
  if (packet.starts_with("40")) return sign_in(from, packet.substr(2));
  if (packet.starts_with("1")) kill(from);
}

void Server::sign_in(Connection& from, std::string_view packet) {
  const std::string claims = claims_of(string_after(packet, R"("token":)"));
  const std::string_view id = string_after(claims, R"("sub":)");
  from.user = world_.user(id);
  if (from.user == World::nobody) return kill(from);
  for (const std::uint32_t chat : world_.users()[from.user].chats) {
    chats_[chat].members.push_back(&from);
  }
  scratch_.assign(ready_head).append(id).append(ready_rest).append(time_.now()).append(ready_end);
  std::string& out = own_bytes(from);
  append_text_frame(out, accepted);
  append_text_frame(out, scratch_);
}

void Server::event(Connection& from, std::string_view packet) {
  const auto open = packet.find('[');
  if (open == std::string_view::npos) return;
  const std::string_view id = packet.substr(0, open);
  const std::string_view args = packet.substr(open);
  if (args.starts_with(R"(["message:send")")) return post(from, id, args);
  const std::string_view chat = string_after(args, R"("chatId":)");
  scratch_.assign(R"({"success":true,"message":")");
  if (args.starts_with(R"(["chat:leave")")) {
    scratch_.append("Left chat ").append(chat).append("\"}");
  } else {
    const std::uint32_t place = world_.chat(chat);
    const std::uint64_t seq = place == World::nobody ? 0 : chats_[place].seq;
    scratch_.append("Joined chat ").append(chat).append(R"(","lastSeq":)");
    append_number(scratch_, seq);
    scratch_.append(R"(,"rev":)");
    append_number(scratch_, seq + 1);
    scratch_.append(R"(,"readSeq":0})");
  }
  answer(from, id, scratch_);
}

void Server::post(Connection& from, std::string_view id, std::string_view args) {
  const std::string_view name = string_after(args, R"("chatId":)");
  const std::uint32_t place = world_.chat(name);
  if (place == World::nobody || from.user == World::nobody) return kill(from);
  Chat& chat = chats_[place];
  const std::string_view now = time_.now();
  ++position_;
  ++chat.seq;
  message_.assign(R"({"_id":")");
  append_hex(message_, time_.seconds(), 8);
  append_hex(message_, position_, 16);
  message_.append(R"(","chat":")").append(name).append(R"(","sender":)");
  message_.append(world_.users()[from.user].sender);
  message_.append(R"(,"text":")").append(string_after(args, R"("text":)"));
  message_.append(R"(","type":"text","status":"sent","createdAt":")").append(now);
  message_.append(R"(","updatedAt":")").append(now).append(R"(","isDeleted":false,"seq":)");
  append_number(message_, chat.seq);
  message_.append(R"(,"rev":)");
  append_number(message_, chat.seq + 1);
  message_.push_back('}');

  if (chat.pending == nullptr) {
    chat.pending = take_chunk();
    told_.push_back(place);
  }
  scratch_.assign(R"(42["message:new",)").append(message_).append(R"(,"AAAAAAAAAAAAAAAA.)");
  append_number(scratch_, position_);
  scratch_.append("\"]");
  append_text_frame(chat.pending->bytes, scratch_);

  scratch_.assign("43").append(id).append(R"([{"success":true,"message":)");
  scratch_.append(message_).append("}]");
  append_text_frame(ack_bytes_, scratch_);
  acks_.push_back({.to = &from, .end = ack_bytes_.size()});
}

void Server::answer(Connection& to, std::string_view id, std::string_view args) {
  std::string& out = own_bytes(to);
  append_frame_header(out, Opcode::text, 2 + id.size() + 2 + args.size());
  out.append("43").append(id).append("[").append(args).append("]");
}

// Out.

Chunk* Server::take_chunk() {
  if (spare_.empty()) return new Chunk{};
  Chunk* const chunk = spare_.back();
  spare_.pop_back();
  return chunk;
}

void Server::release(Chunk* chunk) {
  if (--chunk->holders > 0) return;
  if (spare_.size() == spare_max || chunk->bytes.capacity() > spare_bytes_max) {
    delete chunk;
    return;
  }
  chunk->bytes.clear();
  chunk->is_shared = false;
  spare_.push_back(chunk);
}

void Server::push(Connection& to, Chunk* chunk) {
  ++chunk->holders;
  to.queue.push_back(chunk);
}

/// Where bytes for this connection alone are appended; it is flushed this turn.
std::string& Server::own_bytes(Connection& to) {
  if (!to.is_hi) {
    to.is_hi = true;
    hi_.push_back(&to);
  }
  if (to.queue.empty() || to.queue.back()->is_shared) push(to, take_chunk());
  return to.queue.back()->bytes;
}

void Server::seal() {
  for (const std::uint32_t place : told_) {
    Chat& chat = chats_[place];
    Chunk* const chunk = std::exchange(chat.pending, nullptr);
    chunk->is_shared = true;
    ++chunk->holders;
    for (Connection* const member : chat.members) {
      push(*member, chunk);
      if (member->is_bulk) continue;
      member->is_bulk = true;
      bulk_.push_back(member);
    }
    release(chunk);
  }
  told_.clear();
  std::size_t begin = 0;
  for (const Ack& ack : acks_) {
    if (!ack.to->is_dead) own_bytes(*ack.to).append(ack_bytes_, begin, ack.end - begin);
    begin = ack.end;
  }
  acks_.clear();
  ack_bytes_.clear();
}

void Server::flush_lists() {
  for (Connection* const connection : hi_) {
    connection->is_hi = false;
    flush(*connection);
  }
  hi_.clear();
  for (std::size_t writes = 0; writes < bulk_a_turn && bulk_begin_ < bulk_.size();) {
    Connection* const connection = bulk_[bulk_begin_++];
    connection->is_bulk = false;
    if (connection->queue.empty()) continue;
    flush(*connection);
    ++writes;
  }
  if (bulk_begin_ == bulk_.size() || bulk_begin_ > bulk_a_turn * 64) {
    bulk_.erase(bulk_.begin(), bulk_.begin() + static_cast<std::ptrdiff_t>(bulk_begin_));
    bulk_begin_ = 0;
  }
}

void Server::flush(Connection& to) {
  while (!to.is_dead && !to.is_blocked && !to.queue.empty()) {
    std::string_view bytes = to.queue.front()->bytes;
    if (to.queue.size() > 1) {
      gathered_.clear();
      for (std::size_t i = 0; i < to.queue.size() && gathered_.size() < gathered_max; ++i) {
        gathered_.append(to.queue[i]->bytes);
      }
      bytes = gathered_;
    }
    bytes.remove_prefix(to.sent);
    const ssize_t count = ::send(to.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN && errno != EINTR) return kill(to);
    const auto done = static_cast<std::size_t>(std::max<ssize_t>(count, 0));
    written(to, done);
    if (done == bytes.size()) continue;
    to.is_blocked = true;
    watch(to, EPOLLIN | EPOLLOUT);
  }
}

void Server::written(Connection& to, std::size_t bytes) {
  bytes += to.sent;
  auto at = to.queue.begin();
  for (; at != to.queue.end() && (*at)->bytes.size() <= bytes; ++at) {
    bytes -= (*at)->bytes.size();
    release(*at);
  }
  to.queue.erase(to.queue.begin(), at);
  to.sent = bytes;
}

void Server::watch(Connection& to, std::uint32_t events) const {
  epoll_event wanted{.events = events, .data = {.ptr = &to}};
  epoll_ctl(epoll_, EPOLL_CTL_MOD, to.fd, &wanted);
}

// The end.

void Server::kill(Connection& connection) {
  if (connection.is_dead) return;
  connection.is_dead = true;
  dead_.push_back(&connection);
  if (connection.user == World::nobody) return;
  for (const std::uint32_t chat : world_.users()[connection.user].chats) {
    auto& members = chats_[chat].members;
    const auto found = std::find(members.begin(), members.end(), &connection);
    if (found == members.end()) continue;
    *found = members.back();
    members.pop_back();
  }
}

void Server::bury() {
  if (dead_.empty()) return;
  const auto is_dead = [](const Connection* connection) { return connection->is_dead; };
  hi_.erase(std::remove_if(hi_.begin(), hi_.end(), is_dead), hi_.end());
  bulk_.erase(bulk_.begin(), bulk_.begin() + static_cast<std::ptrdiff_t>(bulk_begin_));
  bulk_begin_ = 0;
  bulk_.erase(std::remove_if(bulk_.begin(), bulk_.end(), is_dead), bulk_.end());
  for (Connection* const connection : dead_) {
    for (Chunk* const chunk : connection->queue) release(chunk);
    close(connection->fd);
    delete connection;
  }
  dead_.clear();
}

}  // namespace bare
