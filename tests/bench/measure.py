"""The benchmarks that drive workers with a backlog or at a rate; tests/bench/run starts the servers and calls this.
   measure.py throughput|workers|latency|history|instances|start|outcome [--quick] [--events N] [--runs N]
README.md says what each figure is."""

import argparse
import dataclasses
import json
import statistics
import sys
import time

from figures import tell, tell_median
from outcome import outcome
from pipeline import (
    INPUTS, Base, Failure, Topics, Worker, blocks, clone, conninfo, drop, execute, keep_in_memory, program, rest, say, sql, SOURCE,
)

METHODS = ("unnest", "place", "copy", "replace")
RECORDED_MAX = 200000  # the ceiling's rows are in its memory
LINGERS = ("5ms", "20ms", "100ms")  # of batch.linger
LINGER_RATES = (100, 1000)
BATCH_BYTES = 8388608  # a batch's limit is the number of its messages


@dataclasses.dataclass
class Sizes:
    contractors: int
    events: int
    few: int  # contractors of the workers but matcher
    history: tuple
    history_events: int
    goals_history: tuple
    outcomes_history: tuple
    outcomes: int
    rates: tuple
    seconds: int
    warming: int  # seconds at each rate but the first
    runs: int
    floor_rounds: int


FULL = Sizes(200000, 200000, 20000, (10000, 1000000), 100000, (5000, 500000), (1000, 1000000), 5000, (100, 1000, 5000), 15, 30, 3, 1000)
QUICK = Sizes(20000, 40000, 4000, (4000, 40000), 20000, (2000, 20000), (1000, 20000), 2000, (100, 1000), 5, 5, 1, 100)


def settings(batch):
    return {"batch.max": batch, "batch.max_bytes": BATCH_BYTES}


FLOOR_PAUSE_MS = 25
HISTORY_BATCH, GOALS_HISTORY_BATCH = 1000, 250
NEAR = 0.8  # of the best, to be tried again
TWICE = 0.01  # of the events may be of a contractor who is in their batch already


class Load:
    """What one worker is measured with: a base, and how its backlog comes into new topics."""

    def __init__(self, worker, base, fill):
        self.worker, self.base, self.fill = worker, base, fill

    def topics(self):
        topics = Topics()
        return topics, self.fill(topics)

    def run(self, batch, instances=1, record=False, skipped=1, count_blocks=False):
        """A backlog worked off, by workers that start with it: what bench-drain says, and topics, database and what `fill` said."""
        topics, filled = self.topics()
        database = clone(self.base.database)
        try:
            if record:
                execute("psql", "-U", "postgres", "-d", database, "-Xq", "-v", "ON_ERROR_STOP=1", "-f", SOURCE / "tests/bench/record.sql")
            with Worker(self.worker, database, topics, instances, **settings(batch)) as worker:
                drained = worker.drain(skipped=skipped)
            if drained["events"] <= 0:
                raise Failure(f"{self.worker}: its backlog was committed at once; take more events")
            looked_at = {"blocks": blocks(database)} if count_blocks else {}
            return {**drained, **looked_at, "started": worker.started, "topics": topics, "filled": filled, "database": database}
        finally:
            if not record:
                drop(database)

    def ceiling(self, recorded, method, outbox=True):
        """The recorded rows once more, by one connection: what bench-ceiling says. With all of them the tables must be the same then."""
        database = clone(self.base.database)
        try:
            before = [conninfo(self.base.database)] if method == "place" else []
            result = json.loads(
                program("ceiling", conninfo(recorded), conninfo(database), method, "outbox" if outbox else "no-outbox", *before)
            )
            if outbox:
                check_same(recorded, database, method)
            return result
        finally:
            drop(database)


def check_same(recorded, replayed, method):
    relations = sql(recorded, "SELECT DISTINCT relation FROM bench.statements").split()
    content = " UNION ALL ".join(
        f"SELECT '{relation}', count(*), sum(hashtextextended(t::text, 0)::numeric) FROM {relation} t" for relation in relations
    )
    worker, ceiling = (set(sql(database, content).splitlines()) for database in (recorded, replayed))
    if worker != ceiling:
        raise Failure(f"the ceiling by {method} left other rows than the worker: {sorted(worker ^ ceiling)}")


def changes(contractors, events, apart=1):
    return lambda topics: topics.load("changes", contractors, events, apart)


def consumed(topics, what, topic):
    return json.loads(program("consume", what, topic, env=topics.env))


