"""Figures: JSON lines {"figure": …, "worker": …, "value": …, "unit": …}, with `runs` the single values of a median, and batch, rate,
linger, contractors or instances where a figure is of several. As a script:
   figures.py table FILE             all of them as a table, on stderr
   figures.py median FILE            of each figure that is there several times the median, on stdout
   figures.py compare FILE EARLIER   each beside that of an earlier run, and the ratio
   figures.py record FILE TO NOTE    writes them with the machine's description
   figures.py capacity FILE          what deploy/capacity.md is about: cores by rate, as a table in Markdown"""

import json
import os
import platform
import re
import statistics
import subprocess
import sys

CONDITIONS = ("batch", "rate", "linger", "contractors", "instances")


def tell(name, worker, value, unit, **more):
    value = None if value is None else float(f"{value:.4g}")
    print(json.dumps({"figure": name, "worker": worker, "value": value, "unit": unit, **more}), flush=True)


def tell_median(name, worker, values, unit, **more):
    runs = [float(f"{value:.4g}") for value in values]
    tell(name, worker, statistics.median(runs), unit, **more, runs=runs)


def load(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    try:
        return json.loads(text)["figures"]  # a recorded run
    except (json.JSONDecodeError, KeyError, TypeError):
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def key(figure):
    return (figure["worker"], figure["figure"], *(figure.get(name) for name in CONDITIONS))


def label(figure):
    conditions = [f"{name} {figure[name]}" for name in CONDITIONS if name in figure]
    return ", ".join([figure["figure"], *conditions])


def shown(value):
    return "-" if value is None else f"{value:.4g}" if abs(value) < 10000 else f"{value:.0f}"


def spread(figure):
    runs = figure.get("runs") or []
    known = [value for value in runs if value is not None]
    most = "-" if len(known) < len(runs) else shown(max(known, default=None))
    return f"({shown(min(known, default=None))} to {most})" if len(runs) > 1 else ""


def table(figures):
    for figure in figures:
        print(
            f"{figure['worker']:<16} {label(figure):<64} {shown(figure['value']):>10} {figure['unit']:<9} {spread(figure)}".rstrip(),
            file=sys.stderr,
        )


def compare(figures, earlier):
    known = {key(figure): figure["value"] for figure in earlier}
    for figure in figures:
        before, value = known.get(key(figure)), figure["value"]
        ratio = f"{value / before:.3f}" if before and value is not None else "-"
        print(
            f"{figure['worker']:<16} {label(figure):<64} {shown(value):>10} {shown(before):>10} {figure['unit']:<9} x {ratio}",
            file=sys.stderr,
        )


def median(figures):
    """A run without a value is worse than any that has one."""
    runs = {}
    for figure in figures:
        runs.setdefault(key(figure), []).append(figure)
    for same in runs.values():
        if len(same) > 1:
            middle = statistics.median(float("inf") if figure["value"] is None else figure["value"] for figure in same)
            values = [value for figure in same for value in figure.get("runs", [figure["value"]])]
            same[0].update(value=None if middle == float("inf") else middle, runs=values)
        print(json.dumps(same[0]), flush=True)


def output(*command):
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=20).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def first(pattern, text):
    found = re.search(pattern, text, re.M)
    return found.group(1).strip() if found else "unknown"


def contents(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def disc():
    """Where the servers' folders are."""
    source, kind = (output("df", "--output=source,fstype", os.environ.get("TMPDIR", "/tmp")).splitlines() or ["", ""])[-1].split()
    size = output("df", "-h", "--output=size", os.environ.get("TMPDIR", "/tmp")).splitlines()[-1].strip()
    return f"{kind} on {source.rsplit('/', 1)[-1]}, {size}"


def machine(note):
    kafka = first(r"<kafka.version>([\d.]+)<", contents(os.path.join(os.path.dirname(__file__), "../../deploy/dev/kafka/pom.xml")))
    memory = int(first(r"MemTotal:\s*(\d+)", contents("/proc/meminfo")))
    return {
        "note": note, "processor": first(r"model name\s*:\s*(.*)", contents("/proc/cpuinfo")), "cores": os.cpu_count(),
        "memory": f"{memory // 1048576} GiB", "disc": disc(),
        "kernel": platform.release(), "load_average_at_the_end": round(os.getloadavg()[0], 1),
        "postgres": first(r"(\d+\.\d+)", output("psql", "--version")), "kafka": kafka,
        "java": first(r'version "([^"]+)"', subprocess.run(["java", "-version"], stderr=subprocess.PIPE, text=True).stderr),
        "librdkafka": output("pkg-config", "--modversion", "rdkafka"), "compiler": output("cc", "--version").splitlines()[0],
        "commit": output("git", "-C", os.path.dirname(os.path.abspath(__file__)), "rev-parse", "--short", "HEAD"),
        "date": output("date", "-u", "+%F"),
    }


def record(figures, path, note):
    """One figure a line: a change of one is a change of one line."""
    with open(path, "w", encoding="utf-8") as file:
        file.write('{\n"machine": ' + json.dumps(machine(note), indent="\t", ensure_ascii=False) + ',\n"figures": [\n')
        file.write(",\n".join(json.dumps(figure) for figure in figures) + "\n]\n}\n")


PARTS = ("worker", "postgres", "broker")
RATES = (100, 1000, 10000)


def capacity(figures):
    """In batches of 1,000: of each worker what a million events cost, what one core does, and the cores that rates take."""
    cpu = {(f["worker"], f["figure"]): f["value"] for f in figures if f.get("batch") == 1000 and f["figure"].startswith("cpu: ")}
    print("| worker | " + " | ".join(f"{part}, s a million" for part in PARTS) + " | events/s a core | "
          + " | ".join(f"cores at {rate}/s in full batches" for rate in RATES) + " |")
    print("|---" * (2 + len(PARTS) + len(RATES)) + "|")
    for worker in dict.fromkeys(worker for worker, _ in cpu):
        parts = [cpu[worker, f"cpu: {part}"] for part in PARTS]
        cells = [*map(shown, parts), f"{1e6 / sum(parts):.0f}", *(f"{rate * sum(parts) / 1e6:.2f}" for rate in RATES)]
        print(f"| {worker} | " + " | ".join(cells) + " |")


def main(what, path, *more):
    figures = load(path)
    if what == "table":
        table(figures)
    elif what == "median":
        median(figures)
    elif what == "compare":
        compare(figures, load(more[0]))
    elif what == "record":
        record(figures, *more)
    elif what == "capacity":
        capacity(figures)


if __name__ == "__main__":
    main(*sys.argv[1:])
