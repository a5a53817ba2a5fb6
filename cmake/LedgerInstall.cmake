# Headers, man pages, pkg-config and CMake package files.

include(CMakePackageConfigHelpers)

# Public is what ledger.h includes. The store is not: what it writes changes hands only through the
# operations above it.
set(umbrella ${PROJECT_SOURCE_DIR}/ledger/ledger.h)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${umbrella})
install(FILES ${umbrella} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/ledger)
file(STRINGS ${umbrella} includes REGEX "^#include \"ledger/[a-z]+/[a-z0-9_]+\\.h\"$")
foreach(include IN LISTS includes)
  string(REGEX REPLACE "^#include \"(.*)/([^/]*)\"$" "\\1;\\2" parts "${include}")
  list(GET parts 0 directory)
  list(GET parts 1 header)
  install(FILES ${PROJECT_SOURCE_DIR}/${directory}/${header}
          DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/${directory})
endforeach()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/keys
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/ledger-keys FILES_MATCHING PATTERN "*.h")

file(GLOB man_pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/man/*.1)
install(FILES ${man_pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
file(GLOB man_overviews CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/man/*.7)
install(FILES ${man_overviews} DESTINATION ${CMAKE_INSTALL_MANDIR}/man7)

# Found from where the .pc file stands, so that an installed tree may be moved.
file(RELATIVE_PATH ledger_pc_to_prefix
     ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" ledger_pc_to_prefix "${ledger_pc_to_prefix}")
foreach(library libledger libledger-keys)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/${library}.pc.in
                 ${PROJECT_BINARY_DIR}/package/${library}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/package/${library}.pc
          DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()

set(ledger_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/ledger)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/ledger-config.cmake.in
                              ${PROJECT_BINARY_DIR}/package/ledger-config.cmake
                              INSTALL_DESTINATION ${ledger_package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/package/ledger-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/package/ledger-config.cmake
              ${PROJECT_BINARY_DIR}/package/ledger-config-version.cmake
              ${PROJECT_SOURCE_DIR}/cmake/LedgerDependencies.cmake
        DESTINATION ${ledger_package_dir})
install(EXPORT ledger-targets NAMESPACE ledger:: DESTINATION ${ledger_package_dir})
