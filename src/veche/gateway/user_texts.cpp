#include "veche/gateway/user_texts.hpp"

#include "veche/dto/shapes.hpp"
#include "veche/json/writer.hpp"

namespace veche::gateway {

std::string_view UserTexts::text_of(const domain::UserPtr& user) {
  if (user == nullptr) return {};
  Place& place = places_[static_cast<std::size_t>(user->ref) % places];
  if (place.user == user) return place.text;
  std::string text;
  json::Writer json{text};
  dto::write_user(json, *user);
  if (text.size() > bytes_max) {
    too_long_ = std::move(text);
    return too_long_;
  }
  place = {user, std::move(text)};
  return place.text;
}

}  // namespace veche::gateway
