# The Debian package: `cpack` in a build folder of the preset release.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME growth-patterns)
set(CPACK_PACKAGE_CONTACT "Growth Patterns <growth-patterns@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "growth pattern workers and their operator's command")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Learns from the history of contractors what those did who grew from one
 revenue tier to the next, matches every contractor with the patterns that
 fit, turns the matches into goals, and learns from how they turn out.
 .
 Four workers between Kafka topics and Postgres, and growthctl, the operator's
 command.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_LIST_DIR}/conffiles)
set(CPACK_OUTPUT_FILE_PREFIX ${CMAKE_BINARY_DIR}/package)
include(CPack)
