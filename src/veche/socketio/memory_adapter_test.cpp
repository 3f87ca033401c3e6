// Goal: the adapter for one node keeps the contract, and so does one that stands around it.

#include "veche/socketio/memory_adapter.hpp"

#include <memory>

#include <doctest/doctest.h>

#include "veche/socketio/adapter_contract_test.hpp"
#include "veche/socketio/outer_adapter_test.hpp"

namespace veche::socketio {
namespace {

TEST_SUITE("socketio/memory_adapter") {
  TEST_CASE("it keeps the contract of adapters") {
    check_adapter_contract([] { return Options{}; });
  }

  TEST_CASE("an adapter around it keeps the contract too") {
    check_adapter_contract([] {
      Options options;
      options.adapter = [](Namespace& nsp) { return std::make_unique<Outer>(nsp); };
      return options;
    });
  }
}

}  // namespace
}  // namespace veche::socketio
