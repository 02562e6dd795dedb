# embed_lines(TARGET FILE): FILE name.css becomes the macro NAME_CSS, its lines as string literals parted by commas (for an
# array: C wants no literal longer than 4,095 bytes), in the generated header name_css.h on TARGET's private include path.
set(EMBED_LINES_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_lines_script.cmake CACHE INTERNAL "")

function(embed_lines target file)
	get_filename_component(name ${file} NAME)
	string(REPLACE "." "_" name ${name})
	get_filename_component(absolute ${file} ABSOLUTE)
	set(generated ${CMAKE_CURRENT_BINARY_DIR}/generated/${target})
	add_custom_command(OUTPUT ${generated}/${name}.h
		COMMAND ${CMAKE_COMMAND} -DFILE=${absolute} -DNAME=${name} -DOUTPUT=${generated}/${name}.h -P ${EMBED_LINES_SCRIPT}
		DEPENDS ${file} ${EMBED_LINES_SCRIPT}
		COMMENT "${name} of ${target}"
		VERBATIM)
	target_sources(${target} PRIVATE ${generated}/${name}.h)
	target_include_directories(${target} PRIVATE ${generated})
endfunction()
