#include "veche/loop/epoll_net.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <string>
#include <system_error>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "veche/base/contract.hpp"

namespace veche::loop {
namespace {

constexpr int backlog = 4'096;
constexpr std::uint64_t wake_token = std::numeric_limits<std::uint64_t>::max();

constexpr std::string_view listening = "cannot listen on";
constexpr std::string_view connecting = "cannot connect to";

constexpr int descriptor(SocketId socket) { return static_cast<int>(socket); }

/// A socket address of either family.
struct Address {
  sockaddr_storage storage{};
  socklen_t size{sizeof(sockaddr_storage)};

  sockaddr* any() { return reinterpret_cast<sockaddr*>(&storage); }
  [[nodiscard]] const sockaddr* any() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

std::optional<Address> parse(const Endpoint& endpoint) {
  Address address;
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (inet_pton(AF_INET, endpoint.host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(endpoint.port);
    address.size = sizeof(v4);
    std::memcpy(&address.storage, &v4, sizeof(v4));
    return address;
  }
  if (inet_pton(AF_INET6, endpoint.host.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(endpoint.port);
    address.size = sizeof(v6);
    std::memcpy(&address.storage, &v6, sizeof(v6));
    return address;
  }
  return std::nullopt;
}

std::string text(const Address& address) {
  char buffer[INET6_ADDRSTRLEN] = "";
  if (address.storage.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address.storage, sizeof(v4));
    inet_ntop(AF_INET, &v4.sin_addr, buffer, sizeof(buffer));
  } else if (address.storage.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address.storage, sizeof(v6));
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
      inet_ntop(AF_INET, &v6.sin6_addr.s6_addr[12], buffer, sizeof(buffer));
    } else {
      inet_ntop(AF_INET6, &v6.sin6_addr, buffer, sizeof(buffer));
    }
  }
  return buffer;
}

/// Says why the last system call of `what` failed. Closes `opened`, if any.
tl::unexpected<Error> system_failure(std::string_view what, const Endpoint& endpoint, int opened) {
  const std::string reason = std::system_category().message(errno);
  if (opened >= 0) ::close(opened);
  return fail(Errc::io, std::string{what} + " " + endpoint.host + " port " +
                            std::to_string(endpoint.port) + ": " + reason);
}

void set_option(int socket, int level, int name, int value) {
  setsockopt(socket, level, name, &value, sizeof(value));
}

int open_reserve() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }

bool is_out_of_descriptors(int error) { return error == EMFILE || error == ENFILE; }

/// Failures of one waiting connection, after which the next may be accepted.
bool concerns_one_connection(int error) {
  return error == EINTR || error == ECONNABORTED || error == EPROTO || error == EPERM;
}

IoResult result_of(ssize_t count) {
  if (count > 0) return {IoStatus::done, static_cast<std::size_t>(count)};
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {IoStatus::again, 0};
  return {IoStatus::error, 0};
}

}  // namespace

EpollNet::EpollNet()
    : epoll_{epoll_create1(EPOLL_CLOEXEC)},
      wake_{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)},
      reserve_{open_reserve()} {
  VECHE_EXPECTS(epoll_ >= 0 && wake_ >= 0 && reserve_ >= 0);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = wake_token;
  VECHE_EXPECTS(epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event) == 0);
}

EpollNet::~EpollNet() {
  ::close(epoll_);
  ::close(wake_);
  if (reserve_ >= 0) ::close(reserve_);
}

Result<SocketId> EpollNet::listen(const Endpoint& endpoint) {
  const std::optional<Address> address = parse(endpoint);
  if (!address.has_value()) {
    return fail(Errc::io, "cannot listen on \"" + endpoint.host + "\": not a numeric address");
  }
  const int family = address->storage.ss_family;
  const int socket = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0) return system_failure(listening, endpoint, socket);
  set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1);
  set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);  // what is accepted inherits it
  if (family == AF_INET6) set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (::bind(socket, address->any(), address->size) != 0 || ::listen(socket, backlog) != 0)
    return system_failure(listening, endpoint, socket);
  return SocketId{socket};
}

std::uint16_t EpollNet::port(SocketId listener) const {
  Address address;
  VECHE_EXPECTS(getsockname(descriptor(listener), address.any(), &address.size) == 0);
  // The port stands at the same place in both families.
  sockaddr_in v4{};
  std::memcpy(&v4, &address.storage, sizeof(v4));
  return ntohs(v4.sin_port);
}

