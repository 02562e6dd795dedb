#!/usr/bin/env bash
# A line of C has 100 columns, of which a tab takes eight; .clang-format breaks code, and leaves comments as they are. Texts for
# people are not broken: they are looked for.
set -euo pipefail

cd "${GROWTH_SOURCE:?run this by tests/run}"
# shellcheck disable=SC2046
PYTHONDONTWRITEBYTECODE=1 python3 - $(git ls-files '*.c' '*.h') <<'END'
import sys

COLUMNS = 100
wide = []
for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as source:
        for number, line in enumerate(source, 1):
            width = len(line.rstrip("\n").expandtabs(8))
            is_comment = "/*" in line or line.lstrip().startswith("*")
            if width > COLUMNS and (is_comment or '"' not in line):
                wide.append(f"{name}:{number}: {width} columns, {COLUMNS} at most expected")
sys.exit("\n".join(wide) or None)
END
