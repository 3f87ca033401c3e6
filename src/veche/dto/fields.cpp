#include "veche/dto/fields.hpp"

#include <utility>

#include "veche/domain/model.hpp"

namespace veche::dto {

namespace {

std::string sentence(std::string_view key, std::string_view what) {
  return std::string{key}.append(what);
}

}  // namespace

Fields::Fields(json::Value object) : object_{object} {
  if (!object.is_object()) fail(Errc::validation, "payload must be an object");
}

void Fields::fail(Errc code, std::string text) {
  if (failed_) return;
  failed_ = true;
  error_ = {code, std::move(text)};
}

json::Value Fields::lookup(std::string_view key) {
  if (failed_ || found_ == object_.size()) return {};
  json::Value found{};
  std::size_t count = 0;
  for (const json::Member member : object_.members()) {
    if (member.key != key) continue;
    found = member.value;
    ++count;
  }
  found_ += count;
  if (count < 2) return found;
  fail(Errc::bad_request, sentence(key, " is given twice"));
  return {};
}

std::string_view Fields::string(std::string_view key, Presence presence, bool& is_there) {
  is_there = false;
  const json::Value found = lookup(key);
  if (failed_ || (found.is_null() && presence == Presence::optional)) return {};
  const auto text = found.as_string();
  if (!text) {
    fail(Errc::validation, sentence(key, " must be a string"));
    return {};
  }
  is_there = true;
  return *text;
}

Fields& Fields::text(std::string_view key, std::string& target, std::size_t bytes_max,
                     Presence presence) {
  bool is_there = false;
  const auto text = string(key, presence, is_there);
  if (is_there && judge(key, text, bytes_max, presence)) target = std::string{text};
  return *this;
}

bool Fields::judge(std::string_view key, std::string_view text, std::size_t bytes_max,
                   Presence presence) {
  if (text.empty() && presence == Presence::required) {
    fail(Errc::validation, sentence(key, " must not be empty"));
  } else if (text.size() > bytes_max) {
    fail(Errc::validation, sentence(key, " is too long"));
  } else if (text.find('\0') != std::string_view::npos) {
    fail(Errc::validation, sentence(key, " must not contain U+0000"));
  }
  return !failed_;
}

Fields& Fields::any_text(std::string_view key, std::string& target, Presence presence) {
  bool is_there = false;
  const auto text = string(key, presence, is_there);
  if (is_there) target = std::string{text};  // cheaper than to look at what was there
  return *this;
}

Fields& Fields::any_text(std::string_view key, std::string_view& target, Presence presence) {
  bool is_there = false;
  const auto text = string(key, presence, is_there);
  if (is_there) target = text;
  return *this;
}

Fields& Fields::id(std::string_view key, std::string& target, const Error& unknown,
                   Presence presence) {
  std::string_view id;
  this->id(key, id, unknown, presence);
  if (!id.empty()) target = std::string{id};
  return *this;
}

Fields& Fields::id(std::string_view key, std::string_view& target, const Error& unknown,
                   Presence presence) {
  bool is_there = false;
  const auto text = string(key, presence, is_there);
  if (!is_there) return *this;
  if (text.empty()) {
    fail(Errc::validation, sentence(key, " must not be empty"));
  } else if (!domain::is_id(text)) {
    fail(unknown.code, unknown.text);
  } else {
    target = text;
  }
  return *this;
}

Fields& Fields::ids(std::string_view key, std::vector<std::string>& target, std::size_t count_max,
                    const Error& unknown) {
  const json::Value list = lookup(key);
  if (failed_ || list.is_null()) return *this;
  if (!list.is_array()) {
    fail(Errc::validation, sentence(key, " must be an array of strings"));
    return *this;
  }
  std::vector<std::string> found;
  for (const json::Value item : list.items()) {
    const auto text = item.as_string();
    if (!text) {
      fail(Errc::validation, sentence(key, " must be an array of strings"));
    } else if (!domain::is_id(*text)) {
      fail(unknown.code, unknown.text);
    } else if (found.size() == count_max) {
      fail(Errc::validation, sentence(key, " has too many items"));
    } else {
      found.emplace_back(*text);
    }
    if (failed_) return *this;
  }
  target = std::move(found);
  return *this;
}

bool Fields::integer(std::string_view key, std::int64_t& target, Range range) {
  const json::Value found = lookup(key);
  if (failed_ || found.is_null()) return false;
  const auto number = found.as_int();
  if (!number) {
    fail(Errc::validation, sentence(key, " must be an integer"));
    return false;
  }
  if (*number < range.min || *number > range.max) {
    fail(Errc::validation, sentence(key, " must be from ") + std::to_string(range.min) + " to " +
                               std::to_string(range.max));
    return false;
  }
  target = *number;
  return true;
}

Fields& Fields::flag(std::string_view key, bool& target) {
  const json::Value found = lookup(key);
  if (failed_ || found.is_null()) return *this;
  if (const auto value = found.as_bool()) {
    target = *value;
  } else {
    fail(Errc::validation, sentence(key, " must be true or false"));
  }
  return *this;
}

Fields& Fields::change(std::string_view key, std::optional<std::string>& target,
                       std::size_t bytes_max) {
  bool is_there = false;
  const auto text = string(key, Presence::optional, is_there);
  if (is_there && judge(key, text, bytes_max, Presence::optional)) target = text;
  return *this;
}

}  // namespace veche::dto
