#pragma once

/// @file
/// The JavaScript client, served beside the server: `<script src="/socket.io/socket.io.js">`.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "veche/base/result.hpp"
#include "veche/http/message.hpp"

namespace veche::server {

/// The files of npm's socket.io-client/dist, in memory.
///
///     auto client = ClientBundle::read("node_modules/socket.io-client/dist");
///     if (!client) return fail(client.error().text);
///     options.client = std::make_shared<const ClientBundle>(std::move(*client));
///
/// Time      An answer copies its file. Memory  The files, 0.7 MB as they are published.
/// Threads   Any, once built; workers share one. Errors  read()'s alone.
class ClientBundle {
 public:
  static constexpr std::size_t file_bytes_max = 4U << 20U;

  /// Reads socket.io.js, .min.js, .esm.min.js and .msgpack.min.js, and the .map of each, of those
  /// that are there. The version is the one in a script's first comment.
  /// Errc::not_found  there is no such folder, or none of the scripts in it
  /// Errc::too_large  a file of over file_bytes_max
  /// Errc::invalid    no script says its version
  /// Errc::io         a file that is there cannot be read
  [[nodiscard]] static Result<ClientBundle> read(const std::string& directory);

  /// Bundles nothing. `version` is the client's, "4.8.4".
  explicit ClientBundle(std::string version) : etag_{'"' + std::move(version) + '"'} {}

  /// The file is served as `path` + `name`. Its type is JSON for names that end in ".map".
  void add(std::string name, std::string bytes);

  /// The answer to a GET or HEAD of `path` + one of the files: 200, or 304 when the client has
  /// it already. None for anything else.
  [[nodiscard]] std::optional<http::Response> answer(const http::Request& request,
                                                     std::string_view path) const;

 private:
  std::string etag_;
  std::map<std::string, std::string, std::less<>> files_;
};

}  // namespace veche::server
