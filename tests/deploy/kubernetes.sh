#!/usr/bin/env bash
# The overlays as kustomize renders them, each object by its published schema (strictly: a misspelt member is an error); what they say of
# topics, groups and rights is what schemas/asyncapi.yaml says; and workers know every variable that the ConfigMap gives them.
set -euo pipefail
shopt -s inherit_errexit

: "${GROWTH_SOURCE:?run this by tests/run}" "${GROWTH_BIN:?run this by tests/run}"
tools=$GROWTH_SOURCE/deploy/dev/tools
kustomize=$("$tools" kustomize)
kubeconform=$("$tools" kubeconform)
schemas=$("$tools" kubernetes-schemas)
modules=$("$tools" npm)/node_modules
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail()
{
	echo "FAILED: $*" >&2
	exit 1
}

# understood VARIABLES: each changes what some program has in force; one that nobody knows would be passed over
understood()
{
	local variable program known

	while read -r variable; do
		known=
		for program in matcher growthctl; do
			cmp -s <(env -i "$GROWTH_BIN/$program" --print-config) <(env -i "$variable" "$GROWTH_BIN/$program" --print-config) ||
				known=yes
		done
		[[ $known ]] || fail "$overlay: nobody knows ${variable%%=*}, or it is the default"
	done
}

"$GROWTH_BIN/growthctl" acls --json >"$work/acls"
for overlay in base overlays/development overlays/production; do
	rendered=$work/${overlay##*/}.yaml
	"$kustomize" build "$GROWTH_SOURCE/deploy/kubernetes/$overlay" >"$rendered" || fail "$overlay: kustomize build"
	"$kubeconform" -strict -summary -schema-location "$schemas/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json" "$rendered" ||
		fail "$overlay: kubeconform"
	NODE_PATH=$modules node "$GROWTH_SOURCE/tests/deploy/kubernetes/check.js" "$GROWTH_SOURCE" "$rendered" "$work/environment" "$work/acls" || fail "$overlay"
	understood <"$work/environment"
	echo "ok: $overlay"
done