std::optional<Accepted> EpollNet::accept(SocketId listener) {
  int refusals = 0;
  while (refusals < refusals_max) {
    Address address;
    const int socket =
        ::accept4(descriptor(listener), address.any(), &address.size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket >= 0) return Accepted{SocketId{socket}, text(address)};
    if (is_out_of_descriptors(errno)) {
      if (!refuse(listener)) return std::nullopt;
      ++refusals;
    } else if (!concerns_one_connection(errno)) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

bool EpollNet::refuse(SocketId listener) {
  if (reserve_ >= 0) ::close(reserve_);
  const int refused = ::accept4(descriptor(listener), nullptr, nullptr, SOCK_CLOEXEC);
  if (refused >= 0) ::close(refused);
  reserve_ = open_reserve();
  return refused >= 0;
}

Result<SocketId> EpollNet::connect(const Endpoint& remote, const std::string& local) {
  const std::optional<Address> to = parse(remote);
  std::optional<Address> from;
  if (!local.empty()) from = parse({.host = local, .port = 0});
  if (!to.has_value() || (!local.empty() && !from.has_value())) {
    return fail(Errc::io, "cannot connect to \"" + remote.host + "\": not a numeric address");
  }
  const int socket = ::socket(to->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0) return system_failure(connecting, remote, socket);
  set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  if (from.has_value()) {
    // The port is chosen by connect(), so that one port serves several remote ends.
    set_option(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    if (::bind(socket, from->any(), from->size) != 0)
      return system_failure(connecting, remote, socket);
  }
  if (::connect(socket, to->any(), to->size) != 0 && errno != EINPROGRESS)
    return system_failure(connecting, remote, socket);
  return SocketId{socket};
}

bool EpollNet::watch(SocketId socket, Interest interest, std::uint64_t token) {
  VECHE_EXPECTS(token != wake_token);
  epoll_event event{};
  event.events = (interest.read ? std::uint32_t{EPOLLIN} : 0U) |
                 (interest.write ? std::uint32_t{EPOLLOUT} : 0U);
  event.data.u64 = token;
  // Most sockets are watched once and never changed, so adding is tried first.
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor(socket), &event) == 0) return true;
  if (errno == ENOMEM || errno == ENOSPC) return false;
  VECHE_EXPECTS(errno == EEXIST);
  VECHE_EXPECTS(epoll_ctl(epoll_, EPOLL_CTL_MOD, descriptor(socket), &event) == 0);
  return true;
}

void EpollNet::unwatch(SocketId socket) {
  VECHE_EXPECTS(epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor(socket), nullptr) == 0);
}

IoResult EpollNet::read(SocketId socket, std::span<char> into) {
  const ssize_t count = ::read(descriptor(socket), into.data(), into.size());
  if (count == 0) return {IoStatus::end, 0};
  return result_of(count);
}

IoResult EpollNet::write(SocketId socket, std::string_view bytes) {
  return result_of(::send(descriptor(socket), bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

void EpollNet::shutdown(SocketId socket) { ::shutdown(descriptor(socket), SHUT_WR); }

void EpollNet::close(SocketId socket) { ::close(descriptor(socket)); }

std::span<const Ready> EpollNet::wait(Milliseconds at_most) {
  std::array<epoll_event, events_max> events;
  constexpr Milliseconds::rep longest = std::numeric_limits<int>::max();
  const auto timeout = static_cast<int>(std::clamp<Milliseconds::rep>(at_most.count(), 0, longest));
  const int found = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout);
  std::size_t count = 0;
  for (int i = 0; i < found; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.u64 == wake_token) {
      consume_wake();
      continue;
    }
    const bool is_broken = (event.events & (EPOLLHUP | EPOLLERR)) != 0;
    ready_[count++] = {.token = event.data.u64,
                       .readable = is_broken || (event.events & EPOLLIN) != 0,
                       .writable = is_broken || (event.events & EPOLLOUT) != 0,
                       .broken = is_broken};
  }
  return std::span{ready_}.first(count);
}

void EpollNet::wake() {
  if (is_woken_.exchange(true, std::memory_order_acq_rel)) return;
  const std::uint64_t one = 1;
  // It cannot fail: the counter is far from its limit.
  static_cast<void>(::write(wake_, &one, sizeof(one)));
}

void EpollNet::consume_wake() {
  std::uint64_t count = 0;
  static_cast<void>(::read(wake_, &count, sizeof(count)));
  // After the read: a wake() from here on writes again and ends the next wait.
  is_woken_.store(false, std::memory_order_release);
}

}  // namespace veche::loop
