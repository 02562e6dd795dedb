# Run by embed_lines(): FILE -> OUTPUT, which defines NAME in capitals.
string(TOUPPER ${NAME} macro)
file(READ ${FILE} text)
string(REPLACE "\\" "\\\\" text "${text}")
string(REPLACE "\"" "\\\"" text "${text}")
string(REGEX REPLACE "\n$" "" text "${text}")
string(REPLACE "\n" "\\n\", \\\n\t\"" text "${text}")
file(WRITE ${OUTPUT} "/* generated from ${FILE} */\n#pragma once\n\n#define ${macro} \\\n\t\"${text}\\n\"\n")
