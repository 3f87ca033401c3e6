// The floor: a bare epoll server that others are measured against.
//
//   floor WORLD.jsonl        PORT, 0 for any free one
//
// It listens on 127.0.0.1 and checks nothing: it is for the load generator on the same machine.

#include <cstdio>
#include <cstdlib>

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "server.hpp"
#include "world.hpp"

namespace {

constexpr int waiting_max = 4'096;

/// -1 when the address is taken.
int listen_on(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* const plain = reinterpret_cast<const sockaddr*>(&address);
  if (bind(fd, plain, sizeof(address)) != 0 || listen(fd, waiting_max) != 0) return -1;
  return fd;
}

std::uint16_t port_of(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

}  // namespace

int main(int argc, char** argv) {
  bare::World world;
  if (argc != 2 || !world.read(argv[1])) {
    std::fputs("usage: floor WORLD.jsonl\n", stderr);
    return 2;
  }
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  const char* const port = std::getenv("PORT");
  const int listener =
      listen_on(static_cast<std::uint16_t>(std::atoi(port == nullptr ? "0" : port)));
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (listener < 0 || epoll < 0) {
    std::perror("floor");
    return 1;
  }
  std::printf("listening on http://127.0.0.1:%u\n", unsigned{port_of(listener)});
  std::fflush(stdout);
  bare::Server{world, epoll, listener}.run();
}
