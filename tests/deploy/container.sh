#!/usr/bin/env bash
# The Dockerfile by hadolint, deploy/compose.yaml by the Compose Specification's own schema and against what is beside it, and what goes
# into the image: it runs, as nobody, in a root folder that has nothing else, no shell either.
set -euo pipefail
shopt -s inherit_errexit

: "${GROWTH_SOURCE:?run this by tests/run}" "${GROWTH_BIN:?run this by tests/run}"
deploy=$GROWTH_SOURCE/deploy
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail()
{
	echo "FAILED: $*" >&2
	exit 1
}

hadolint=$("$deploy/dev/tools" hadolint)
"$hadolint" --failure-threshold=style "$deploy/container/Dockerfile" || fail "hadolint"
echo "ok: hadolint"

schema=$("$deploy/dev/tools" compose-schema)
modules=$("$deploy/dev/tools" npm)/node_modules
NODE_PATH=$modules node "$GROWTH_SOURCE/tests/deploy/compose.js" "$deploy" "$schema" || fail "compose.yaml"
promtool=$("$deploy/dev/tools" promtool)
"$promtool" check config --syntax-only "$deploy/prometheus/compose.yml" >/dev/null || fail "prometheus/compose.yml"
echo "ok: compose"

image=$work/image
"$deploy/container/image" "$image" "$GROWTH_BIN/.."
shells=$(find "$image" -name '*sh' -path '*/bin/*')
[[ -z $shells ]] || fail "the image has a shell: $shells"
# A sanitizer reads its options there, and its leak check would want more of /proc than this.
mkdir -p "$image/proc/self"
printf 'ASAN_OPTIONS=detect_leaks=0\0' >"$image/proc/self/environ"
chroot=$(command -v chroot || echo /usr/sbin/chroot)
if ((EUID == 0)); then
	inside=(env -i "$chroot" --userspec=65532:65532 "$image")
else
	inside=(env -i /usr/bin/unshare --map-root-user "$chroot" "$image")
fi
for program in cohort-analyzer matcher goal-enricher success-tracker growthctl; do
	"${inside[@]}" "/usr/bin/$program" --version >/dev/null || fail "$program does not start in the image"
done
[[ -e $image/usr/share/growth-patterns/sql/0001_contractors_and_goals.sql ]] || fail "no migrations in the image"
said=$("${inside[@]}" /usr/bin/matcher --ask-health --set http.port=1 2>&1) && fail "a health check without a worker is well"
[[ $said == *"no answer from"* ]] || fail "health check: $said"
echo "ok: image, $(du -sm "$image" | cut -f1) MB of this build"
