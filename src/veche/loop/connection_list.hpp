#pragma once

/// @file
/// Connections in a row, linked through themselves.

#include "veche/base/contract.hpp"
#include "veche/loop/connection.hpp"

namespace veche::loop {

/// A first-in-first-out list of connections. A connection stands on at most one list.
///
/// Time      Every operation is O(1). Memory  None but the links inside Connection.
/// Threads   One loop. Lifetime  Stands where it is while anything is linked.
class ConnectionList {
 public:
  ConnectionList() = default;
  ConnectionList(const ConnectionList&) = delete;
  ConnectionList& operator=(const ConnectionList&) = delete;
  ~ConnectionList() = default;

  [[nodiscard]] bool is_empty() const { return first_ == nullptr; }
  /// Needs a list that is not empty.
  [[nodiscard]] Connection& front() const { return *first_; }

  /// Needs a connection that is on no list.
  void push_back(Connection& connection) {
    VECHE_EXPECTS(connection.list_ == nullptr);
    connection.list_ = this;
    connection.previous_ = last_;
    connection.next_ = nullptr;
    (last_ == nullptr ? first_ : last_->next_) = &connection;
    last_ = &connection;
  }

  /// Takes a connection off the list it is on, if any.
  static void unlink(Connection& connection) {
    if (connection.list_ == nullptr) return;
    ConnectionList& list = *connection.list_;
    (connection.previous_ == nullptr ? list.first_ : connection.previous_->next_) =
        connection.next_;
    (connection.next_ == nullptr ? list.last_ : connection.next_->previous_) = connection.previous_;
    connection.list_ = nullptr;
  }

  /// Needs a list that is not empty.
  Connection& pop_front() {
    Connection& connection = *first_;
    unlink(connection);
    return connection;
  }

 private:
  Connection* first_{};
  Connection* last_{};
};

}  // namespace veche::loop
