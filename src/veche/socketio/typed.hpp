#pragma once

/// @file
/// Handlers that take C++ values: their parameters say what arguments must look like.

#include <concepts>
#include <cstddef>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "veche/base/result.hpp"
#include "veche/socketio/arguments.hpp"
#include "veche/socketio/convert.hpp"
#include "veche/socketio/event.hpp"

namespace veche::socketio {

/// The arguments of one packet, read one after the other.
class ArgumentReader {
 public:
  /// `array` holds `skipped` values in front of the arguments.
  ArgumentReader(json::Value array, std::size_t skipped, const Attachments& attachments);

  /// Reads the next; one that is missing counts as null. Nothing is read after a failure.
  template <typename T>
  bool read(T& out) {
    const json::Value value = next();
    return Convert<T>::read(reading_, value, out) || reading_.inside_argument(number_);
  }

  [[nodiscard]] const std::string& problem() const { return reading_.problem(); }

 private:
  json::Value next();

  Reading reading_;
  json::Value::Items::Iterator at_;
  json::Value::Items::Iterator end_;
  std::size_t number_{};
};

/// What becomes of an event whose arguments suit no parameters: its ack, if one was asked for, is
/// answered with {"error":"argument 1: a string is needed"}; else the log and the namespace's
/// on_invalid() handlers are told.
void refuse_arguments(Socket& socket, Event& event, const std::string& problem);

/// The parameters of a callable that has one form only.
template <typename F>
struct Parameters;
template <typename F>
requires requires { &F::operator(); }
struct Parameters<F> : Parameters<decltype(&F::operator())> {};
template <typename R, typename... P>
struct Parameters<R (*)(P...)> {
  using List = std::tuple<P...>;
};
template <typename R, typename... P>
struct Parameters<R (*)(P...) noexcept> : Parameters<R (*)(P...)> {};
template <typename C, typename R, typename... P>
struct Parameters<R (C::*)(P...)> : Parameters<R (*)(P...)> {};
template <typename C, typename R, typename... P>
struct Parameters<R (C::*)(P...) const> : Parameters<R (*)(P...)> {};
template <typename C, typename R, typename... P>
struct Parameters<R (C::*)(P...) noexcept> : Parameters<R (*)(P...)> {};
template <typename C, typename R, typename... P>
struct Parameters<R (C::*)(P...) const noexcept> : Parameters<R (*)(P...)> {};

template <typename F>
concept HasParameters = requires {
  typename Parameters<F>::List;
};

/// Where a parameter's value lies until the handler is called.
template <typename P>
struct Slot {
  static_assert(!std::is_lvalue_reference_v<P> || std::is_const_v<std::remove_reference_t<P>>,
                "take arguments by value or by reference to const");

  bool read(ArgumentReader& reader) { return reader.read(value); }
  P&& get(Socket&, Event&) { return static_cast<P&&>(value); }

  std::remove_cvref_t<P> value{};
};
template <>
struct Slot<Socket&> {
  bool read(ArgumentReader&) { return true; }
  Socket& get(Socket& socket, Event&) { return socket; }
};
template <>
struct Slot<Ack> {
  bool read(ArgumentReader&) { return true; }
  Ack&& get(Socket&, Event& event) { return std::move(event.ack); }
};
template <>
struct Slot<const Ack&> : Slot<Ack> {};

/// Calls a handler with the arguments of an event when they suit its parameters.
template <typename List>
struct TypedCall;
template <typename... P>
struct TypedCall<std::tuple<P...>> {
  template <typename F>
  static void call(F& handler, Socket& socket, Event& event) {
    ArgumentReader reader{event.data, 1, event.attachments};
    std::tuple<Slot<P>...> slots;
    std::apply(
        [&](auto&... slot) {
          if ((slot.read(reader) && ...)) {
            handler(slot.get(socket, event)...);
          } else {
            refuse_arguments(socket, event, reader.problem());
          }
        },
        slots);
  }
};

/// A callable whose parameters are values: (Socket&, std::string, std::optional<int>, Ack). The
/// socket may be left out, and so may the ack, which comes last and is empty when none was asked
/// for; of several handlers the first that takes it by value has it. Arguments beyond the
/// parameters are ignored, as in JavaScript; missing ones are refused but for std::optional and
/// json::Value.
template <typename F>
concept TypedHandler = !std::constructible_from<EventHandler, F> && HasParameters<std::decay_t<F>>;

template <TypedHandler F>
[[nodiscard]] EventHandler typed_handler(F&& handler) {
  using Call = TypedCall<typename Parameters<std::decay_t<F>>::List>;
  return [handler = std::forward<F>(handler)](Socket& socket, Event& event) mutable {
    Call::call(handler, socket, event);
  };
}

/// How the values of an answer are read: one, several, or none.
template <typename T>
struct ReadAnswer {
  static bool read(ArgumentReader& reader, Result<T>& out) { return reader.read(*out); }
};
template <typename... T>
struct ReadAnswer<std::tuple<T...>> {
  static bool read(ArgumentReader& reader, Result<std::tuple<T...>>& out) {
    return std::apply([&](auto&... value) { return (reader.read(value) && ...); }, *out);
  }
};
template <>
struct ReadAnswer<void> {
  static bool read(ArgumentReader&, Result<void>&) { return true; }
};

/// Turns an answer into what a callback takes: Result<AckAnswer>, the answer as it came, or
/// Result<T> of one value, Result<std::tuple<A, B>> of several, Result<void> of none.
template <typename P>
struct TypedAnswer;
template <typename T>
struct TypedAnswer<Result<T>> {
  template <typename F>
  static void call(F& callback, Result<AckAnswer> answer) {
    if (!answer) return callback(Result<T>{tl::unexpected<Error>{std::move(answer.error())}});
    ArgumentReader reader{answer->data, 0, *answer->attachments};
    Result<T> values{};
    if (ReadAnswer<T>::read(reader, values)) return callback(std::move(values));
    callback(Result<T>{fail(Errc::invalid, reader.problem())});
  }
};
template <>
struct TypedAnswer<Result<AckAnswer>> {
  template <typename F>
  static void call(F& callback, Result<AckAnswer> answer) {
    callback(std::move(answer));
  }
};

/// See TypedAnswer. The callback is told Errc::invalid when the answer is of another shape, and
/// everything that an AckCallback is.
template <typename F>
[[nodiscard]] AckCallback ack_callback(F&& callback) {
  if constexpr (std::same_as<std::decay_t<F>, AckCallback> || !HasParameters<std::decay_t<F>>) {
    return AckCallback(std::forward<F>(callback));
  } else {
    using First = std::tuple_element_t<0, typename Parameters<std::decay_t<F>>::List>;
    using Call = TypedAnswer<std::remove_cvref_t<First>>;
    return [callback = std::forward<F>(callback)](Result<AckAnswer> answer) mutable {
      Call::call(callback, std::move(answer));
    };
  }
}

/// Calls `ask` with all but the last as arguments, and the last as the callback.
template <typename Ask, typename... All>
void split_callback(const Ask& ask, All&&... all) {
  auto tied = std::forward_as_tuple(std::forward<All>(all)...);
  constexpr std::size_t last = sizeof...(All) - 1;
  [&]<std::size_t... indices>(std::index_sequence<indices...>) {
    const Arguments args{std::get<indices>(tied)...};
    ask(args.raw(), ack_callback(std::get<last>(std::move(tied))));
  }
  (std::make_index_sequence<last>{});
}

}  // namespace veche::socketio
