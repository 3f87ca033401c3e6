#include "veche/app/demo.hpp"

#include <sstream>

#include <fmt/format.h>

#include "veche/app/import.hpp"

namespace veche::app {

Result<void> make_demo(domain::Ledger& ledger, const domain::Passwords& passwords,
                       const Clock& clock) {
  std::ostringstream text;
  for (int i = 1; i <= 2; ++i) {
    text << fmt::format(
        R"({{"user":{{"_id":"64656d6f000000000000001{0}","email":"test{0}@example.com",)"
        R"("name":"Test {0}","password":"{1}"}}}})"
        "\n",
        i, demo_password);
  }
  text << fmt::format(
      R"({{"chat":{{"_id":"{}","type":"personal",)"
      R"("participants":["64656d6f0000000000000011","64656d6f0000000000000012"]}}}})",
      demo_chat_id);
  std::istringstream lines{text.str()};
  return import_lines(lines, "demo", {ledger, passwords, clock}).map([](const Imported&) {});
}

}  // namespace veche::app
