#include "support/tcp_client.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "veche/base/contract.hpp"

namespace veche::testing {

TcpClient::TcpClient(Family family)
    : family_{family},
      socket_{::socket(family == Family::v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
  VECHE_EXPECTS(socket_ >= 0);
  const timeval limit{.tv_sec = 5, .tv_usec = 0};
  VECHE_EXPECTS(setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0);
  VECHE_EXPECTS(setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == 0);
}

bool TcpClient::connect(std::uint16_t port) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  v6.sin6_addr = in6addr_loopback;
  if (family_ == Family::v4) {
    return ::connect(socket_, reinterpret_cast<const sockaddr*>(&v4), sizeof(v4)) == 0;
  }
  return ::connect(socket_, reinterpret_cast<const sockaddr*>(&v6), sizeof(v6)) == 0;
}

void TcpClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::string TcpClient::receive(std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t received = 0;
  while (received < size) {
    const ssize_t count = ::recv(socket_, bytes.data() + received, size - received, 0);
    if (count <= 0) break;
    received += static_cast<std::size_t>(count);
  }
  bytes.resize(received);
  return bytes;
}

bool TcpClient::is_at_end() {
  char byte{};
  const ssize_t count = ::recv(socket_, &byte, 1, MSG_PEEK);
  return count == 0 || (count < 0 && errno == ECONNRESET);
}

void TcpClient::finish() { ::shutdown(socket_, SHUT_WR); }

void TcpClient::close() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

void TcpClient::shrink_receive_buffer() {
  const int size = 1;
  VECHE_EXPECTS(setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) == 0);
}

}  // namespace veche::testing
