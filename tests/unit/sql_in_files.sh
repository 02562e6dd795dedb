#!/usr/bin/env bash
# SQL is in .sql files, its values are parameters: no C source makes a statement of texts. What has the look of one in a string of a C
# source is in the list below, with the reason why it may be there, or fails; so does an entry that is no longer there.
set -euo pipefail

cd "${GROWTH_SOURCE:?run this by tests/run}"
# shellcheck disable=SC2046
PYTHONDONTWRITEBYTECODE=1 python3 - $(git ls-files 'common/*.[ch]' 'workers/*.[ch]') <<'END'
import re
import sys

CONSTANT = "constant: nothing is put into it"
QUOTED = "a name where SQL takes no parameter, quoted by shadow_quoted() or PQescapeIdentifier()"
TABLES = "made of diff_tables, which is compiled in: no word of it is from outside"
ALLOWED = {
    ("common/runtime/db.c", "SET timezone"): QUOTED + "; numbers; switches of this source",
    ("common/runtime/db.c", "; SET enable_seqscan"): CONSTANT,
    ("common/runtime/db.c", "; SET search_path"): QUOTED,
    ("common/runtime/db.c", "BEGIN ISOLATION LEVEL"): CONSTANT,
    ("common/runtime/db.c", "SELECT pg_export_snapshot()"): CONSTANT,
    ("common/runtime/db.c", "SET TRANSACTION SNAPSHOT"): "the name that the server has just given; no parameter is taken there",
    ("common/runtime/db.c", "ROLLBACK"): CONSTANT,
    ("common/runtime/db_post.c", "BEGIN"): CONSTANT,
    ("common/runtime/db_post.c", "COMMIT"): CONSTANT,
    ("common/runtime/db_stream.c", "COPY (%.*s) TO STDOUT"): "the text of a .sql file, whole; COPY takes no parameters",
    ("workers/growthctl/decide_diff_query.c", "SELECT key, content"): TABLES,
    ("workers/growthctl/decide_diff_query.c", " AS content FROM"): TABLES,
    ("workers/growthctl/decide_diff_tables.c", ""): "diff_tables itself: constants",
    ("workers/growthctl/promote_corrections.c", "(t.message - 'snapshot'"): CONSTANT,
    ("workers/growthctl/promote_corrections.c", "(SELECT jsonb_agg(jsonb_build_array"): CONSTANT,
    ("workers/growthctl/promote_corrections.c", " LEFT JOIN public.business_growth_patterns"): CONSTANT,
    ("workers/growthctl/diff_read.c", "FETCH 2000 FROM diff_rows"): CONSTANT,
    ("workers/growthctl/diff_read.c", "SET LOCAL cursor_tuple_fraction"): TABLES,
    ("workers/growthctl/diff_read.c", "CLOSE diff_rows"): CONSTANT,
    ("workers/growthctl/promote_switch.c", "ALTER DATABASE"): QUOTED,
    ("workers/growthctl/promote_write.c", "SET LOCAL search_path"): "the schema of a worker, out of decide_pipeline.c",
    ("workers/growthctl/shadow.c", "DROP DATABASE"): QUOTED,
    ("workers/growthctl/shadow.c", "CREATE DATABASE"): QUOTED + ", and what replay_like.sql says, quoted there",
}
# A keyword in capitals, or a statement in any letters.
CAPITALS = re.compile(r"^\W*(INSERT|UPDATE|DELETE|MERGE|TRUNCATE|COPY|CREATE|DROP|ALTER|GRANT|REVOKE|LOCK|DECLARE|FETCH|CLOSE|CALL|EXECUTE|PREPARE|"
                      r"VACUUM|SET|BEGIN|COMMIT|ROLLBACK)\b|\b(SELECT|INSERT INTO|DELETE FROM|JOIN|VALUES|RETURNING|UNION|ORDER BY|GROUP BY)\b|"
                      r"\b(FROM|UPDATE|COPY|SET)\s+[a-z_%(\\\"]|\bWHERE\s+[\w.$%\"\\]+\s*(=|<|>|IN\b|IS\b)")
STATEMENT = re.compile(r"^\s*;?\s*(select\s+[\w*(].*\bfrom\b|insert\s+into\b|update\s+\S+\s+set\b|delete\s+from\b|truncate\s+\w|copy\s+\S+\s+(to|from)\s+std|"
                       r"(create|drop|alter)\s+(table|database|schema|role|index|function|view|user)\b|set\s+(local|session|search_path)\b|"
                       r"begin\s*;|commit\s*;|rollback\s*;)", re.IGNORECASE | re.DOTALL)
HEADING = re.compile(r">?(FROM|WHERE|TO|VALUES)")
TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|\'(?:[^\'\\\n]|\\.)+\'|"(?:[^"\\\n]|\\.)*"|\\\n|\s+|.', re.DOTALL)


def strings(text):
    """(line, string) of each; what stands side by side, also across PRId64 and the like, is one."""
    whole, begin, line = "", 0, 1
    for token in TOKEN.finditer(text):
        found = token.group()
        if found.startswith('"'):
            begin = begin or line
            whole += found[1:-1]
        elif not found.isspace() and found != "\\\n" and not found.startswith("/*") and begin:
            yield begin, whole
            whole, begin = "", 0
        line += found.count("\n")


failed, used = False, set()
for path in sys.argv[1:]:
    text = open(path, encoding="utf-8").read()
    text = re.sub(r'^\s*#\s*include.*$', '', text, flags=re.MULTILINE)
    for line, string in strings(text):
        if HEADING.fullmatch(string) or not (CAPITALS.search(string) or STATEMENT.search(string)):
            continue
        entry = max((key for key in ALLOWED if key[0] == path and string.startswith(key[1])), key=lambda key: len(key[1]), default=None)
        if entry:
            used.add(entry)
        else:
            failed = True
            print(f"FAILED {path}:{line}: SQL belongs into a .sql file: \"{string[:80]}\"")
for path, begin in sorted(set(ALLOWED) - used):
    failed = True
    print(f"FAILED {path} has no \"{begin}\" any more: take it off the list")
if not failed:
    print(f"ok: {len(used)} texts of SQL in C sources, each with its reason")
sys.exit(failed)
END
