#include "veche/storage/data_folder.hpp"

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace veche::storage {
namespace {

tl::unexpected<Error> failed(const std::filesystem::path& path, int error) {
  return fail(Errc::io, path.string() + ": " + std::strerror(error));
}

}  // namespace

Result<DataFolder> DataFolder::open(const std::filesystem::path& path) {
  std::error_code error;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  if (::mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) return failed(path, errno);
  const auto lock_path = path / "veche.lock";
  const int lock = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (lock < 0) return failed(lock_path, errno);
  DataFolder folder{path, lock};
  if (::flock(lock, LOCK_EX | LOCK_NB) == 0) return folder;
  if (errno != EWOULDBLOCK) return failed(lock_path, errno);
  return fail(Errc::conflict, path.string() + ": another process uses this data folder");
}

DataFolder::DataFolder(DataFolder&& other) noexcept
    : path_{std::move(other.path_)}, lock_{std::exchange(other.lock_, -1)} {}

DataFolder& DataFolder::operator=(DataFolder&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_, other.lock_);
  return *this;
}

DataFolder::~DataFolder() {
  if (lock_ >= 0) ::close(lock_);
}

Result<std::filesystem::path> DataFolder::private_file(const char* name) const {
  auto path = path_ / name;
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return failed(path, errno);
  ::close(file);
  return path;
}

}  // namespace veche::storage
