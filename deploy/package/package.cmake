# What is installed besides programs and pages, and the Debian package: `cpack` in the build folder of the preset release.
set(package ${CMAKE_CURRENT_LIST_DIR})

# /etc belongs to /usr; any other prefix has an etc of its own. Which one it is, is known at installation.
install(CODE "
	set(etc \"\${CMAKE_INSTALL_PREFIX}/etc\")
	if(CMAKE_INSTALL_PREFIX STREQUAL \"/usr\")
		set(etc /etc)
	endif()
	file(INSTALL DESTINATION \"\${etc}/growth\" TYPE FILE FILES \"${package}/growth.conf\")")

set(changelog ${CMAKE_BINARY_DIR}/documentation/changelog)
add_custom_command(OUTPUT ${changelog}.gz
	COMMAND ${CMAKE_COMMAND} -DSOURCE=${CMAKE_SOURCE_DIR} -DVERSION=${PROJECT_VERSION} -DOUTPUT=${changelog}
		-P ${package}/changelog.cmake
	COMMAND ${GZIP} -9nf ${changelog}
	DEPENDS ${package}/changelog.cmake
	VERBATIM)
add_custom_target(changelog ALL DEPENDS ${changelog}.gz)
install(FILES ${changelog}.gz ${package}/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})

# What is linked into the executables, as of the machine that they are installed from.
set(sbom ${CMAKE_BINARY_DIR}/documentation/growth-patterns.cdx.json)
install(CODE "
	execute_process(COMMAND \"${CMAKE_COMMAND}\" \"-DBINARIES=$<TARGET_FILE:growthctl>;$<TARGET_FILE:cohort-analyzer>;$<TARGET_FILE:matcher>;$<TARGET_FILE:goal-enricher>;$<TARGET_FILE:success-tracker>\"
		-DVERSION=${PROJECT_VERSION} -DOUTPUT=${sbom} -P ${package}/sbom.cmake COMMAND_ERROR_IS_FATAL ANY)")
install(FILES ${sbom} DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME growth-patterns)
set(CPACK_PACKAGE_CONTACT "Growth Patterns <growth-patterns@localhost>" CACHE STRING "maintainer of the package")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "growth pattern workers and their operator's command")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Learns from the history of contractors what those did who grew from one
revenue tier to the next, matches every contractor with the patterns that
fit, turns the matches into goals, and learns from how they turn out.

Four workers between Kafka topics and Postgres, and growthctl, the operator's
command.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${package}/conffiles)
include(CPack)
