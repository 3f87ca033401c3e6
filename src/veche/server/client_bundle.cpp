#include "veche/server/client_bundle.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <utility>

#include "veche/http/syntax.hpp"

namespace veche::server {
namespace {

constexpr std::array scripts{"socket.io.js", "socket.io.min.js", "socket.io.esm.min.js",
                             "socket.io.msgpack.min.js"};

/// "4.8.4" of " * Socket.IO v4.8.4" near the beginning of a script; empty when it is not there.
std::string version_in(std::string_view script) {
  constexpr std::string_view mark = "Socket.IO v";
  constexpr std::size_t comment_bytes = 512;
  script = script.substr(0, comment_bytes);
  const auto at = script.find(mark);
  if (at == std::string_view::npos) return {};
  script.remove_prefix(at + mark.size());
  std::size_t size = 0;
  while (size < script.size() &&
         (http::is_alphanumeric(script[size]) || script[size] == '.' || script[size] == '-')) {
    ++size;
  }
  return std::string{script.substr(0, size)};
}

/// None when there is no such file.
Result<std::optional<std::string>> read_file(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return std::nullopt;
  const auto size = std::filesystem::file_size(path, error);
  if (error) return fail(Errc::io, path.string() + ": " + error.message());
  if (size > ClientBundle::file_bytes_max) {
    return fail(Errc::too_large, path.string() + " is over 4 MiB");
  }
  std::string bytes(size, '\0');
  std::ifstream file{path, std::ios::binary};
  if (!file.read(bytes.data(), static_cast<std::streamsize>(size))) {
    return fail(Errc::io, path.string() + " cannot be read");
  }
  return bytes;
}

/// If-None-Match compares weakly (RFC 9110 section 13.1.2).
bool has_it(const http::Request& request, std::string_view etag) {
  auto known = request.headers.find("If-None-Match").value_or("");
  while (!known.empty()) {
    auto one = http::trim(http::cut(known, ','));
    if (one == "*") return true;
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == etag) return true;
  }
  return false;
}

/// The scripts and maps that are there, by name.
Result<std::map<std::string, std::string>> read_files(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  for (const std::string script : scripts) {
    for (const std::string& name : {script, script + ".map"}) {
      auto bytes = read_file(folder / name);
      if (!bytes) return tl::unexpected{bytes.error()};
      if (*bytes) files.emplace(name, std::move(**bytes));
    }
  }
  return files;
}

}  // namespace

Result<ClientBundle> ClientBundle::read(const std::string& directory) {
  auto found = read_files(directory);
  if (!found) return tl::unexpected{found.error()};
  auto& files = *found;
  std::string version;
  for (const std::string script : scripts) {
    const auto file = files.find(script);
    if (version.empty() && file != files.end()) version = version_in(file->second);
  }
  if (files.empty()) return fail(Errc::not_found, "there is no socket.io.js in " + directory);
  if (version.empty())
    return fail(Errc::invalid, "no script in " + directory + " says its version");
  ClientBundle bundle{std::move(version)};
  for (auto& [name, bytes] : files) bundle.add(name, std::move(bytes));
  return bundle;
}

void ClientBundle::add(std::string name, std::string bytes) {
  files_.insert_or_assign(std::move(name), std::move(bytes));
}

std::optional<http::Response> ClientBundle::answer(const http::Request& request,
                                                   std::string_view path) const {
  if (request.method != http::Method::get && request.method != http::Method::head) {
    return std::nullopt;
  }
  const std::string_view asked = request.path;
  if (!asked.starts_with(path)) return std::nullopt;
  const auto file = files_.find(asked.substr(path.size()));
  if (file == files_.end()) return std::nullopt;

  http::Response response;
  response.headers.add("Cache-Control", "public, max-age=0");
  response.headers.add("ETag", etag_);
  if (has_it(request, etag_)) {
    response.status = 304;
    return response;
  }
  response.headers.add("Content-Type", file->first.ends_with(".map")
                                           ? "application/json; charset=utf-8"
                                           : "application/javascript; charset=utf-8");
  response.body = file->second;
  return response;
}

}  // namespace veche::server