def check_changes(recorded, drained, batch):
    """That the load is what design §8 says: every event changed a profile, and half of them (those that the load meant) a match."""
    events, changing = drained["filled"]
    profiles = int(sql(recorded, "SELECT count(*) FROM bench.\"public.contractors\""))
    matched = int(sql(recorded, "SELECT count(DISTINCT (bench_statement, contractor_id)) FROM bench.\"public.contractor_pattern_matches\""))
    outputs = consumed(drained["topics"], "raw", "contractor.matched")["events"]
    # A contractor who is twice in a batch is written once.
    if outputs != events or abs(profiles - events) > TWICE * events or abs(matched - changing) > TWICE * events:
        raise Failure(
            f"the load is not what it says: of {events} events {profiles} changed a profile (all should), {matched} a match"
            f" ({changing} should), and {outputs} were published (all should)"
        )
    say(f"checked: {events} events changed {profiles} profiles and {matched} times a contractor's matches; {outputs} were published")
    tell("events that change a profile", "matcher", profiles / events, "of 1", batch=batch)
    tell("events that change a match", "matcher", matched / events, "of 1", batch=batch)


def rows_an_event(recorded, events, worker, batch):
    relations = sql(recorded, "SELECT relation || ' ' || lower(operation), sum(row_count) FROM bench.statements GROUP BY 1 ORDER BY 1")
    for line in relations.splitlines():
        what, rows = line.split("|")
        tell(f"rows an event: {what}", worker, int(rows) / events, "rows", batch=batch)


class Ceilings:
    """Of one recording: each method in the first round, later those that came near the best. A round's ceiling is its best one."""

    def __init__(self, load, recorded, events):
        self.load, self.recorded, self.events = load, recorded, events
        self.rates, self.cpu = {method: [] for method in METHODS}, {method: [] for method in METHODS}
        self.best, self.bare = [], []
        self.methods = METHODS

    def rate(self, method, outbox=True):
        result = self.load.ceiling(self.recorded, method, outbox)
        return self.events / result["seconds"], 1e6 * result["postgres_cpu"] / self.events

    def round(self):
        for method in self.methods:
            rate, cpu = self.rate(method)
            say(f"ceiling by {method}: {rate:.0f} events/s")
            self.rates[method].append(rate)
            self.cpu[method].append(cpu)
        method = max(self.methods, key=lambda method: self.rates[method][-1])
        self.best.append(self.rates[method][-1])
        self.methods = [method for method in self.methods if self.rates[method][-1] >= NEAR * self.best[-1]]
        self.bare.append(self.rate(method, outbox=False)[0])
        return self.best[-1]

    def tell(self, worker, batch):
        for method in METHODS:
            tell_median(f"ceiling tried: {method}", worker, self.rates[method], "events/s", batch=batch)
            tell_median(f"ceiling tried: {method}: cpu of Postgres", worker, self.cpu[method], "s/million", batch=batch)
        tell_median("ceiling", worker, self.best, "events/s", batch=batch)
        tell_median("ceiling without outbox row", worker, self.bare, "events/s", batch=batch)


def per_million(drained, name):
    return 1e6 * drained[name] / drained["events"]


def against_ceiling(load, batch, runs, recorded_load=None, check=None):
    """A worker and its ceiling by turns."""
    recording = (recorded_load or load).run(batch, record=True)
    recorded, events = recording["database"], recording["total"]
    rates, ratios, drains = [], [], []
    try:
        if check:
            check(recorded, recording, batch)
        rows_an_event(recorded, events, load.worker, batch)
        ceilings = Ceilings(load, recorded, events)
        load.run(batch)  # the broker compiles what it does often; in production it has
        for _ in range(runs):
            drained = load.run(batch)
            drains.append(drained)
            rates.append(drained["events"] / drained["seconds"])
            say(f"{load.worker}, batches of {batch}: {rates[-1]:.0f} events/s")
            ratios.append(rates[-1] / ceilings.round())
    finally:
        drop(recorded)
    tell_median("throughput", load.worker, rates, "events/s", batch=batch)
    ceilings.tell(load.worker, batch)
    tell_median("throughput_ratio_to_ceiling", load.worker, ratios, "x", batch=batch)
    for part in ("worker", "postgres", "broker"):
        tell_median(f"cpu: {part}", load.worker, [per_million(drained, f"{part}_cpu") for drained in drains], "s/million", batch=batch)
    tell_median("peak memory", load.worker, [drained["peak_kib"] / 1024 for drained in drains], "MiB", batch=batch)
    return drains[-1]


def tell_input(worker, topics, topic, runs):
    """What the same backlog costs without the work."""
    for what, name in (("raw", "raw consumption"), ("parse", "parse only")):
        results = [consumed(topics, what, topic) for _ in range(runs)]
        tell_median(name, worker, [result["timed"] / result["seconds"] for result in results], "events/s")
        tell_median(f"cpu: {name}", worker, [1e6 * result["cpu"] / result["events"] for result in results], "s/million")


