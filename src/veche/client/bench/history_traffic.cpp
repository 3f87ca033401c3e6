#include "veche/client/bench/history_traffic.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "veche/client/bench/world.hpp"

namespace veche::client::bench {
namespace {

constexpr std::uint32_t page_size = 50;

/// The seq that a page stands before, from 2 to last_seq + 1: a number of its own for each client
/// and sequence (splitmix64), so that it need not be kept until the page comes.
std::uint32_t before_seq(std::uint32_t client, std::uint32_t sequence, std::uint32_t last_seq) {
  std::uint64_t mixed = (std::uint64_t{client} << 32U | sequence) * 0x9E3779B97F4A7C15U;
  mixed = (mixed ^ mixed >> 30U) * 0xBF58476D1CE4E5B9U;
  mixed = (mixed ^ mixed >> 27U) * 0x94D049BB133111EBU;
  return 2 + static_cast<std::uint32_t>((mixed ^ mixed >> 31U) % last_seq);
}

struct Page {
  std::uint32_t count{};
  std::uint32_t last_seq{};
};

/// None when a message does not follow the one before it.
std::optional<Page> read_page(std::string_view json) {
  constexpr std::string_view name = R"("seq":)";
  Page page;
  while (true) {
    const auto at = json.find(name);
    if (at == std::string_view::npos) return page;
    json.remove_prefix(at + name.size());
    std::uint32_t seq = 0;
    std::from_chars(json.data(), json.data() + json.size(), seq);
    if (page.count++ > 0 && seq != page.last_seq + 1) return std::nullopt;
    page.last_seq = seq;
  }
}

}  // namespace

HistoryTraffic::HistoryTraffic(Crowd& crowd, const Options& options) : AckTraffic{crowd, options} {
  for (std::uint32_t number = 0; number < options.shape.clients(); ++number) {
    chats_.push_back({.id = chat_id(options.shape.chat_of(number))});
  }
}

std::string_view HistoryTraffic::event_of(std::uint32_t /*sequence*/) const {
  return "messages:list";
}

std::string_view HistoryTraffic::args_of(std::uint32_t client, std::uint32_t sequence) {
  Chat& chat = chats_[client];
  args_ = R"({"chatId":")" + chat.id + R"(","limit":)" + std::to_string(page_size);
  if (chat.last_seq == 0) {
    chat.newest_asked = sequence + 1;
  } else {
    args_ += R"(,"beforeSeq":)" + std::to_string(before_seq(client, sequence, chat.last_seq));
  }
  return args_ += '}';
}

bool HistoryTraffic::is_right(std::uint32_t client, std::uint32_t sequence,
                              std::string_view answer) {
  Chat& chat = chats_[client];
  const auto page = read_page(answer);
  if (!page || page->last_seq == 0) return false;
  if (chat.last_seq == 0) chat.last_seq = page->last_seq;
  const std::uint32_t end = sequence < chat.newest_asked
                                ? chat.last_seq + 1
                                : before_seq(client, sequence, chat.last_seq);
  return page->last_seq == end - 1 && page->count == std::min(page_size, page->last_seq);
}

}  // namespace veche::client::bench
