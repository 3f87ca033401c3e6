#pragma once

/// @file
/// A function that is called by whoever it was handed to. Move-only, so it may own what it
/// needs; std::move_only_function in a later standard.

#include <concepts>
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "veche/base/contract.hpp"

namespace veche {

template <typename Signature>
class UniqueFunction;

/// Owns one callable of the given signature, or nothing.
///
///     UniqueFunction<void(int)> f = [owned = std::make_unique<int>(1)](int) {};
///
/// Memory    Callables of up to 48 bytes with a noexcept move stand inside; larger ones on
///           the heap. Threads  As the callable. Errors  Calling an empty one breaks the
///           contract; what the callable throws passes through.
template <typename R, typename... Args>
class UniqueFunction<R(Args...)> {
 public:
  UniqueFunction() = default;
  UniqueFunction(std::nullptr_t) {}  // NOLINT(google-explicit-constructor): reads as "none"

  template <typename F>
  requires(!std::same_as<std::remove_cvref_t<F>, UniqueFunction> &&
           std::is_invocable_r_v<R, std::remove_cvref_t<F>&, Args...>)
      UniqueFunction(F&& callable) {  // NOLINT: a lambda is given where a function is asked for
    using Callable = std::remove_cvref_t<F>;
    if constexpr (fits_inside<Callable>) {
      ::new (static_cast<void*>(storage_)) Callable(std::forward<F>(callable));
      ops_ = &inside<Callable>;
    } else {
      ::new (static_cast<void*>(storage_)) Callable* {new Callable(std::forward<F>(callable))};
      ops_ = &outside<Callable>;
    }
  }

  UniqueFunction(UniqueFunction&& other) noexcept { take(other); }
  UniqueFunction& operator=(UniqueFunction&& other) noexcept {
    if (this != &other) {
      reset();
      take(other);
    }
    return *this;
  }
  UniqueFunction(const UniqueFunction&) = delete;
  UniqueFunction& operator=(const UniqueFunction&) = delete;
  ~UniqueFunction() { reset(); }

  [[nodiscard]] explicit operator bool() const { return ops_ != nullptr; }

  R operator()(Args... args) {
    VECHE_EXPECTS(ops_ != nullptr);
    return ops_->call(storage_, std::forward<Args>(args)...);
  }

  void reset() {
    if (ops_ != nullptr) ops_->destroy(storage_);
    ops_ = nullptr;
  }

 private:
  static constexpr std::size_t inside_bytes = 48;

  struct Ops {
    R (*call)(std::byte* storage, Args&&... args);
    void (*move)(std::byte* from, std::byte* to);
    void (*destroy)(std::byte* storage);
  };

  template <typename F>
  static constexpr bool fits_inside =
      sizeof(F) <= inside_bytes &&
      alignof(F) <= alignof(std::max_align_t) && std::is_nothrow_move_constructible_v<F>;

  template <typename F>
  static F& at(std::byte* storage) {
    return *std::launder(reinterpret_cast<F*>(storage));
  }

  template <typename F>
  static constexpr Ops inside{[](std::byte* storage, Args&&... args) -> R {
                                return at<F>(storage)(std::forward<Args>(args)...);
                              },
                              [](std::byte* from, std::byte* to) {
                                ::new (static_cast<void*>(to)) F(std::move(at<F>(from)));
                                at<F>(from).~F();
                              },
                              [](std::byte* storage) { at<F>(storage).~F(); }};

  template <typename F>
  static constexpr Ops outside{
      [](std::byte* storage, Args&&... args) -> R {
        return (*at<F*>(storage))(std::forward<Args>(args)...);
      },
      [](std::byte* from, std::byte* to) { ::new (static_cast<void*>(to)) F* {at<F*>(from)}; },
      [](std::byte* storage) { delete at<F*>(storage); }};

  void take(UniqueFunction& other) noexcept {
    ops_ = std::exchange(other.ops_, nullptr);
    if (ops_ != nullptr) ops_->move(other.storage_, storage_);
  }

  const Ops* ops_{};
  alignas(std::max_align_t) std::byte storage_[inside_bytes];
};

/// Work to be done once, later, by somebody else.
using Task = UniqueFunction<void()>;

}  // namespace veche
