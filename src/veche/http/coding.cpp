#include "veche/http/coding.hpp"

#include <algorithm>
#include <limits>
#include <new>
#include <optional>
#include <utility>

#include <zlib.h>

#include "veche/base/contract.hpp"
#include "veche/http/syntax.hpp"

namespace veche::http {
namespace {

/// Half the time of zlib's default level, for 14 % more bytes of JSON.
constexpr int compression_level = 3;
constexpr int window_bits = 15;
constexpr int gzip_format = 16;  // added to the window bits
constexpr int mem_level = 8;

/// A weight in thousandths: "1", "0.5", "0.333".
std::optional<int> weight_of(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int weight = (text[0] - '0') * 1'000;
  int unit = 100;
  for (const char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (!is_digit(digit)) return std::nullopt;
    weight += (digit - '0') * unit;
    unit /= 10;
  }
  return weight <= 1'000 ? std::optional{weight} : std::nullopt;
}

/// What a client says of the codings that are known here.
struct Preferences {
  std::optional<int> gzip;
  std::optional<int> deflate;
  std::optional<int> identity;
  std::optional<int> others;

  void read(std::string_view member) {
    const auto name = trim(cut(member, ';'));
    auto parameter = trim(member);
    int weight = 1'000;
    if (!parameter.empty()) {
      const auto key = trim(cut(parameter, '='));
      const auto read = weight_of(trim(parameter));
      if (!equals_ignoring_case(key, "q") || !read) return;
      weight = *read;
    }
    if (equals_ignoring_case(name, "gzip") || equals_ignoring_case(name, "x-gzip")) gzip = weight;
    if (equals_ignoring_case(name, "deflate")) deflate = weight;
    if (equals_ignoring_case(name, "identity")) identity = weight;
    if (name == "*") others = weight;
  }

  [[nodiscard]] Coding best() const {
    const int zipped = gzip.value_or(others.value_or(0));
    const int deflated = deflate.value_or(others.value_or(0));
    // Unless it is named, identity is acceptable and liked less than any other.
    const int plain = identity.value_or(0);
    if (zipped > 0 && zipped >= deflated && zipped >= plain) return Coding::gzip;
    if (deflated > 0 && deflated >= plain) return Coding::deflate;
    return Coding::identity;
  }
};

bool is_textual(std::string_view content_type) {
  const auto type = trim(cut(content_type, ';'));
  const auto is = [type](std::string_view other) { return equals_ignoring_case(type, other); };
  const auto has_suffix = [type](std::string_view suffix) {
    return type.size() > suffix.size() &&
           equals_ignoring_case(type.substr(type.size() - suffix.size()), suffix);
  };
  return equals_ignoring_case(type.substr(0, 5), "text/") || is("application/json") ||
         is("application/javascript") || has_suffix("+json") || has_suffix("+xml");
}

bool can_have_body(int status) {
  return status >= 200 && status != 204 && status != 206 && status != 304;
}

}  // namespace

std::string_view to_string(Coding coding) {
  switch (coding) {
    case Coding::identity: return "identity";
    case Coding::gzip: return "gzip";
    case Coding::deflate: return "deflate";
  }
  return "";
}

Coding preferred_coding(const Headers& request) {
  Preferences preferences;
  for (const auto& field : request) {
    if (!equals_ignoring_case(field.name, "accept-encoding")) continue;
    for (std::string_view rest = field.value; !rest.empty();) preferences.read(cut(rest, ','));
  }
  return preferences.best();
}

void Compression::End::operator()(z_stream_s* stream) const {
  deflateEnd(stream);
  delete stream;
}

z_stream_s& Compression::stream(Coding coding) {
  Stream& stream = coding == Coding::gzip ? gzip_ : deflate_;
  if (stream == nullptr) {
    Stream made{new z_stream_s{}};
    const int bits = coding == Coding::gzip ? window_bits + gzip_format : window_bits;
    if (deflateInit2(made.get(), compression_level, Z_DEFLATED, bits, mem_level,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc{};
    }
    stream = std::move(made);
  }
  deflateReset(stream.get());
  return *stream;
}

bool Compression::is_eligible(const Response& response) const {
  const auto& headers = response.headers;
  return options_.enabled && can_have_body(response.status) &&
         response.body.size() >= options_.threshold && response.body.size() <= options_.bytes_max &&
         is_textual(headers.find("Content-Type").value_or("")) &&
         !headers.find("Content-Encoding") && !headers.has_token("Cache-Control", "no-transform");
}

void Compression::apply(Response& response, Method method, Coding coding) {
  if (!is_eligible(response)) return;
  response.headers.add("Vary", "Accept-Encoding");
  if (coding == Coding::identity || method == Method::head) return;
  std::string& body = response.body;
  VECHE_EXPECTS(body.size() <= std::numeric_limits<uInt>::max());

  z_stream_s& zlib = stream(coding);
  std::string coded(body.size(), '\0');
  zlib.next_in = reinterpret_cast<Bytef*>(body.data());
  zlib.avail_in = static_cast<uInt>(body.size());
  zlib.next_out = reinterpret_cast<Bytef*>(coded.data());
  zlib.avail_out = static_cast<uInt>(coded.size());
  if (::deflate(&zlib, Z_FINISH) != Z_STREAM_END) return;  // it has not become shorter
  coded.resize(coded.size() - zlib.avail_out);
  body = std::move(coded);
  response.headers.set("Content-Encoding", std::string{to_string(coding)});
}

}  // namespace veche::http
