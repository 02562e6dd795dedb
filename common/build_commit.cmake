# cmake -DSOURCE=DIR -DHEADER=FILE -P build_commit.cmake: writes which commit the tree is at and of
# which day, "" outside of git, and touches
# nothing when that has not changed.
execute_process(COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=12 --exclude=*
	OUTPUT_VARIABLE commit ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
execute_process(COMMAND git -C ${SOURCE} log -1 --format=%cs
	OUTPUT_VARIABLE date ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
set(text "#define BUILD_COMMIT \"${commit}\"\n#define BUILD_DATE \"${date}\"\n")
set(former "")
if(EXISTS ${HEADER})
	file(READ ${HEADER} former)
endif()
if(NOT former STREQUAL text)
	file(WRITE ${HEADER} ${text})
endif()
