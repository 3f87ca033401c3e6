#include "veche/gateway/group_events.hpp"

#include <string>
#include <utility>

#include "veche/dto/inputs.hpp"
#include "veche/dto/shapes.hpp"

namespace veche::gateway {

namespace {

using domain::Groups;
using domain::Regrouped;
using domain::UserRef;

// A chat as the one who acted sees it, and who that is.
struct Seen {
  Regrouped chat;
  UserRef viewer{};
};

}  // namespace

template <typename Act>
void GroupEvents::submit(Call& call, Act act) {
  requests_.write<Seen>(
      call, domain::Writes::many,
      [act = std::move(act)](domain::Transaction& transaction,
                             UserRef user) mutable -> Result<Seen> {
        Groups groups{transaction};
        auto chat = act(groups, user);
        if (!chat) return tl::unexpected<Error>{chat.error()};
        return Seen{std::move(*chat), user};
      },
      [](socketio::Socket*, const Seen& seen, json::Writer* ack) {
        if (ack == nullptr || !seen.chat) return;
        ack->key("chat");
        dto::write_chat(*ack, *seen.chat, seen.viewer);
      });
}

void GroupEvents::add_members(Call& call) {
  auto input = dto::parse_new_members(call.payload());
  if (!input) return requests_.refuse(call, input.error());
  submit(call, [input = std::move(*input)](Groups& groups, UserRef user) mutable {
    input.by = user;
    return groups.add(input);
  });
}

void GroupEvents::remove_member(Call& call) {
  auto input = dto::parse_member_choice(call.payload());
  if (!input) return requests_.refuse(call, input.error());
  submit(call, [input = std::move(*input)](Groups& groups, UserRef user) mutable {
    input.by = user;
    return groups.remove(input);
  });
}

void GroupEvents::set_role(Call& call) {
  auto input = dto::parse_member_choice(call.payload());
  if (!input) return requests_.refuse(call, input.error());
  const auto role = dto::parse_role(call.payload());
  if (!role) return requests_.refuse(call, role.error());
  submit(call, [input = std::move(*input), role = *role](Groups& groups, UserRef user) mutable {
    input.by = user;
    return groups.set_role(input, role);
  });
}

void GroupEvents::leave(Call& call) {
  const auto chat_id = dto::parse_chat_ref(call.payload());
  if (!chat_id) return requests_.refuse(call, chat_id.error());
  submit(call, [id = std::string{*chat_id}](Groups& groups, UserRef user) {
    return groups.leave(user, id);
  });
}

}  // namespace veche::gateway
