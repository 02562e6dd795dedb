# embed_sql(TARGET FOLDER): every FOLDER/name.sql becomes the macro SQL_NAME, a string literal, in the
# generated header TARGET_sql.h on TARGET's private include path.
set(EMBED_SQL_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_sql_script.cmake CACHE INTERNAL "")

function(embed_sql target folder)
	file(GLOB files CONFIGURE_DEPENDS ${folder}/*.sql)
	string(REPLACE "-" "_" header ${target})
	set(generated ${CMAKE_CURRENT_BINARY_DIR}/generated/${target})
	set(output ${generated}/${header}_sql.h)
	get_filename_component(absolute ${folder} ABSOLUTE)
	# In the command, since a file that is renamed is no newer than before.
	string(SHA256 names "${files}")
	add_custom_command(OUTPUT ${output}
		COMMAND ${CMAKE_COMMAND} -DFOLDER=${absolute} -DNAMES=${names} -DOUTPUT=${output} -P ${EMBED_SQL_SCRIPT}
		DEPENDS ${files} ${EMBED_SQL_SCRIPT}
		COMMENT "SQL of ${target}"
		VERBATIM)
	target_sources(${target} PRIVATE ${output})
	target_include_directories(${target} PRIVATE ${generated})
endfunction()
