#!/usr/bin/env bash
# The executables that are shipped are built as CMakeLists.txt says: looked up in them, with readelf, not in the options.
set -euo pipefail

: "${GROWTH_SOURCE:?run this by tests/run}"
root=$GROWTH_SOURCE
bin=${GROWTH_RELEASE_BIN:-$root/build/release/bin}

# Of the folder that deploy/quickstart and deploy/dev/build use, so what is built already is not built again.
build()
(
	mkdir -p "$root/build"
	exec 9>"$root/build/release.lock"
	flock 9
	cd "$root"
	cmake --preset release && cmake --build --preset release --parallel 2 --target growthctl cohort-analyzer matcher goal-enricher success-tracker
)

# check WHAT COMMAND...: its output goes to stderr only when it fails
check()
{
	local what=$1

	shift
	"$@" >"$log" 2>&1 || { tail -n 20 "$log" >&2; echo "FAILED: $what" >&2; exit 1; }
	echo "ok: $what"
}

# Of what the kernel maps, nothing can be written and run.
no_segment_is_writable_and_executable()
{
	! readelf --wide --program-headers "$1" | grep -E '^ +(LOAD|GNU_STACK) .* RWE '
}

is_pie()
{
	readelf --wide --file-header "$1" | grep 'Type: *DYN (Position-Independent' && readelf --wide --dynamic "$1" | grep 'FLAGS_1.*PIE'
}

has_full_relro()
{
	readelf --wide --program-headers "$1" | grep '^ *GNU_RELRO ' && readelf --wide --dynamic "$1" | grep 'FLAGS.*BIND_NOW\|FLAGS_1.*NOW'
}

has_no_search_path()
{
	! readelf --wide --dynamic "$1" | grep -E 'RPATH|RUNPATH|TEXTREL'
}

imports()
{
	readelf --wide --dyn-syms "$1" | grep -E " UND $2(@|$)"
}

# Unoptimised or without -D_FORTIFY_SOURCE there is none of these.
is_fortified()
{
	(($(readelf --wide --dyn-syms "$1" | grep -cE ' UND __(memcpy|memset|snprintf|vsnprintf|printf|fprintf|vfprintf|memmove|strncpy|read|recv)_chk@') >= 3))
}

# Debian's own start files are not marked for it, so the linker does not mark what it links with them; the code is.
has_landing_pads()
{
	(($(objdump --disassemble --section=.text --no-show-raw-insn "$1" | grep -c 'endbr64') >= 100))
}

exports_nothing()
{
	[[ -z $(readelf --wide --dyn-syms "$1" | awk '$5 == "GLOBAL" && $7 != "UND" && $4 == "FUNC"') ]]
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
[[ -n ${GROWTH_RELEASE_BIN:-} ]] || check "what is shipped can be built" build
for program in growthctl cohort-analyzer matcher goal-enricher success-tracker; do
	check "$program may lie anywhere in memory (PIE)" is_pie "$bin/$program"
	check "$program: no segment is writable and executable, the stack neither" no_segment_is_writable_and_executable "$bin/$program"
	check "$program: tables of the linker are read-only before main (full RELRO)" has_full_relro "$bin/$program"
	check "$program: no RPATH, no relocations in code" has_no_search_path "$bin/$program"
	check "$program: stacks are guarded" imports "$bin/$program" __stack_chk_fail
	check "$program: copies are checked (_FORTIFY_SOURCE)" is_fortified "$bin/$program"
	if [[ $(uname -m) == x86_64 ]]; then
		check "$program: indirect jumps land where they should (-fcf-protection)" has_landing_pads "$bin/$program"
	fi
	check "$program exports nothing" exports_nothing "$bin/$program"
done
