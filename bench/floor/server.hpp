#pragma once

/// @file
/// The least that a chat server can do for `veche bench`, and nothing else.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sys/epoll.h>

#include "wire.hpp"
#include "world.hpp"

namespace bare {

/// Bytes that wait on one or more connections.
struct Chunk {
  std::uint32_t holders{};
  bool is_shared{};
  std::string bytes;
};

struct Connection {
  int fd{-1};
  std::uint32_t user{World::nobody};
  std::vector<Chunk*> queue;
  std::size_t sent{};                 ///< of the first in the queue
  std::unique_ptr<std::string> tail;  ///< of what came: a request or frame without its end
  bool is_open{};                     ///< the upgrade is done
  bool is_hi{};
  bool is_bulk{};
  bool is_blocked{};  ///< the last write was short
  bool is_dead{};
};

/// A loop over epoll that keeps the order and the sizes of what veche sends, and checks nothing:
/// no token, no JSON, no storage, no limit. It trusts the generator, whose windows bound what
/// waits.
///
///   Server server{world, epoll_fd, listener_fd};
///   server.run();
///
/// A turn: wait, read, seal what each chat was told into one chunk that its members share, append
/// the acks behind it, flush all who have an ack or an answer, flush at most 128 of the others.
///
/// Time: a delivery is one pointer for each member and turn, and its share of a send(). Memory: of
/// an idle connection, this struct and a few pointers. Threads: one. Errors: a connection that
/// breaks is closed. Lifetime: the world and the descriptors outlive it.
class Server {
 public:
  Server(const World& world, int epoll, int listener);

  [[noreturn]] void run();

 private:
  struct Chat {
    std::uint64_t seq{};
    Chunk* pending{};  ///< what its members are told this turn
    std::vector<Connection*> members;
  };
  struct Ack {
    Connection* to{};
    std::size_t end{};  ///< in ack_bytes_; it begins where the one before ends
  };

  void accept_all();
  void readable(Connection& from);
  std::size_t read_head(Connection& from, std::string_view bytes);
  std::size_t read_frames(Connection& from, char* bytes, std::size_t size);
  void text(Connection& from, std::string_view packet);
  void sign_in(Connection& from, std::string_view packet);
  void event(Connection& from, std::string_view packet);
  void post(Connection& from, std::string_view id, std::string_view args);
  void answer(Connection& to, std::string_view id, std::string_view args);

  Chunk* take_chunk();
  void release(Chunk* chunk);
  void push(Connection& to, Chunk* chunk);
  std::string& own_bytes(Connection& to);
  void seal();
  void flush_lists();
  void flush(Connection& to);
  void written(Connection& to, std::size_t bytes);
  void watch(Connection& to, std::uint32_t events) const;
  void kill(Connection& connection);
  void bury();

  const World& world_;
  int epoll_;
  int listener_;
  std::vector<Chat> chats_;
  std::vector<std::uint32_t> told_;  ///< chats with something pending
  std::vector<Ack> acks_;
  std::string ack_bytes_;
  std::vector<Connection*> hi_;
  std::vector<Connection*> bulk_;
  std::size_t bulk_begin_{};
  std::vector<Connection*> dead_;
  std::vector<Chunk*> spare_;
  TimeText time_;
  std::uint64_t position_;
  std::string message_;
  std::string scratch_;
  std::string gathered_;
  std::unique_ptr<char[]> received_;
};

}  // namespace bare
