#pragma once

/// @file
/// Structs of an application, for the tests of arguments.

#include <optional>
#include <string>
#include <vector>

#include "veche/socketio/convert.hpp"

namespace veche::socketio {

struct Point {
  int x{};
  int y{};
  bool operator==(const Point&) const = default;
};
struct Shape {
  std::string name{};
  std::vector<Point> points{};
  std::optional<double> scale{};
  Binary image{};
  bool operator==(const Shape&) const = default;
};

template <>
struct Fields<Point> {
  static constexpr auto list = fields(field("x", &Point::x), field("y", &Point::y));
};
template <>
struct Fields<Shape> {
  static constexpr auto list = fields(field("name", &Shape::name), field("points", &Shape::points),
                                      field("scale", &Shape::scale), field("image", &Shape::image));
};

}  // namespace veche::socketio
