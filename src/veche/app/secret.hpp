#pragma once

/// @file
/// The secret that signs tokens: given, or generated once and kept in the data folder.

#include <string>
#include <string_view>

#include "veche/app/settings.hpp"
#include "veche/base/result.hpp"
#include "veche/base/rng.hpp"

namespace veche::app {

/// Errc::validation when a secret is shorter than 32 bytes or a known placeholder; the text
/// names JWT_SECRET and --allow-weak-secret.
[[nodiscard]] Result<void> check_secret(std::string_view secret);

/// The secret to sign with: that of the settings when there is one (checked unless
/// allow_weak_secret), else the one in `<data_dir>/jwt-secret`, which is made with mode 0600 when
/// it is not there. Errc::io names the file and the system's reason.
[[nodiscard]] Result<std::string> resolve_secret(const Settings& settings, Rng& rng);

/// Makes the data folder, mode 0700, when it is not there. Errc::io with the system's reason.
[[nodiscard]] Result<void> make_data_dir(const std::string& data_dir);

}  // namespace veche::app
