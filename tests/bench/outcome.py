"""What an outcome of a goal costs, with few and with many before it: tests/bench/run outcome. README.md says what each figure is."""

import collections
import contextlib
import json
import os
import pathlib
import time

from figures import tell_median
from pipeline import (
    BUILD, SOURCE, Failure, Topics, Worker, blocks, conninfo, drop, execute, keep_in_memory, postmaster, program, say, sql, unused_name,
)

SCHEMAS = {"success-tracker": "success_tracker", "cohort-analyzer": "cohort_analyzer"}
TOPICS = {"success-tracker": "goal.completed", "cohort-analyzer": "outcome.recorded"}
# cohort-analyzer looks at what outcomes say of patterns after each batch or so, and has nothing to publish.
SETTINGS = {"success-tracker": {}, "cohort-analyzer": {"confidence.every": "100ms", "confidence.publish_step": 1}}
# Goals that are corrected come one after another, far apart, none twice in 1,000.
STRIDE = 7919
LOOKED_AT_SECONDS = 60
TURNS = 10
TICKS = os.sysconf("SC_CLK_TCK")


class History:
    """A database with so many outcomes before, and so many goals of which the outcome is still to come."""

    def __init__(self, earlier, open_goals):
        say(f"making {earlier} outcomes")
        self.earlier, self.done, self.rounds = earlier, 0, 0
        self.database = unused_name()
        execute("createdb", "-U", "postgres", self.database)
        execute(BUILD / "bin/growthctl", "migrate", env={"GROWTH_POSTGRES_CONNINFO": conninfo(self.database)})
        execute(
            "psql", "-U", "postgres", "-d", self.database, "-Xq", "-v", "ON_ERROR_STOP=1", "-v", f"earlier={earlier}", "-v",
            f"open={open_goals}", "-f", SOURCE / "tests/bench/outcome.sql",
        )

    def copy(self):
        """As it was made; not by files, which would take a checkpoint."""
        other = object.__new__(History)
        other.earlier, other.done, other.rounds, other.database = self.earlier, 0, 0, unused_name()
        execute("createdb", "-U", "postgres", "-T", self.database, "-S", "wal_log", other.database)
        return other

    def completions(self, count):
        """As many goal.completed as lines: by turns the first of an open goal and a later one of a goal that has turned out."""
        self.rounds += 1
        first, self.done = self.done, self.done + count // 2
        lines = sql(self.database, f"""SELECT json_build_object('topic', 'goal.completed', 'key', g.contractor_id::text, 'value',
            json_build_object('goal_id', g.goal_uuid, 'contractor_id', g.contractor_id, 'occurred_at',
            timestamptz '2024-07-01 UTC' + {self.rounds} * interval '1 day' + n * interval '1 second', 'outcome', 'completed',
            'satisfaction', 4, 'revenue_impact', 'positive'))
            FROM generate_series(0, {count - 1}) AS n JOIN ai_concierge_goals g ON g.contractor_id = CASE
                WHEN n % 2 = 0 THEN {self.earlier} + 1 + {first} + n / 2
                ELSE 1 + ({first} + n / 2)::bigint * {STRIDE} % {self.earlier} END
            ORDER BY n""")
        if lines.count("\n") + 1 != count:
            raise Failure(f"{self.database}: there are no open goals left")
        return lines + "\n"


class Loop:
    """Both workers over a history, for as long as the `with` lasts."""

    def __init__(self, history, warm_up):
        self.history, self.warm_up, self.stack = history, warm_up, contextlib.ExitStack()

    def __enter__(self):
        for schema in SCHEMAS.values():
            sql(self.history.database, f"DELETE FROM {schema}.positions; DELETE FROM {schema}.outbox")
        self.topics = Topics()
        self.workers = [
            self.stack.enter_context(Worker(name, self.history.database, self.topics, **SETTINGS[name])) for name in SCHEMAS
        ]
        if self.warm_up:
            self.handle(self.warm_up)
        return self

    def __exit__(self, *what):
        return self.stack.__exit__(*what)

    def handle(self, count):
        """So many outcomes; seconds that they took, of a clock and of processors."""
        completions, before, start = self.history.completions(count), self.seconds(), time.monotonic()
        execute(BUILD / "bin/growthctl", "emit", "-", stdin=completions, env=self.topics.env)
        end = self.settle()
        after = self.seconds()
        return {"time": end - start, **{name: after[name] - before[name] for name in before}}

    def settle(self):
        """Until all is consumed and looked at; when it was consumed."""
        for worker in self.workers:
            drained = worker.drain(TOPICS[worker.name])
        deadline = time.monotonic() + LOOKED_AT_SECONDS
        while int(sql(self.history.database, "SELECT count(*) FROM cohort_analyzer.due_voters WHERE due_at = '-infinity'")):
            if time.monotonic() > deadline:
                raise Failure("cohort-analyzer does not look at what outcomes say")
        return drained["first_at"] + drained["seconds"]

    def seconds(self):
        """Processor time until now: of each worker and its connections, and of both and all of Postgres."""
        seconds = {"both": sum(seconds_of_children(postmaster()))}
        for worker in self.workers:
            backends = sql(
                "growth", f"SELECT pid FROM pg_stat_activity WHERE usename = 'growth_{SCHEMAS[worker.name]}' AND"
                f" datname = '{self.history.database}'"
            ).split()
            own = sum(processor_seconds(process.pid) for process in worker.processes)
            seconds[worker.name] = own + sum(map(processor_seconds, backends))
            seconds["both"] += own
        return seconds


