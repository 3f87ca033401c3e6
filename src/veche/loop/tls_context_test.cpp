// Goal: a server has a certificate that works, or knows why not. Method: files made on the spot,
// whole and damaged.

#include "veche/loop/tls_context.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include "veche/loop/tls_world_test.hpp"

namespace veche::loop {
namespace {

struct Folder {
  TlsFiles make(const std::string& name) { return make_certificate(folder.path(), name); }
  std::string write(const std::string& name, const std::string& text) {
    const auto file = folder.path() / name;
    std::ofstream{file} << text;
    return file;
  }
  /// The error of loading, with the folder left out; "good" when there is none.
  std::string load(TlsFiles files) {
    const auto loaded = TlsContext::load(std::move(files));
    return loaded ? "good" : shown(loaded.error().text);
  }
  std::string shown(std::string text) {
    const std::string path = folder.path().string() + "/";
    for (auto at = text.find(path); at != text.npos; at = text.find(path)) {
      text.erase(at, path.size());
    }
    return text;
  }

  support::TempFolder folder;
};

TEST_SUITE("loop/tls_context: the files") {
  TEST_CASE("a certificate and its key are taken") {
    Folder folder;
    CHECK(folder.load(folder.make("a")) == "good");
  }

  TEST_CASE("what is wrong is said in one line that names the file") {
    Folder folder;
    const TlsFiles good = folder.make("a");
    const std::string path = folder.folder.path();
    CHECK(folder.load({path + "/none.pem", good.key}) ==
          "cannot read the certificate none.pem: No such file or directory");
    CHECK(folder.load({good.certificate, path + "/none.key"}) ==
          "cannot read the key none.key: No such file or directory");
    CHECK(folder.load({folder.write("noise.pem", "noise"), good.key}) ==
          "noise.pem is no certificate that can be used: no start line");
    CHECK(folder.load({good.key, good.key}) ==
          "a.key is no certificate that can be used: no start line");
    CHECK(folder.load({good.certificate, good.certificate})
              .starts_with("a.pem is no key that can be used: "));
  }

  TEST_CASE("a key of another certificate is refused") {
    Folder folder;
    CHECK(folder.load({folder.make("a").certificate, folder.make("b").key}) ==
          "the key b.key does not belong to a.pem: key values mismatch");
  }
}

TEST_SUITE("loop/tls_context: reload()") {
  TEST_CASE("bad files leave everything as it was, and good ones are taken later") {
    Folder folder;
    const TlsFiles files = folder.make("a");
    const auto context = TlsContext::load(files).value();
    std::filesystem::rename(files.key, files.key + ".away");
    const auto failed = context->reload();
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().code == Errc::invalid);
    CHECK(folder.shown(failed.error().text) ==
          "cannot read the key a.key: No such file or directory");
    folder.make("a");
    CHECK(context->reload().has_value());
  }
}

TEST_SUITE("loop/tls_context: sockets between two nets") {
  TEST_CASE("an accepted socket gets its stream where it is taken, and only there") {
    Folder folder;
    const auto context = TlsContext::load(folder.make("a")).value();
    context->accepted(SocketId{7}, "10.0.0.1");
    CHECK(context->take(SocketId{8}) == nullptr);
    auto stream = context->take(SocketId{7});
    REQUIRE(stream != nullptr);
    CHECK(context->take(SocketId{7}) == nullptr);
    const TlsStream* moved = stream.get();
    context->park(SocketId{7}, std::move(stream));
    CHECK(context->take(SocketId{7}).get() == moved);
  }

  TEST_CASE("a socket that is closed on its way leaves nothing") {
    Folder folder;
    const auto context = TlsContext::load(folder.make("a")).value();
    context->accepted(SocketId{7}, "10.0.0.1");
    CHECK(context->parked_count() == 1);
    context->forget(SocketId{7});
    CHECK(context->parked_count() == 0);
    CHECK(context->take(SocketId{7}) == nullptr);
  }
}

}  // namespace
}  // namespace veche::loop
