#!/usr/bin/env bash
# The list of what is linked into the executables is valid CycloneDX, and names each library with the version that dpkg knows.
set -euo pipefail

: "${GROWTH_SOURCE:?run this by tests/run}" "${GROWTH_BIN:?run this by tests/run}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

fail()
{
	echo "FAILED: $*" >&2
	exit 1
}

programs=("$GROWTH_BIN"/{growthctl,cohort-analyzer,matcher,goal-enricher,success-tracker})
cmake "-DBINARIES=$(IFS=';'; echo "${programs[*]}")" -DVERSION=1.2.3 -DOUTPUT="$folder/bom.json" -P "$GROWTH_SOURCE/deploy/package/sbom.cmake"
python3 - "$("$GROWTH_SOURCE/deploy/dev/tools" cyclonedx-schema)" "$folder/bom.json" <<'END' || fail "not CycloneDX 1.5"
import json
import pathlib
import sys

import jsonschema

schemas = {path.name: json.loads(path.read_text()) for path in pathlib.Path(sys.argv[1]).glob("*.schema.json")}
schema = schemas["bom-1.5.SNAPSHOT.schema.json"]
resolver = jsonschema.RefResolver(schema["$id"], schema, store={each["$id"]: each for each in schemas.values()})
validator = jsonschema.Draft7Validator(schema, resolver=resolver)
bom = json.loads(pathlib.Path(sys.argv[2]).read_text())
validator.validate(bom)
for broken in ({**bom, "specVersion": 5}, {**bom, "components": [{"type": "library"}]}):
    assert not validator.is_valid(broken)
END
echo "ok: it is valid CycloneDX 1.5"
for package in librdkafka1 libpq5 libjson-c5 libconfig9 libmicrohttpd12 libnettle8 liblz4-1 libc6 libssl3; do
	version=$(dpkg-query -W -f='${Version}' "$package")
	jq -e --arg name "$package" --arg version "$version" \
		'.components[] | select(.name == $name and .version == $version and (.purl | startswith("pkg:deb/debian/")) and (.licenses | length) > 0)' \
		"$folder/bom.json" >/dev/null || fail "$package $version is missing, or its licence"
done
echo "ok: each library is there with its version and licences"
jq -e '(.dependencies[0].dependsOn | sort) == ([.components[]."bom-ref"] | sort) and (.components | length) == ([.components[]."bom-ref"] | unique | length)' \
	"$folder/bom.json" >/dev/null || fail "references"
echo "ok: references are whole and none is there twice"
