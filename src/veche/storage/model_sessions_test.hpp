#pragma once

/// @file
/// The devices of the model: who is signed in, as plainly as can be.

#include <map>
#include <set>
#include <string>
#include <utility>

#include <rapidcheck.h>

#include "veche/domain/sessions.hpp"

#include "support/chat_world.hpp"

namespace veche::storage {

/// At most two devices a user.
struct PlainDevices {
  std::map<domain::UserRef, std::set<std::pair<WallTime, std::string>>> live{};  // oldest first

  /// A device more, and now and then all others are sent away. Gives the number of facts.
  int sign_in(support::ChatWorld& world, domain::UserRef user, std::uint32_t which) {
    const bool ends_others = which % 3 == 0;
    const auto opened = world.command(domain::Writes::many,
                                      [&](domain::Transaction& transaction) -> Result<std::string> {
                                        domain::Sessions sessions{transaction};
                                        auto id = sessions.open(user, "digest", {.devices_max = 2});
                                        if (ends_others) sessions.revoke_others(user, id);
                                        return id;
                                      });
    auto& devices = live[user];
    int facts = 0;
    const auto send_away = [&](auto end) {
      devices.erase(devices.begin(), end);
      ++facts;
    };
    if (devices.size() == 2) send_away(std::next(devices.begin()));
    if (ends_others && !devices.empty()) send_away(devices.end());
    devices.insert({world.now, opened.value()});
    return facts;
  }

  void compare(domain::Reader& reader, WallTime now) const {
    for (const auto& known : live) {
      std::string expected;
      for (const auto& device : known.second) expected += device.second;
      std::string found;
      for (const auto& session : reader.live_sessions_of(known.first, now)) found += session.id;
      RC_ASSERT(found == expected);
    }
  }
};

}  // namespace veche::storage