def throughput(sizes):
    base = Base(sizes.contractors)
    load = Load("matcher", base, changes(sizes.contractors, sizes.events))
    recorded_load = Load("matcher", base, changes(sizes.contractors, min(sizes.events, RECORDED_MAX)))
    for batch in (1000, 5000):
        last = against_ceiling(load, batch, sizes.runs, recorded_load, check_changes)
    tell_input("matcher", last["topics"], "contractor.updated", sizes.runs)


def completions(database):
    """goal.completed of every goal with a pattern."""
    rows = sql(database, """SELECT json_build_object('topic', 'goal.completed', 'key', contractor_id::text, 'value', json_build_object(
        'goal_id', goal_uuid, 'contractor_id', contractor_id, 'occurred_at', '2026-01-01T00:00:00Z', 'outcome', 'completed',
        'satisfaction', 4, 'revenue_impact', 'positive')) FROM ai_concierge_goals WHERE pattern_id IS NOT NULL ORDER BY goal_uuid""")

    def fill(topics):
        execute(SOURCE / "build/release/bin/growthctl", "emit", "-", stdin=rows + "\n", env=topics.env)
        return [rows.count("\n") + 1]

    return fill


def copied(base, topic):
    return lambda topics: topics.load("copy", base.topics.prefix, topic)


def goals_base(base):
    """With a tracked goal for each contractor who has one."""
    other = base.copy()
    other.run("goal-enricher")
    other.run("success-tracker", "goal.enriched")
    return other


def workers(sizes):
    """Each works for some seconds: processor time is counted in hundredths, and a Kafka transaction brings thousands of events."""
    base = Base(sizes.few)
    against_ceiling(Load("goal-enricher", base, copied(base, "contractor.matched")), 1000, sizes.runs)
    tell_input("goal-enricher", base.topics, "contractor.matched", sizes.runs)

    goals = goals_base(Base(5 * sizes.few))
    last = against_ceiling(Load("success-tracker", goals, completions(goals.database)), 1000, sizes.runs)
    tell_input("success-tracker", last["topics"], "goal.completed", sizes.runs)

    observed = base.copy()
    observed.run("cohort-analyzer")
    last = against_ceiling(Load("cohort-analyzer", observed, changes(sizes.few, 10 * sizes.few)), 1000, sizes.runs)
    tell_input("cohort-analyzer", last["topics"], "contractor.updated", sizes.runs)


def measure_floor(base, rounds, pause):
    topics, database = Topics(), clone(base.database)
    env = {**topics.env, "GROWTH_POSTGRES_CONNINFO": f"{conninfo(database)} user=postgres"}
    floor = json.loads(program("floor", rounds, pause, env=env))
    drop(database)
    return floor


def tell_floor(floor, what):
    for name, value in floor.items():
        tell(f"{what}: {name.replace('p999', 'p99.9').replace('_', ' ')}", "matcher", value, "ms")


def warm_up(base, sizes):
    """A broker compiles what it does often: until then each transaction takes twice as long, and the floor's do too."""
    topics, database = Topics(), clone(base.database)
    with Worker("matcher", database, topics):
        for number, rate in enumerate(sizes.rates, 1):
            try:
                program("latency", "warming up", sizes.few, rate, sizes.warming if number > 1 else 2, number, env=topics.env)
            except Failure as failure:
                say(f"warming up at {rate} events/s: {failure}")
    drop(database)


def latency(sizes):
    base = Base(sizes.few)
    warm_up(base, sizes)
    tell_floor(measure_floor(base, sizes.floor_rounds, pause=0), "floor, one after another")
    floor = measure_floor(base, sizes.floor_rounds, FLOOR_PAUSE_MS)
    tell_floor(floor, "floor")
    for linger, rates in (("0ms", sizes.rates), *((linger, LINGER_RATES) for linger in LINGERS)):
        topics, database = Topics(), clone(base.database)
        with Worker("matcher", database, topics, **{"batch.linger": linger}) as worker:
            program("latency", "warming up", sizes.few, 200, 2, 1, env=topics.env)
            for number, rate in enumerate(rates, 2):
                conditions = {"rate": rate} if linger == "0ms" else {"rate": rate, "linger": linger}
                latency_at(worker, (sizes.few, rate, sizes.seconds, number), floor, conditions)
        drop(database)


def latency_at(worker, load, floor, conditions):
    """load: contractors, events/s, seconds, the run's number."""
    before, started = worker.processor_seconds(), time.monotonic()
    try:
        lines = program("latency", "", *load, env=worker.topics.env).splitlines()
    except Failure as failure:
        say(f"{conditions}: {failure}")
        for name in ("p50", "p99", "p99.9"):
            tell(f"update to match: {name}", "matcher", None, "ms", **conditions)
            tell(f"update to match: {name}, against floor", "matcher", None, "x", **conditions)
        for part in before:
            tell(f"cores taken: {part}", "matcher", None, "cores", **conditions)
        return
    for line in map(json.loads, lines):
        name = line["figure"].split(", ")[1]
        tell(f"update to match: {name}", "matcher", line["value"], "ms", **conditions)
        if name in ("p50", "p99", "p99.9"):
            tell(f"update to match: {name}, against floor", "matcher", line["value"] / floor[name.replace("99.9", "999")], "x", **conditions)
    took = time.monotonic() - started  # with two seconds of the same load before it counts
    for part, seconds in worker.processor_seconds().items():
        tell(f"cores taken: {part}", "matcher", (seconds - before[part]) / took, "cores", **conditions)


