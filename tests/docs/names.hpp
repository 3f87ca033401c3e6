#pragma once

/// @file
/// The names that the C++ blocks of docs/library use without saying where they come from.

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "veche/server/io.hpp"
#include "veche/socketio/cluster_adapter.hpp"
#include "veche/socketio/memory_adapter.hpp"
#include "veche/socketio/parent_namespace.hpp"

using namespace std::chrono_literals;

using veche::Errc;
using veche::Error;
using veche::fail;
using veche::Result;
using veche::server::Io;
using veche::server::IoNamespace;
using veche::server::Options;
using veche::server::Worker;
using veche::socketio::Ack;
using veche::socketio::AckAnswer;
using veche::socketio::Answer;
using veche::socketio::Answers;
using veche::socketio::Binary;
using veche::socketio::BinaryView;
using veche::socketio::DisconnectReason;
using veche::socketio::Emission;
using veche::socketio::Event;
using veche::socketio::MiddlewareError;
using veche::socketio::MiddlewareVerdict;
using veche::socketio::Namespace;
using veche::socketio::Next;
using veche::socketio::Node;
using veche::socketio::Raw;
using veche::socketio::refuse;
using veche::socketio::RemoteSocket;
using veche::socketio::Scope;
using veche::socketio::Socket;
using veche::socketio::SocketData;

// What the body of a block may use, and hide.
#define VECHE_DOCS_NAMES                                                                       \
  [[maybe_unused]] Io &io, [[maybe_unused]] Options &options, [[maybe_unused]] Worker &worker, \
      [[maybe_unused]] Namespace &nsp, [[maybe_unused]] Socket &socket,                        \
      [[maybe_unused]] Event &event
