#include "veche/app/settings.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>
#include <toml++/toml.h>

namespace veche::app {
namespace {

/// How many letters must change to make `a` of `b`.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j - 1] + 1, row[j] + 1, changed});
    }
  }
  return row[b.size()];
}

std::string suggestion(std::string_view name) {
  constexpr std::size_t near = 3;
  std::string_view best;
  std::size_t best_distance = near + 1;
  for (const Setting& setting : all_settings()) {
    const std::size_t d = distance(name, setting.name);
    if (d < best_distance) {
      best = setting.name;
      best_distance = d;
    }
  }
  return best.empty() ? std::string{} : fmt::format("; did you mean '{}'?", best);
}

const Setting* find_setting(std::string_view name) {
  const auto all = all_settings();
  const auto found = std::ranges::find(all, name, &Setting::name);
  return found == all.end() ? nullptr : &*found;
}

Result<void> apply(Settings& settings, const Setting& setting, std::string_view value,
                   std::string_view where) {
  auto applied = setting.apply(settings, value);
  if (!applied) {
    return fail(Errc::invalid, fmt::format("{}: {}, not '{}'", where, applied.error().text,
                                           setting.name == "jwt-secret" ? "..." : value));
  }
  return {};
}

std::string text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  if (const auto* list = node.as_array()) {
    std::string joined;
    for (const auto& item : *list) {
      if (!joined.empty()) joined += ',';
      joined += text_of(item);
    }
    return joined;
  }
  return {};
}

Result<void> read_file(Settings& settings, const Sources& sources) {
  toml::table table;
  try {
    table = toml::parse(*sources.file_text, sources.file_name);
  } catch (const toml::parse_error& error) {
    const auto& at = error.source().begin;
    return fail(Errc::invalid, fmt::format("{}:{}:{}: {}", sources.file_name, at.line, at.column,
                                           error.description()));
  }
  for (const auto& [key, node] : table) {
    const auto& at = key.source().begin;
    const auto where = fmt::format("{}:{}:{}", sources.file_name, at.line, at.column);
    const Setting* setting = find_setting(key.str());
    if (setting == nullptr) {
      return fail(Errc::invalid, fmt::format("{}: unknown setting '{}'{}", where, key.str(),
                                             suggestion(key.str())));
    }
    if (node.is_table()) {
      return fail(Errc::invalid, fmt::format("{}: '{}' is a value, not a table", where, key.str()));
    }
    if (auto applied = apply(settings, *setting, text_of(node), where); !applied) return applied;
  }
  return {};
}

/// The values of all the variables that are set, with commas between.
std::string united(std::string_view variables, const Sources& sources) {
  std::string values;
  while (!variables.empty()) {
    const std::string name{variables.substr(0, variables.find(','))};
    variables.remove_prefix(std::min(variables.size(), name.size() + 1));
    const auto value = sources.environment(name);
    if (!value || value->empty()) continue;
    if (!values.empty()) values += ',';
    values += *value;
  }
  return values;
}

Result<void> read_environment(Settings& settings, const Sources& sources) {
  for (const Setting& setting : all_settings()) {
    const std::string value = united(setting.environment, sources);
    if (value.empty()) continue;
    if (auto applied = apply(settings, setting, value, setting.environment); !applied) {
      return applied;
    }
  }
  if (sources.environment("MONGODB_URI")) {
    settings.warnings.emplace_back("MONGODB_URI is set but not used: veche keeps its own store");
  }
  if (sources.environment("REDIS_URL") || sources.environment("REDIS_HOST")) {
    settings.warnings.emplace_back("REDIS_URL or REDIS_HOST is set but not used by a single node");
  }
  return {};
}

Result<void> read_flags(Settings& settings, const Sources& sources) {
  for (const auto& [name, value] : sources.flags) {
    const Setting* setting = find_setting(name);
    if (setting == nullptr) {
      return fail(Errc::invalid, fmt::format("--{}: unknown flag{}", name, suggestion(name)));
    }
    if (auto applied = apply(settings, *setting, value, "--" + name); !applied) return applied;
  }
  return {};
}

}  // namespace

Result<Settings> read_settings(const Sources& sources) {
  Settings settings;
  settings.host.clear();
  if (sources.file_text) {
    if (auto read = read_file(settings, sources); !read) return tl::unexpected{read.error()};
  }
  if (auto read = read_environment(settings, sources); !read) return tl::unexpected{read.error()};
  if (auto read = read_flags(settings, sources); !read) return tl::unexpected{read.error()};
  if (settings.tls_cert.empty() != settings.tls_key.empty()) {
    return fail(Errc::invalid, fmt::format("tls-cert and tls-key belong together: {} is missing",
                                           settings.tls_cert.empty() ? "tls-cert" : "tls-key"));
  }
  if (settings.host.empty()) settings.host = settings.demo ? "127.0.0.1" : "0.0.0.0";
  return settings;
}

}  // namespace veche::app
