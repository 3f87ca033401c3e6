#pragma once

/// @file
/// Pages of what is stored: messages:list.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "veche/client/bench/ack_traffic.hpp"

namespace veche::client::bench {

/// As AckTraffic, but every client asks for pages of 50 messages of its chat. The first is the
/// newest page, which says how many messages there are; the others end at random places, the same
/// in every run over the same data. A page must hold the messages that were asked for, all of them
/// and in order: another one ends the load.
///
/// Time      A look at each message of a page. Memory  As AckTraffic.
class HistoryTraffic final : public AckTraffic {
 public:
  /// The crowd is settled, and every chat has a message.
  HistoryTraffic(Crowd& crowd, const Options& options);

 private:
  struct Chat {
    std::string id;
    std::uint32_t newest_asked{};  ///< sequences below this one asked for the newest page
    std::uint32_t last_seq{};      ///< 0 until that page has come
  };

  [[nodiscard]] std::string_view event_of(std::uint32_t sequence) const override;
  [[nodiscard]] std::string_view args_of(std::uint32_t client, std::uint32_t sequence) override;
  [[nodiscard]] bool is_right(std::uint32_t client, std::uint32_t sequence,
                              std::string_view answer) override;

  std::vector<Chat> chats_;  // by the client's number
  std::string args_;
};

}  // namespace veche::client::bench
