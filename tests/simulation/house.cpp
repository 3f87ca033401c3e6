#include "simulation/house.hpp"

#include <algorithm>
#include <cstdlib>

#include <doctest/doctest.h>

#include "veche/app/credentials.hpp"

namespace veche::simulation {

std::string masked_frame(std::string_view text) {
  std::string frame{'\x81'};
  if (text.size() < 126) {
    frame.push_back(static_cast<char>(0x80U | text.size()));
  } else {
    frame.push_back(static_cast<char>(0x80U | 126U));
    frame.push_back(static_cast<char>(text.size() >> 8U));
    frame.push_back(static_cast<char>(text.size() & 0xFFU));
  }
  frame.append(4, '\0');  // a key of zeros leaves the payload as it is
  frame.append(text);
  return frame;
}

bool LinesLog::has(std::string_view text) const {
  return std::ranges::any_of(lines,
                             [text](const auto& line) { return line.find(text) != line.npos; });
}

House::House(std::uint64_t seed, HouseOptions options) : rng{seed} {
  reader_ = store.open_reader();
  for (std::size_t i = 0; i < options.loops; ++i) {
    nets_.push_back(options.make_net(network));
    workers_.push_back({*nets_.back(), clock, rng, log});
  }
  options.backend.jwt_secret = secret;
  options.backend.version = "0.0.0";
  backend_ = std::make_unique<app::Backend>(
      options.backend,
      app::Backend::Seams{
          clock, log, rng, workers_, store, writer_, {{*reader_, reading_}}, passwords_, offload_});
  REQUIRE(backend_->listen({"127.0.0.1", port}).has_value());
}

void House::settle() {
  // What one loop hands to another is seen in the turn after: a few quiet rounds are quiet.
  constexpr int quiet_rounds = 4;
  int quiet = 0;
  for (int rounds = 0; quiet < quiet_rounds; ++rounds) {
    REQUIRE(rounds < 10'000);
    quiet = turn() ? quiet + 1 : 0;
  }
}

bool House::turn() {
  bool is_quiet = true;
  for (const auto& worker : backend_->server().workers()) {
    worker->loop().turn(Milliseconds{0});
    if (worker->loop().has_work()) is_quiet = false;
  }
  while (writer_.step() || reading_.step()) is_quiet = false;
  return is_quiet;
}

void House::pass(Milliseconds time) {
  constexpr Milliseconds step{4};
  for (Milliseconds passed{0}; passed < time; passed += step) {
    clock.advance(std::min(step, time - passed));
    settle();
  }
}

std::string House::token(std::string_view user) {
  domain::User named;
  named.id = user;
  return app::JwtTokens{secret, std::chrono::hours{1}, rng}.issue(named, "", clock.wall());
}

testing::FakeClient House::connect() { return network.connect(port); }

Client::Client(House& house, std::string_view token) : house_{house}, wire_{house.connect()} {
  wire_.send(websocket_request);
  send_text(token.empty() ? std::string{"40"} : "40{\"token\":\"" + std::string{token} + "\"}");
  const std::string answer = wire_.receive();
  const auto end = answer.find("\r\n\r\n");
  REQUIRE(answer.starts_with("HTTP/1.1 101 "));
  received_ = answer.substr(end + 4);
}

void Client::send_text(std::string_view engineio_packet) {
  wire_.send(masked_frame(engineio_packet));
  house_.settle();
}

void Client::emit(std::string_view json_array, int ack) {
  send_text("42" + (ack < 0 ? std::string{} : std::to_string(ack)) + std::string{json_array});
}

void Client::read() {
  received_ += wire_.receive();
  for (;;) {
    if (received_.size() < 2) return;
    std::size_t header = 2;
    std::size_t size = static_cast<unsigned char>(received_[1]);
    if (size == 126) {
      if (received_.size() < 4) return;
      size = static_cast<unsigned char>(received_[2]) * 256U +
             static_cast<unsigned char>(received_[3]);
      header = 4;
    }
    REQUIRE(size < 65'536);
    if (received_.size() < header + size) return;
    if (received_[0] == '\x81') {
      const std::string packet = received_.substr(header, size);
      if (packet.starts_with("4")) packets_.push_back(packet.substr(1));
      if (packet == "2") wire_.send(masked_frame("3"));
    }
    received_.erase(0, header + size);
  }
}

std::vector<std::string> Client::packets() {
  house_.settle();
  read();
  return std::exchange(packets_, {});
}

Answer rest(House& house, std::string_view request_line, std::string_view token,
            std::string_view body) {
  auto wire = house.connect();
  std::string request = std::string{request_line} + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
  if (!token.empty()) request += "Authorization: Bearer " + std::string{token} + "\r\n";
  if (!body.empty()) {
    request +=
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  }
  wire.send(request + "\r\n" + std::string{body});
  house.settle();
  const std::string answer = wire.receive();
  REQUIRE(answer.starts_with("HTTP/1.1 "));
  return {std::atoi(answer.c_str() + 9), answer.substr(answer.find("\r\n\r\n") + 4)};
}

}  // namespace veche::simulation
