#include "veche/api/site_routes.hpp"

#include <string_view>
#include <utility>

#include "veche/domain/store.hpp"

namespace veche::api {

namespace {

constexpr const char* page_head = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>veche</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem}
pre{background:#f4f4f4;padding:1rem;overflow:auto}</style>
<h1>veche )";

constexpr const char* page_body = R"(</h1>
<p>A real-time chat backend. Any Socket.IO 4 client can talk to it at <code>/socket.io/</code>;
the REST API stands beside it, with and without the prefix <code>/api</code>.</p>
<h2>First calls</h2>
<pre>curl -s localhost:3001/auth/register -H 'Content-Type: application/json' \
  -d '{"name":"Ada","email":"ada@example.com","password":"password123"}'
curl -s localhost:3001/auth/login -H 'Content-Type: application/json' \
  -d '{"email":"ada@example.com","password":"password123"}'
curl -s localhost:3001/chats -H "Authorization: Bearer $TOKEN"</pre>
<pre>const socket = io("http://localhost:3001", { auth: { token } });
socket.on("message:new", console.log);
socket.emit("message:send", { chatId, text: "hello" }, console.log);</pre>
<p>How it is: <a href="/healthz">/healthz</a>, <a href="/readyz">/readyz</a>,
<a href="/metrics">/metrics</a> (from this machine).</p>
</html>
)";

// As the server writes a peer's address: IPv4, IPv6, or the one inside the other.
bool is_loopback(std::string_view address) {
  constexpr std::string_view mapped = "::ffff:";
  if (address.starts_with(mapped)) address.remove_prefix(mapped.size());
  return address == "::1" || address.starts_with("127.");
}

}  // namespace

SiteRoutes::SiteRoutes(domain::Commands& commands, Options options)
    : commands_{commands},
      options_{std::move(options)},
      page_{page_head + options_.version + page_body} {}

void SiteRoutes::add_to(Routes& routes) {
  using http::Method;
  routes.add(Method::get, "/", {Access::open, [this](Call& call) { call.reply.html(page_); }});
  routes.add(Method::get, "/healthz",
             {Access::open, [](Call& call) { call.reply.json(200, R"({"status":"ok"})"); }});
  routes.add(Method::get, "/readyz", {Access::open, [this](Call& call) { readyz(call); }});
  if (options_.metrics) {
    routes.add(Method::get, "/metrics", {Access::open, [this](Call& call) { metrics(call); }});
  }
}

void SiteRoutes::metrics(Call& call) {
  const auto& request = call.request;
  const bool is_forwarded = request.headers.find("X-Forwarded-For").has_value() ||
                            request.headers.find("Forwarded").has_value();
  if (is_forwarded || !is_loopback(request.address)) {
    return call.reply.refuse({Errc::forbidden, {}});
  }
  options_.metrics([reply = std::move(call.reply)](std::string text) mutable {
    reply.text("text/plain; version=0.0.4; charset=utf-8", std::move(text));
  });
}

void SiteRoutes::readyz(Call& call) {
  if (options_.is_ready && !options_.is_ready()) return call.reply.refuse({Errc::unavailable, {}});
  commands_.read<domain::Pos>(
      [](domain::Reader& reader) -> Result<domain::Pos> {
        const auto head = reader.head();
        if (reader.failed()) return fail(Errc::unavailable);
        return head;
      },
      [reply = std::move(call.reply)](const Result<domain::Pos>& head) mutable {
        if (!head) return reply.refuse({Errc::unavailable, {}});
        reply.json(200, R"({"status":"ready"})");
      });
}

}  // namespace veche::api
