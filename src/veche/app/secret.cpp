#include "veche/app/secret.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace veche::app {
namespace {

constexpr std::size_t secret_bytes_min = 32;

std::string folded(std::string_view text) {
  std::string low;
  for (const char c : text) {
    if (c == '_' || c == ' ' || c == '.') {
      low.push_back('-');
    } else {
      low.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    }
  }
  return low;
}

bool is_placeholder(std::string_view secret) {
  const std::string low = folded(secret);
  for (const auto* known : {"your-secret", "your-super-secret", "your-jwt-secret", "change-me",
                            "changeme", "change-this", "replace-me", "jwt-secret-key",
                            "super-secret", "my-secret", "secret-key-change"}) {
    if (low.find(known) != std::string::npos) return true;
  }
  return low == "secret" || low == "jwt-secret" || low == "supersecret" || low == "test";
}

tl::unexpected<Error> io_error(std::string_view what, const std::string& path) {
  return fail(Errc::io, fmt::format("{} {}: {}", what, path, std::strerror(errno)));
}

Result<std::string> read_secret(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::string secret{std::istreambuf_iterator<char>{file}, {}};
  if (file.bad()) return io_error("cannot read", path);
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  if (secret.size() < secret_bytes_min) {
    return fail(Errc::io,
                fmt::format("{} is too short to be the secret; remove it to get a new one "
                            "(all tokens become invalid)",
                            path));
  }
  return secret;
}

/// Written beside and moved into place, so that a crash leaves no half of a secret.
Result<std::string> make_secret(const std::string& path, Rng& rng) {
  const std::string secret = random_id(rng, 64);
  const std::string beside = path + ".new";
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return io_error("cannot write", beside);
  const std::string text = secret + "\n";
  const bool is_written =
      ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(file) == 0;
  ::close(file);
  if (!is_written || ::rename(beside.c_str(), path.c_str()) != 0)
    return io_error("cannot write", path);
  return secret;
}

}  // namespace

Result<void> check_secret(std::string_view secret) {
  constexpr auto advice = "; give another, or accept it with --allow-weak-secret";
  if (secret.size() < secret_bytes_min) {
    return fail(Errc::validation, fmt::format("JWT_SECRET has {} bytes and needs at least {}{}",
                                              secret.size(), secret_bytes_min, advice));
  }
  if (is_placeholder(secret)) {
    return fail(Errc::validation, fmt::format("JWT_SECRET is a well-known placeholder{}", advice));
  }
  return {};
}

Result<void> make_data_dir(const std::string& data_dir) {
  std::error_code error;
  if (std::filesystem::is_directory(data_dir, error)) return {};
  if (const auto parent = std::filesystem::path{data_dir}.parent_path(); !parent.empty()) {
    std::filesystem::create_directories(parent, error);
  }
  if (::mkdir(data_dir.c_str(), 0700) != 0 && errno != EEXIST) {
    return io_error("cannot make the data folder", data_dir);
  }
  return {};
}

Result<std::string> resolve_secret(const Settings& settings, Rng& rng) {
  if (!settings.jwt_secret.empty()) {
    if (!settings.allow_weak_secret) {
      if (auto checked = check_secret(settings.jwt_secret); !checked) {
        return tl::unexpected{checked.error()};
      }
    }
    return settings.jwt_secret;
  }
  if (settings.store == StoreKind::memory) return random_id(rng, 64);
  if (auto made = make_data_dir(settings.data_dir); !made) return tl::unexpected{made.error()};
  const std::string path = settings.data_dir + "/jwt-secret";
  return std::filesystem::exists(path) ? read_secret(path) : make_secret(path, rng);
}

}  // namespace veche::app
