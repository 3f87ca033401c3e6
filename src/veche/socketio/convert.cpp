#include "veche/socketio/convert.hpp"

namespace veche::socketio {

void Writing::binary(std::string_view bytes) {
  json.begin_object().member("_placeholder", true).member("num", attachments.size()).end_object();
  attachments.emplace_back(bytes);
}

bool Reading::need(std::string_view what) {
  problem_.assign(": ").append(what).append(" is needed");
  return false;
}

bool Reading::refuse(std::string_view why) {
  problem_.assign(": ").append(why);
  return false;
}

bool Reading::inside_member(std::string_view name) {
  // A key that a peer made up is not worth repeating whole.
  constexpr std::size_t name_bytes_max = 64;
  problem_.insert(0, name.size() <= name_bytes_max ? name : std::string_view{"(a long name)"});
  problem_.insert(0, ".");
  return false;
}

bool Reading::inside_item(std::size_t index) {
  problem_.insert(0, "[" + std::to_string(index) + "]");
  return false;
}

bool Reading::inside_argument(std::size_t number) {
  problem_.insert(0, "argument " + std::to_string(number));
  return false;
}

std::optional<std::string_view> Reading::binary(json::Value value) const {
  const auto mark = value.find("_placeholder");
  if (!mark || mark->as_bool() != true) return std::nullopt;
  const auto num = value.find("num");
  const auto index = num ? num->as_uint() : std::nullopt;
  if (!index || *index >= attachments_.size()) return std::nullopt;
  return attachments_[static_cast<std::size_t>(*index)];
}

bool Convert<bool>::read(Reading& in, json::Value value, bool& out) {
  const auto read = value.as_bool();
  if (!read) return in.need("true or false");
  out = *read;
  return true;
}

bool Convert<Binary>::read(Reading& in, json::Value value, Binary& out) {
  const auto bytes = in.binary(value);
  if (!bytes) return in.need("binary");
  out.bytes = *bytes;
  return true;
}

bool Convert<BinaryView>::read(Reading& in, json::Value value, BinaryView& out) {
  const auto bytes = in.binary(value);
  if (!bytes) return in.need("binary");
  out.bytes = *bytes;
  return true;
}

}  // namespace veche::socketio