def process_fields(pid):
    """From the state on: proc(5)."""
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def processor_seconds(pid, fields=None):
    return sum(map(int, (fields or process_fields(pid))[11:13])) / TICKS


def seconds_of_children(parent):
    for path in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            fields = process_fields(path.name)
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended
        if fields[1] == parent:
            yield processor_seconds(path.name, fields)


def tell_costs(costs, what, unit):
    """costs: of the rounds."""
    for name in costs[0]:
        kind, worker = (name, "both") if name in ("time", "blocks") else ("cpu", name)
        tell_median(f"{what}: {kind}", worker, [its[name] for its in costs], unit if kind != "blocks" or unit == "x" else "blocks")


def compare(few, many, sizes, warm_up):
    """Milliseconds an outcome, of each, and blocks. A few hundred by turns: others on the machine are then in the way of both."""
    loops, costs = [Loop(history, warm_up[history.earlier]) for history in (few, many)], [collections.Counter(), collections.Counter()]
    before = [blocks(history.database) for history in (few, many)]
    with loops[0], loops[1]:
        for _ in range(TURNS):
            for loop, its in zip(loops, costs):
                its.update(loop.handle(sizes.outcomes // TURNS))
    for history, its, earlier_blocks in zip((few, many), costs, before):
        for name in its:
            its[name] *= 1e3 / sizes.outcomes
        its["blocks"] = (blocks(history.database) - earlier_blocks) / (sizes.outcomes + warm_up[history.earlier])
        say(f"with {history.earlier} before: " + ", ".join(f"{name} {value:.4f}" for name, value in its.items()))
    return costs


def in_process(base, many, sizes):
    """cohort-analyzer's handler and look alone, without broker, decoding, positions and outbox."""
    costs = {base.earlier: [], many.earlier: []}
    for number in range(sizes.runs):
        few = base.copy()
        for history in (few, many):
            env = {"GROWTH_POSTGRES_CONNINFO": f"{conninfo(history.database)} user=growth_cohort_analyzer"}
            found = json.loads(program("outcome", history.earlier, sizes.outcomes, number, env=env))
            costs[history.earlier].append(found["cpu_ms"])
            say(f"in process, with {history.earlier} before: {found}")
        drop(few.database)
    for earlier, values in costs.items():
        tell_median(f"an outcome stored and looked at in process, with {earlier} before", "cohort-analyzer", values, "ms")
    tell_median(
        f"an outcome stored and looked at in process, with {many.earlier} before it, against {base.earlier}", "cohort-analyzer",
        [above / below for above, below in zip(costs[many.earlier], costs[base.earlier])], "x",
    )


def outcome(sizes):
    """With few as they were made, anew each round, and with many, going on."""
    few_earlier, many_earlier = sizes.outcomes_history
    # With many it takes more until a connection has seen all of the shared memory that it will need.
    warm_up = {few_earlier: sizes.outcomes // 4, many_earlier: 2 * sizes.outcomes}
    keep_in_memory()
    base = History(few_earlier, (sizes.outcomes + warm_up[few_earlier]) // 2)
    many = History(many_earlier, (sizes.runs + 1) * (sizes.outcomes + warm_up[many_earlier]) // 2)
    in_process(base, many, sizes)
    rounds = []
    for _ in range(sizes.runs):
        few = base.copy()
        rounds.append(compare(few, many, sizes, warm_up))
        drop(few.database)
    for earlier, costs in zip((few_earlier, many_earlier), zip(*rounds)):
        tell_costs(costs, f"an outcome, with {earlier} before", "ms")
    ratios = [{name: above[name] / below[name] for name in above} for below, above in rounds]
    tell_costs(ratios, f"an outcome with {many_earlier} before it, against {few_earlier}", "x")
    # The first change of a page after a checkpoint logs all of it; how often that is follows from the checkpoints.
    with Loop(many, sizes.outcomes // 4) as loop:
        sql(many.database, "CHECKPOINT")
        costs = {name: 1e3 * seconds / sizes.outcomes for name, seconds in loop.handle(sizes.outcomes).items()}
    tell_costs([costs], f"an outcome, with {many_earlier} before, right after a checkpoint", "ms")
