# Completion in bash for growthctl and the workers. What may stand at the cursor, the program itself tells (NAME --complete), from
# the tables that its --help is from.

_growth_patterns()
{
	local line=${COMP_LINE:0:COMP_POINT} word before candidate
	local -a words

	# As typed, by blanks: readline would also divide at = and : and >, which stand in keys and places.
	read -ra words <<<"$line"
	[[ $line == *[[:blank:]] ]] && words+=('')
	word=${words[-1]}
	COMPREPLY=()
	mapfile -t COMPREPLY < <("${words[0]}" --complete "${words[@]:1:${#words[@]}-2}" "${word#[\'\"]}" 2>/dev/null)
	COMPREPLY=("${COMPREPLY[@]%%$'\t'*}")
	if [[ ${COMPREPLY[0]-} == :files ]]; then
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "${word#*=}")
		return
	fi
	[[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[=.] ]] && compopt -o nospace 2>/dev/null

	# Readline puts a candidate in the place of the last part of the word alone, of what is quoted all behind the quote.
	[[ $word == [\'\"]* ]] && return
	before=${word%"${word##*[=:>]}"}
	for candidate in "${!COMPREPLY[@]}"; do
		printf -v "COMPREPLY[candidate]" %q "${COMPREPLY[candidate]#"$before"}"
	done
}

complete -F _growth_patterns growthctl cohort-analyzer matcher goal-enricher success-tracker