def compare_histories(worker, loads, runs, skipped=1, batch=HISTORY_BATCH):
    """The same events with little and with much in the tables, by turns. loads: by the number of contractors, few first."""
    costs, rates, looks = ({contractors: [] for contractors in loads} for _ in range(3))
    for _ in range(runs):
        for contractors, load in loads.items():
            drained = load.run(batch, skipped=skipped, count_blocks=True)
            costs[contractors].append(per_million(drained, "worker_cpu") + per_million(drained, "postgres_cpu"))
            rates[contractors].append(drained["events"] / drained["seconds"])
            looks[contractors].append(drained["blocks"] / drained["total"])
            say(f"{worker} with {contractors} contractors: {rates[contractors][-1]:.0f} events/s")
    for contractors in loads:
        tell_median("history: throughput", worker, rates[contractors], "events/s", contractors=contractors)
        tell_median("history: cpu of worker and Postgres", worker, costs[contractors], "s/million", contractors=contractors)
        tell_median("history: blocks an event", worker, looks[contractors], "blocks", contractors=contractors)
    few, many = loads
    for what, values in (("cpu", costs), ("blocks", looks)):
        tell_median(
            f"history: {what} with {many} contractors, against {few}", worker, [a / b for a, b in zip(values[many], values[few])], "x",
        )


def history_of_goals(sizes):
    few, many = sizes.goals_history
    base = Base(few)
    long = base.copy()
    long.run("goal-enricher")
    say(f"making goals of {many} contractors")
    execute(
        "psql", "-U", "postgres", "-d", long.database, "-Xq", "-v", "ON_ERROR_STOP=1", "-v", f"contractors={few}", "-v",
        f"times={many // few}", "-f", SOURCE / "tests/bench/multiply.sql",
    )
    rest(long.database)
    fill = copied(base, "contractor.matched")
    loads = {few: Load("goal-enricher", base, fill), many: Load("goal-enricher", long, fill)}
    compare_histories("goal-enricher", loads, sizes.runs, batch=GOALS_HISTORY_BATCH)


def history(sizes):
    """As many contractors change in both, all over the tables; what Postgres does for a page's first change is over when it counts."""
    keep_in_memory()
    few = min(sizes.history)
    bases = {contractors: Base(contractors) for contractors in sizes.history}
    # An odd number apart, so that there are contractors of every tier.
    loads = {n: changes(few, 2 * few + sizes.history_events, max(1, n // few - 1)) for n in bases}
    for worker in ("matcher", "cohort-analyzer"):
        if worker == "cohort-analyzer":
            for base in bases.values():
                base.run(worker)
        compare_histories(worker, {n: Load(worker, bases[n], loads[n]) for n in bases}, sizes.runs, skipped=2 * few)
    history_of_goals(sizes)


def instances(sizes):
    base = Base(sizes.few)
    load = Load("matcher", base, changes(sizes.few, sizes.events))
    for count in (1, 2, 4):
        drains = [load.run(1000, count) for _ in range(sizes.runs)]
        tell_median("instances: throughput", "matcher", [d["events"] / d["seconds"] for d in drains], "events/s", instances=count)
        tell_median("instances: spread of lag at half", "matcher", [d["spread"] for d in drains], "of 1", instances=count)


def start(sizes):
    """From the start of the process to its first Kafka transaction, with a backlog before it."""
    base = Base(sizes.few)
    for worker in ("matcher", "cohort-analyzer"):
        drains = [Load(worker, base, changes(sizes.few, 2 * sizes.few)).run(1000) for _ in range(max(3, sizes.runs))]
        tell_median("start to first batch", worker, [1000 * (d["first_at"] - d["started"]) for d in drains], "ms")


def main():
    benches = {bench.__name__: bench for bench in (throughput, workers, latency, history, instances, start, outcome)}
    parser = argparse.ArgumentParser(prog="tests/bench/run")
    parser.add_argument("bench", choices=benches)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--events", type=int)
    parser.add_argument("--runs", type=int)
    options = parser.parse_args()
    sizes = dataclasses.replace(
        QUICK if options.quick else FULL, **{name: getattr(options, name) for name in ("events", "runs") if getattr(options, name)}
    )
    try:
        benches[options.bench](sizes)
    except Failure as failure:
        say(f"{options.bench}: {failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
