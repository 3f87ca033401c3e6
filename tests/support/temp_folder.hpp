#pragma once

/// @file
/// A folder for one test.

#include <cstdlib>
#include <filesystem>
#include <string>

#include "veche/base/contract.hpp"

namespace veche::support {

/// Empty at the beginning, gone at the end; in memory where the system has a place for that,
/// so that a test does not wait for a disk.
class TempFolder {
 public:
  TempFolder() {
    for (const auto& parent :
         {std::filesystem::path{"/dev/shm"}, std::filesystem::temp_directory_path()}) {
      auto pattern = (parent / "veche-test-XXXXXX").string();
      if (::mkdtemp(pattern.data()) == nullptr) continue;
      path_ = pattern;
      return;
    }
    VECHE_EXPECTS(!path_.empty());
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace veche::support
