#pragma once

/// @file
/// The folder in which one process keeps its data.

#include <filesystem>

#include "veche/base/result.hpp"

namespace veche::storage {

/// A folder held by this process alone, until this object ends.
///
///     auto folder = DataFolder::open("veche-data");
///     if (!folder) die(folder.error().text);
///     auto file = folder->private_file("veche.db");
///
/// Memory    A descriptor. Threads  Any, one at a time. Lifetime  Outlives what is open in it.
/// Errors    Errc::io with the path and the reason; Errc::conflict when another has the folder.
class DataFolder {
 public:
  /// Makes the folder, for its owner alone (0700), unless it is there.
  [[nodiscard]] static Result<DataFolder> open(const std::filesystem::path& path);

  DataFolder(DataFolder&& other) noexcept;
  DataFolder& operator=(DataFolder&& other) noexcept;
  DataFolder(const DataFolder&) = delete;
  DataFolder& operator=(const DataFolder&) = delete;
  ~DataFolder();

  /// The path of a file in it, made empty and for its owner alone (0600) unless it is there.
  [[nodiscard]] Result<std::filesystem::path> private_file(const char* name) const;

 private:
  DataFolder(std::filesystem::path path, int lock) : path_{std::move(path)}, lock_{lock} {}

  std::filesystem::path path_;
  int lock_{-1};
};

}  // namespace veche::storage
