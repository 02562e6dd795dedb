#!/usr/bin/python3
"""Dead letters, a line of `kcat -J` each on stdin, as tab-separated lines for COPY.

usage: dead_letters.py WORKER

Columns: worker, topic, partition, offset, stage, class, message, from the headers that Kafka Connect has.
"""

import json
import sys

PREFIX = "__connect.errors."
COLUMNS = ("topic", "partition", "offset", "stage", "exception.class.name", "exception.message")


def plain(text):
    """Control characters, which a reason may quote, are no part of COPY's format."""
    return "".join(c if c.isprintable() else " " for c in text)


def main():
    for line in sys.stdin.buffer:
        # A stranger's key, value and headers are in it, whatever their bytes.
        letter = json.loads(line.decode("utf-8", "replace"), strict=False)
        names, values = letter["headers"][::2], letter["headers"][1::2]
        headers = {n[len(PREFIX):]: v for n, v in zip(names, values) if n.startswith(PREFIX)}
        row = [sys.argv[1]] + [headers[column] for column in COLUMNS]
        print("\t".join(" ".join(plain(cell).split()) for cell in row))


main()
