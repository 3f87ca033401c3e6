# veche_install()
#
# Declares the two components that others link, and how they are installed:
#
#   veche::protocol   the pure machines, for any event loop
#   veche::socketio   the whole Socket.IO server
#
#   find_package(veche 0.1 REQUIRED COMPONENTS socketio)
#   target_link_libraries(app PRIVATE veche::socketio)
include_guard(GLOBAL)
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

function(veche_install)
  set(protocol base json crypto http websocket engineio socketio)
  set(socketio loop server)

  add_library(veche_protocol INTERFACE)
  add_library(veche::protocol ALIAS veche_protocol)
  add_library(veche_library INTERFACE)
  add_library(veche::socketio ALIAS veche_library)
  list(TRANSFORM protocol PREPEND veche_)
  list(TRANSFORM socketio PREPEND veche_)
  target_link_libraries(veche_protocol INTERFACE ${protocol})
  target_link_libraries(veche_library INTERFACE veche_protocol ${socketio})
  set_target_properties(veche_protocol PROPERTIES EXPORT_NAME protocol)
  set_target_properties(veche_library PROPERTIES EXPORT_NAME socketio)

  install(TARGETS ${protocol} ${socketio} veche_protocol veche_library EXPORT veche-targets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
    FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  set(config_folder "${CMAKE_INSTALL_LIBDIR}/cmake/veche")
  install(EXPORT veche-targets NAMESPACE veche:: DESTINATION ${config_folder})
  configure_package_config_file(cmake/veche-config.cmake.in veche-config.cmake
    INSTALL_DESTINATION ${config_folder})
  write_basic_package_version_file(veche-config-version.cmake COMPATIBILITY SameMinorVersion)
  install(FILES
    "${CMAKE_CURRENT_BINARY_DIR}/veche-config.cmake"
    "${CMAKE_CURRENT_BINARY_DIR}/veche-config-version.cmake"
    DESTINATION ${config_folder})
  install(TARGETS veche RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()
