#!/usr/bin/python3
"""Holds rules, dashboard and the documented metrics against what running workers export.

usage: metrics.py ROOT FILE...

FILE is what /metrics of a worker says. Prints what does not fit and exits 1.
"""

import json
import re
import sys
from pathlib import Path

NAME = r"\b(?:growth|process)_[a-z0-9_]+"
RECORDED = r"[a-z]+:growth_[a-z0-9_]+:[a-z0-9_]+"
ROW = re.compile(r"\| `((?:growth|process)_\w+)` \| `([\w.]+)` \| (\w+) \| `([^`]+)` \| ([^|]*) \|")
SUFFIXES = {"s": "_seconds", "By": "_bytes"}
problems = []


def exported(files):
    """Kind and names of labels of each metric, by name."""
    metrics = {}
    for path in files:
        for line in Path(path).read_text().splitlines():
            kind = re.match(r"# TYPE (\S+) (\S+)", line)
            sample = re.match(r"([a-z0-9_]+)(?:\{(.*)\})? \S+$", line)
            if kind:
                metrics.setdefault(kind[1], (kind[2], set()))
            elif sample:
                name = sample[1]
                if name not in metrics:
                    name = re.sub("_(bucket|sum|count)$", "", name)
                metrics[name][1].update(set(re.findall(r'(\w+)="', sample[2] or "")) - {"le"})
    return metrics


def documented(table):
    """The same, with OpenTelemetry's name and unit."""
    rows = {}
    for line in table.splitlines():
        row = ROW.match(line)
        if row:
            labels = set(re.findall("`([^`]+)`", row[5].split(":")[0] if ":" in row[5] else row[5]))
            rows[row[1]] = (row[3], labels, row[2], row[4])
    return rows


def prometheus_name(name, kind, unit):
    """What OpenTelemetry's Prometheus exporter makes of a name."""
    name = name.replace(".", "_")
    if unit == "1" and kind == "gauge":
        name += "_ratio"
    name += SUFFIXES.get(unit, "")
    return name + ("_total" if kind == "counter" else "")


def base_names(text, metrics):
    """The metrics that PromQL names, without a histogram's suffixes."""
    names = set(re.findall(NAME, re.sub(RECORDED, "", text)))
    return {n if n in metrics else re.sub("_(bucket|sum|count)$", "", n) for n in names}


def compare_with_table(metrics, rows):
    for name in sorted(set(metrics) - set(rows)):
        problems.append(f"{name} is exported, but not in the table of deploy/prometheus/README.md")
    for name, (kind, labels, otel, unit) in rows.items():
        if name not in metrics:
            problems.append(f"{name} is in the table, but no worker exports it")
            continue
        if (kind, labels) != metrics[name]:
            problems.append(f"{name}: the table says {kind} {labels}, exported is {metrics[name]}")
        if name.startswith("growth") and prometheus_name(otel, kind, unit) != name:
            problems.append(f"{name}: {otel} with unit {unit} would be exported as {prometheus_name(otel, kind, unit)}")


def main(root, files):
    metrics = exported(files)
    rows = documented((root / "deploy/prometheus/README.md").read_text())
    compare_with_table(metrics, rows)

    rules = (root / "deploy/prometheus/growth.rules.yml").read_text()
    panels = json.loads((root / "deploy/grafana/growth.json").read_text())["panels"]
    shown = "\n".join(target["expr"] for panel in panels for target in panel.get("targets", []))
    recorded = dict(re.findall(rf"record: ({RECORDED})\n\s+expr: (.*)", rules))
    for where, text in (("rules", re.sub("(?m)^ *(#|runbook:|- name:).*", "", rules)), ("dashboard", shown)):
        for name in sorted(base_names(text, metrics) - set(metrics)):
            problems.append(f"{name} is in the {where}, but no worker exports it")
        for name in sorted(set(re.findall(RECORDED, text)) - set(recorded)):
            problems.append(f"{name} is in the {where}, but not recorded")
    through_rules = "\n".join(recorded[name] for name in re.findall(RECORDED, shown) if name in recorded)
    for name in sorted(set(rows) - base_names(shown + "\n" + through_rules, metrics)):
        if name.startswith("growth"):
            problems.append(f"{name} is not on the dashboard")
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
