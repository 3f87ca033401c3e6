# veche_add_layer(<name> HEADERS a.hpp ... [SOURCES a.cpp ...] [TESTS extra_test.cpp ...]
#                 [THIRD_PARTY lib ...] [PRIVATE_THIRD_PARTY lib ...])
#
# Declares the library veche_<name>, alias veche::layer_<name>, from src/veche/<name>. What it links
# is read from LAYERS, never written by hand, so what links and what may be included cannot
# drift apart. Each a.cpp has its unit test in a_test.cpp beside it; TESTS names any others.
include_guard(GLOBAL)

# Sets `out` to the names of all layers, bottom first.
function(veche_layer_names out)
  file(STRINGS "${PROJECT_SOURCE_DIR}/LAYERS" lines REGEX "^[a-z]+ *:")
  list(TRANSFORM lines REPLACE " *:.*$" "")
  set(${out} ${lines} PARENT_SCOPE)
  set_property(DIRECTORY "${PROJECT_SOURCE_DIR}" APPEND PROPERTY
    CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/LAYERS")
endfunction()

# Sets `out` to the targets that `layer` may use.
function(veche_layer_dependencies layer out)
  file(STRINGS "${PROJECT_SOURCE_DIR}/LAYERS" line REGEX "^${layer} *:")
  list(LENGTH line count)
  if(NOT count EQUAL 1)
    message(FATAL_ERROR "LAYERS names '${layer}' ${count} times; it must do so once")
  endif()
  string(REGEX REPLACE "^[^:]*:[^:]*:" "" names "${line}")
  string(REGEX MATCHALL "[a-z]+" names "${names}")
  set(targets "")
  foreach(name IN LISTS names)
    if(EXISTS "${PROJECT_SOURCE_DIR}/src/veche/${name}/CMakeLists.txt")  # a planned layer has none
      list(APPEND targets "veche::layer_${name}")
    endif()
  endforeach()
  set(${out} "${targets}" PARENT_SCOPE)
endfunction()

function(veche_add_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" ""
    "HEADERS;SOURCES;TESTS;THIRD_PARTY;PRIVATE_THIRD_PARTY")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "veche_add_layer(${name}): unknown ${arg_UNPARSED_ARGUMENTS}")
  endif()

  set(target veche_${name})
  set(scope PUBLIC)
  if(arg_SOURCES)
    add_library(${target} STATIC ${arg_SOURCES})
    target_link_libraries(${target} PRIVATE
      $<BUILD_INTERFACE:veche_warnings> ${arg_PRIVATE_THIRD_PARTY})
  else()
    set(scope INTERFACE)
    add_library(${target} INTERFACE)
  endif()
  add_library(veche::layer_${name} ALIAS ${target})

  target_sources(${target} ${scope}
    FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/src" FILES ${arg_HEADERS})
  veche_layer_dependencies(${name} dependencies)
  target_compile_features(${target} ${scope} cxx_std_20)
  target_link_libraries(${target} ${scope} ${dependencies} ${arg_THIRD_PARTY})
  set_target_properties(${target} PROPERTIES EXPORT_NAME layer_${name} VERIFY_INTERFACE_HEADER_SETS ON)

  if(VECHE_BUILD_TESTS)
    set(tests ${arg_SOURCES})
    list(TRANSFORM tests REPLACE "\\.cpp$" "_test.cpp")
    list(APPEND tests ${arg_TESTS})
    if(tests)
      add_executable(${target}_test ${tests})
      target_link_libraries(${target}_test PRIVATE
        veche::layer_${name} veche_test_support veche_warnings ${arg_PRIVATE_THIRD_PARTY})
      # Checks optimised under a sanitizer take three times as long to compile, and test no more.
      target_compile_options(${target}_test PRIVATE $<$<CONFIG:Debug>:-O0>)
      add_test(NAME ${name} COMMAND ${target}_test)
      set_tests_properties(${name} PROPERTIES LABELS unit TIMEOUT 120)
    endif()
  endif()
endfunction()
