#pragma once

/// @file
/// The arguments of an emission or an ack, made of C++ values.

#include <concepts>
#include <string>
#include <type_traits>

#include "veche/socketio/convert.hpp"
#include "veche/socketio/packet.hpp"

namespace veche::socketio {

/// What is an argument by itself; Raw stands for all of them.
template <typename T>
concept Argument = !std::same_as<std::remove_cvref_t<T>, Raw>;

/// Values turned into JSON and attachments.
///
///     const Arguments args{1, "text", std::vector{2, 3}, Binary{bytes}};
///     args.raw().args;   // 1,"text",[2,3],{"_placeholder":true,"num":0}
///
/// Time      Linear in the values. Memory  One text, and the bytes of each Binary. Errors  None:
///           which types there are is known when it is compiled, see Convert.
class Arguments {
 public:
  Arguments() = default;
  explicit Arguments(Raw raw) : raw_{raw} {}
  template <Argument... Ts>
  requires(sizeof...(Ts) > 0) explicit Arguments(const Ts&... values) {
    Writing out{json::Writer{text_}, attachments_};
    (Convert<std::decay_t<const Ts&>>::write(out, values), ...);
    raw_ = {text_, &attachments_};
  }
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;

  /// Ends with this object.
  [[nodiscard]] Raw raw() const { return raw_; }

 private:
  std::string text_;
  Attachments attachments_;
  Raw raw_;
};

}  // namespace veche::socketio
