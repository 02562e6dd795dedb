#!/usr/bin/env python3
"""validate.py SCHEMA VALUES: every line of VALUES (a JSON value, or empty for a null message) fits the JSON Schema.

The oracle is python3-jsonschema, which shares no code with the product.
"""
import json
import sys

import jsonschema


def main(schema_path, values_path):
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    validator_class = jsonschema.validators.validator_for(schema)
    validator_class.check_schema(schema)
    validator = validator_class(schema, format_checker=jsonschema.FormatChecker())
    checked = 0
    with open(values_path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            for error in validator.iter_errors(json.loads(line)):
                path = "/".join(map(str, error.absolute_path))
                sys.exit(f"{values_path}:{number}: {path}: {error.message}")
            checked += 1
    if not checked:
        sys.exit(f"{values_path}: nothing to check")


main(*sys.argv[1:])
