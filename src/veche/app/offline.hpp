#pragma once

/// @file
/// The commands that work on a data folder while no server does.

#include <memory>

#include "veche/app/command_line.hpp"
#include "veche/app/settings.hpp"
#include "veche/base/result.hpp"
#include "veche/base/rng.hpp"
#include "veche/domain/store.hpp"
#include "veche/storage/memory_store.hpp"
#include "veche/storage/sqlite_store.hpp"

namespace veche::app {

/// A store of either kind, with a reader for whoever asks. Outlives its readers.
class OpenStore {
 public:
  explicit OpenStore(std::unique_ptr<storage::SqliteStore> store) : sqlite_{std::move(store)} {}
  explicit OpenStore(std::unique_ptr<storage::MemoryStore> store) : memory_{std::move(store)} {}

  [[nodiscard]] domain::Store& store() {
    return sqlite_ ? static_cast<domain::Store&>(*sqlite_) : *memory_;
  }
  /// Errc::io with the system's reason.
  [[nodiscard]] Result<std::unique_ptr<domain::Reader>> open_reader() const;

 private:
  std::unique_ptr<storage::SqliteStore> sqlite_;
  std::unique_ptr<storage::MemoryStore> memory_;
};

/// Opens the store that the settings name, and makes it when it is not there. Errors are one line
/// that names the path. `rng` outlives the call only.
[[nodiscard]] Result<OpenStore> open_store(const Settings& settings, Rng& rng);

/// `veche check`: 0 when all is well, 2 when the data is damaged; settings were read before.
[[nodiscard]] int check(const Settings& settings);
/// `veche token`: prints an access token.
[[nodiscard]] int print_token(const CommandLine& line, const Settings& settings);
/// `veche user add`: prints the new user's id.
[[nodiscard]] int add_user(const CommandLine& line, const Settings& settings);
/// `veche import`.
[[nodiscard]] int import_file(const CommandLine& line, const Settings& settings);

}  // namespace veche::app
