#include "simulation/crowd.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <doctest/doctest.h>

namespace veche::simulation {

Result<loop::SocketId> ApartNet::listen(const loop::Endpoint& endpoint) {
  const heap::Apart apart;
  return net_.listen(endpoint);
}

// The address is the server's from here on.
std::optional<loop::Accepted> ApartNet::accept(loop::SocketId listener) {
  std::optional<loop::Accepted> accepted;
  {
    const heap::Apart apart;
    accepted = net_.accept(listener);
  }
  if (accepted) accepted->address = std::string{accepted->address.c_str()};
  return accepted;
}

Result<loop::SocketId> ApartNet::connect(const loop::Endpoint& remote, const std::string& local) {
  const heap::Apart apart;
  return net_.connect(remote, local);
}

bool ApartNet::watch(loop::SocketId socket, loop::Interest interest, std::uint64_t token) {
  const heap::Apart apart;
  return net_.watch(socket, interest, token);
}

void ApartNet::unwatch(loop::SocketId socket) {
  const heap::Apart apart;
  net_.unwatch(socket);
}

loop::IoResult ApartNet::read(loop::SocketId socket, std::span<char> into) {
  const heap::Apart apart;
  return net_.read(socket, into);
}

loop::IoResult ApartNet::write(loop::SocketId socket, std::string_view bytes) {
  const heap::Apart apart;
  return net_.write(socket, bytes);
}

void ApartNet::shutdown(loop::SocketId socket) {
  const heap::Apart apart;
  net_.shutdown(socket);
}

void ApartNet::close(loop::SocketId socket) {
  const heap::Apart apart;
  net_.close(socket);
}

std::span<const loop::Ready> ApartNet::wait(Milliseconds at_most) {
  const heap::Apart apart;
  return net_.wait(at_most);
}

std::string numbered_user(std::size_t number) {
  std::string id(24, '0');
  std::snprintf(id.data(), id.size() + 1, "%024zx", number);
  return id;
}

Crowd::Crowd(std::size_t users) : users_{users} {
  HouseOptions options;
  options.loops = 1;
  options.make_net = [](testing::FakeNetwork& network) {
    const heap::Apart apart;
    return std::make_unique<ApartNet>(network);
  };
  const heap::Counting counting;
  house_ = std::make_unique<House>(1, std::move(options));
  house_->log.lines_max = 0;
}

void Crowd::settle() {
  const heap::Counting counting;
  house_->settle();
}

void Crowd::begin(Stage stage) {
  auto wire = house_->connect();
  if (stage == Stage::polling) {
    wire.send("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n");
  } else if (stage != Stage::accepted) {
    wire.send(websocket_request);
  }
  if (stage == Stage::signed_in) {
    wire.send(masked_frame("40{\"token\":\"" + house_->token(numbered_user(next_user_ % users_)) +
                           "\"}"));
    ++next_user_;
  }
  clients_.push_back(std::move(wire));
}

void Crowd::know(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    begin(Stage::signed_in);
    settle();
    leave();
  }
  next_user_ = 0;
}

void Crowd::bring(std::size_t count, Stage stage) {
  clients_.reserve(clients_.size() + count);
  while (count > 0) {
    const std::size_t some = std::min(count, at_once);
    for (std::size_t i = 0; i < some; ++i) begin(stage);
    settle();
    count -= some;
  }
  if (stage == Stage::accepted) return;
  for (auto& client : clients_) {
    if (const auto told = client.receive(); !told.empty()) {
      REQUIRE_MESSAGE(told.find("\"sid\"") != std::string::npos, told);
      if (stage == Stage::signed_in) REQUIRE(told.find("session:ready") != std::string::npos);
    }
  }
}

void Crowd::say(std::size_t client, std::string_view packet) {
  clients_[client].send(masked_frame(packet));
  settle();
}

void Crowd::say(std::string_view packet) {
  const std::string frame = masked_frame(packet);
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    clients_[i].send(frame);
    if (i % at_once == at_once - 1) settle();
  }
  settle();
}

std::size_t Crowd::hear() {
  static const std::string ping{
      "\x81\x01"
      "2"};
  std::size_t bytes = 0;
  for (auto& client : clients_) {
    const auto told = client.receive();
    bytes += told.size();
    if (told == ping) client.send(masked_frame("3"));
  }
  settle();
  return bytes;
}

void Crowd::leave() {
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    clients_[i].vanish();
    if (i % at_once == at_once - 1) settle();
  }
  settle();
  clients_.clear();
}

}  // namespace veche::simulation
