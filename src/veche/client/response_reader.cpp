#include "veche/client/response_reader.hpp"

#include <charconv>
#include <utility>

#include "veche/client/response_head.hpp"

namespace veche::client {
namespace {

/// A number that fills the text. None otherwise.
std::optional<std::size_t> number(std::string_view text) {
  std::size_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace

ResponseReader::Outcome ResponseReader::receive(std::string_view bytes) {
  if (std::exchange(is_done_, false)) {
    bytes_.clear();
    head_bytes_ = 0;
  }
  const std::size_t before = bytes_.size();
  bytes_.append(bytes);
  if (head_bytes_ == 0) {
    const Outcome found = find_head(before);
    if (found != Outcome::done) return found;
  }
  if (bytes_.size() < head_bytes_ + body_bytes_) return Outcome::need_more;
  if (bytes_.size() > head_bytes_ + body_bytes_) {
    return malformed("the server answered more than it was asked");
  }
  is_done_ = true;
  return Outcome::done;
}

ResponseReader::Outcome ResponseReader::find_head(std::size_t from) {
  // The end may lie across the cut.
  const auto end =
      bytes_.find(end_of_head, from < end_of_head.size() ? 0 : from - end_of_head.size());
  if (end == std::string::npos) {
    if (bytes_.size() < head_bytes_max) return Outcome::need_more;
    return malformed("the head of the server's answer is longer than 16 KiB");
  }
  head_bytes_ = end + end_of_head.size();
  if (read_head()) return Outcome::done;
  return malformed("the server's answer is not what Engine.IO's polling sends");
}

bool ResponseReader::read_head() {
  const std::string_view head = std::string_view{bytes_}.substr(0, head_bytes_);
  constexpr std::string_view version = "HTTP/1.1 ";
  if (!head.starts_with(version)) return false;
  const auto status = number(head.substr(version.size(), 3));
  const auto length = number(head_field(head, "Content-Length").value_or(""));
  if (!status || !length || *length > body_bytes_max) return false;
  status_ = static_cast<int>(*status);
  body_bytes_ = *length;
  keeps_alive_ = !equal_ignoring_case(head_field(head, "Connection").value_or(""), "close");
  return true;
}

ResponseReader::Outcome ResponseReader::malformed(std::string why) {
  why_ = std::move(why);
  return Outcome::malformed;
}

}  // namespace veche::client
