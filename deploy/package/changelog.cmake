# cmake -DSOURCE=DIR -DVERSION=V -DOUTPUT=FILE -P changelog.cmake: the package's changelog, of one entry, on the day of the commit.
execute_process(COMMAND git -C ${SOURCE} log -1 --format=%cd --date=rfc
	OUTPUT_VARIABLE date ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT date)
	string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
endif()
file(WRITE ${OUTPUT} "growth-patterns (${VERSION}) unstable; urgency=medium

  * Built from the project's own tree; its history is in git.

 -- Growth Patterns <growth-patterns@localhost>  ${date}
")
