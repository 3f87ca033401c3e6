// Goal: everything queued leaves in order, in as few writes as possible, whatever the network
// takes of it. Method: a queue on a network in memory; the writes are read as one line.

#include "veche/loop/send_queue.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "support/fake_net.hpp"

namespace veche::loop {
namespace {

using testing::FakeClient;
using testing::FakeNet;
using testing::FakeNetwork;
using testing::FakeWrite;

/// One connection and its queue.
struct Wire {
  Wire() {
    static_cast<void>(listener.value());
    network.on_write([this](const FakeWrite& write) { sizes.push_back(write.bytes.size()); });
  }
  ~Wire() { queue.clear(pool); }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  void push(std::string_view bytes) { queue.push(Frame::copy(bytes), pool); }
  SendQueue::Outcome flush() { return queue.flush(net, socket, pool).outcome; }

  FakeNetwork network;
  FakeNet net{network};
  Result<SocketId> listener{net.listen({"0.0.0.0", 80})};
  FakeClient client{network.connect(80)};
  SocketId socket{net.accept(*listener)->socket};
  std::vector<std::size_t> sizes;
  SendPool pool;
  SendQueue queue;
};

TEST_SUITE("loop/send_queue: DESIGN 4.4, several frames leave in one write") {
  TEST_CASE("three frames are one write") {
    Wire wire;
    wire.push("one");
    wire.push("two");
    wire.push("three");
    CHECK(wire.queue.bytes_behind_first() == 8);
    CHECK(wire.queue.frame_count() == 3);
    CHECK(wire.flush() == SendQueue::Outcome::empty);
    CHECK(wire.client.receive() == "onetwothree");
    CHECK(wire.sizes == std::vector<std::size_t>{11});
    CHECK(wire.queue.is_empty());
    CHECK(wire.queue.bytes_behind_first() == 0);
  }

  TEST_CASE("what does not fit into the gather buffer is written after it") {
    Wire wire;
    wire.push(std::string(40'000, 'a'));
    wire.push(std::string(20'000, 'b'));
    wire.push(std::string(10'000, 'c'));
    wire.push(std::string(100'000, 'd'));
    wire.push("e");
    CHECK(wire.flush() == SendQueue::Outcome::empty);
    CHECK(wire.sizes == std::vector<std::size_t>{60'000, 10'000, 100'000, 1});
  }

  TEST_CASE("a short write goes on where it stopped, in the middle of a frame") {
    Wire wire;
    wire.client.set_write_sizes({4, 0});
    wire.push("one");
    wire.push("two");
    wire.push("three");
    CHECK(wire.flush() == SendQueue::Outcome::blocked);
    CHECK(wire.queue.frame_count() == 2);
    CHECK(wire.queue.bytes_behind_first() == 5);
    CHECK(wire.flush() == SendQueue::Outcome::blocked);
    CHECK(wire.flush() == SendQueue::Outcome::empty);
    CHECK(wire.client.receive() == "onetwothree");
    CHECK(wire.sizes == std::vector<std::size_t>{4, 0, 7});
  }

  TEST_CASE("progress is told apart from none") {
    Wire wire;
    wire.client.set_write_sizes({1, 0});
    wire.push("one");
    CHECK(wire.queue.flush(wire.net, wire.socket, wire.pool).progressed);
    CHECK_FALSE(wire.queue.flush(wire.net, wire.socket, wire.pool).progressed);
  }

  TEST_CASE("a peer that has gone breaks the flush") {
    Wire wire;
    wire.push("one");
    wire.client.vanish();
    CHECK(wire.flush() == SendQueue::Outcome::broken);
  }

  TEST_CASE("any frames through any network arrive as they were sent") {
    CHECK(rc::check([](const std::vector<std::string>& frames, std::vector<std::uint16_t> takes) {
      Wire wire;
      wire.client.set_write_sizes({takes.begin(), takes.end()});
      std::string sent;
      for (const std::string& frame : frames) {
        if (!frame.empty()) wire.push(frame);
        sent += frame;
      }
      while (wire.flush() == SendQueue::Outcome::blocked) {
      }
      RC_ASSERT(wire.client.receive() == sent);
      RC_ASSERT(wire.queue.frame_count() == 0U);
      RC_ASSERT(wire.queue.bytes_behind_first() == 0U);
    }));
  }
}

TEST_SUITE("loop/send_queue: SendPool") {
  TEST_CASE("chunks are used again") {
    Wire wire;
    wire.push("one");
    static_cast<void>(wire.flush());
    CHECK(wire.pool.spare_count() == 1);
    wire.push("two");
    CHECK(wire.pool.spare_count() == 0);
  }

  TEST_CASE("spare chunks are bounded") {
    SendPool pool;
    SendQueue queue;
    pool.keep_at_most(10);
    const Frame frame = Frame::copy("x");
    for (int i = 0; i < 20 * FrameChunk::capacity; ++i) queue.push(frame, pool);
    queue.clear(pool);
    CHECK(pool.spare_count() == 10);
    pool.keep_at_most(3);
    CHECK(pool.spare_count() == 3);
  }
}

}  // namespace
}  // namespace veche::loop
