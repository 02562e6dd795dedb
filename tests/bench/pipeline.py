"""Databases, topics, workers and programs of the benchmarks, on the servers of deploy/dev/servers. Everything that a run needs is made
anew from a base: a copy of the base's database, and topics under a prefix of their own."""

import itertools
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = SOURCE / "build/release"
WORKERS = ("cohort-analyzer", "matcher", "goal-enricher", "success-tracker")
INPUTS = {
    "matcher": "contractor.updated", "cohort-analyzer": "contractor.updated", "goal-enricher": "contractor.matched",
    "success-tracker": "goal.completed",
}
STOP_SECONDS = 30
MINUTES_MAX = 15  # for one backlog

# What comes by the clock would come in one run and not in another.
QUIET = {"GROWTH_RECALCULATION_SCHEDULE": "off", "GROWTH_RECALCULATION_DRIFT_SHARE": "0"}
TIERS = (
    "0_5_million", "5_10_million", "11_20_million", "21_30_million", "31_50_million", "51_75_million", "76_100_million",
    "101_150_million", "151_300_million", "300_plus_million",
)


class Failure(Exception):
    """The run cannot go on; what it says is for the reader of the last lines."""


def say(text):
    print(f"tests/bench/run: {text}", file=sys.stderr, flush=True)


def execute(*command, env=None, stdin=None, seconds=MINUTES_MAX * 60):
    """Its standard output; a failure says what the command said."""
    try:
        result = subprocess.run(
            [str(part) for part in command], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, **(env or {})}, timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        raise Failure(f"{command[0]} does not end within {seconds} s")
    if result.returncode:
        raise Failure(f"{' '.join(map(str, command))[:300]}: exit {result.returncode}: {result.stderr.strip()[-800:]}")
    return result.stdout


def program(name, *arguments, env=None):
    return execute(BUILD / f"tests/bench-{name}", *arguments, env=env)


def sql(database, text):
    return execute("psql", "-U", "postgres", "-d", database, "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", text).strip()


def conninfo(database):
    return f"{os.environ['GROWTH_POSTGRES_CONNINFO']} dbname={database}"


def postmaster():
    return (pathlib.Path(os.environ["GROWTH_DEV_DIR"]) / "postgres/data/postmaster.pid").read_text().split()[0]


def brokers():
    return ",".join(path.read_text().strip() for path in pathlib.Path(os.environ["GROWTH_DEV_DIR"]).glob("kafka*/pid"))


def processes():
    """Of all that run: seconds of processor time, those of children that it has waited for, and its parent."""
    ticks = os.sysconf("SC_CLK_TCK")
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        own, waited_for = (sum(map(int, fields[i : i + 2])) / ticks for i in (11, 13))
        yield path.parent.name, own, waited_for, fields[1]


def keep_in_memory():
    """What a million contractors or outcomes take; no checkpoint falls into a measurement, nor a vacuum."""
    for setting in ("shared_buffers = '3GB'", "checkpoint_timeout = '1h'", "max_wal_size = '32GB'", "autovacuum = off"):
        sql("growth", f"ALTER SYSTEM SET {setting}")
    execute(SOURCE / "deploy/dev/servers", "restart-postgres")


def blocks(database):
    """That Postgres has looked at, by what connections said that are closed by now."""
    connections = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}' AND backend_type = 'client backend'"
    deadline = time.monotonic() + STOP_SECONDS
    while int(sql("growth", connections)):
        if time.monotonic() > deadline:
            raise Failure(f"{database}: somebody stays connected")
        time.sleep(0.05)
    return int(sql("growth", f"SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = '{database}'"))


numbers = itertools.count(1)


def unused_name():
    """For a database, or in front of topics' names."""
    return f"bench_{os.getpid()}_{next(numbers)}"


def clone(template):
    """A copy of a database that nobody is connected to. Its pages are on disk, as the template's are."""
    name = unused_name()
    execute("createdb", "-U", "postgres", "-T", template, "-S", "file_copy", name)
    sql(name, "CHECKPOINT")
    return name


def drop(database):
    execute("dropdb", "-U", "postgres", "--force", database)


def items(kind):
    return [
        {
            "item": f"{kind}_{i}", "name": f"What people call {kind} {i}", "users": 40 - i, "usage_rate": round(0.9 - i * 0.05, 2),
            "at_least": False, "grade": "AAABBBCCDD"[i], "median_adoption_months": 6, "avg_satisfaction": 4.2, "raters": 20,
            "shrunk_satisfaction": 4.1,
        }
        for i in range(10)
    ]


def pattern(place):
    """Of contractors who went from one tier to the next. Whoever works on closing_sales alone fits it and its two neighbours."""
    key = f"{TIERS[place]}>{TIERS[place + 1]}/revenue_growth"
    return key, {
        "pattern_key": key, "version": 1, "status": "active", "as_of": "2024-05-01T00:00:00Z", "from_revenue_tier": TIERS[place],
        "to_revenue_tier": TIERS[place + 1], "pattern_name": f"Pattern {place}", "pattern_description": "made up",
        "pattern_type": "revenue_growth", "sample_size": 47, "confidence_score": 0.6, "expected_success": 0.6, "consistency": 0.5,
        "outcome_voters": 0, "team_median": 9,
        "common_focus_areas": [{"item": "closing_sales", "users": 30, "usage_rate": 0.5, "at_least": False}],
        **{f"common_{kind}s": items(kind) for kind in ("milestone", "partner", "book", "podcast", "event")},
    }


class Topics:
    """All topics under a prefix of their own, with the patterns published."""

    def __init__(self):
        self.prefix = unused_name() + "."
        self.env = {"GROWTH_KAFKA_TOPIC_PREFIX": self.prefix}
        execute(
            BUILD / "bin/growthctl", "topics", "--set", f"topics.replication_factor={os.environ['GROWTH_DEV_KAFKA_BROKERS']}",
            env=self.env,
        )
        text = "".join(f"{key}\t{json.dumps(value)}\n" for key, value in map(pattern, range(len(TIERS) - 1)))
        execute(
            "kcat", "-b", os.environ["GROWTH_KAFKA_BOOTSTRAP_SERVERS"], "-P", "-t", f"{self.prefix}pattern.recalculated", "-K",
            "\t", stdin=text,
        )

    def load(self, *arguments):
        """bench-load into these topics; the numbers that it prints."""
        return [int(number) for number in program("load", *arguments, env=self.env).split()]

    def group(self, worker):
        return self.prefix + worker


class Worker:
    """Instances of one worker over a database and topics, for as long as the `with` lasts."""

    def __init__(self, name, database, topics, instances=1, **settings):
        self.name, self.database, self.topics = name, database, topics
        self.instances = instances
        self.settings = settings
        self.processes = []
        self.log = pathlib.Path(os.environ["GROWTH_DEV_DIR"]) / f"{topics.prefix}{name}.log"

    def __enter__(self):
        env = {**os.environ, **self.topics.env, **QUIET, "GROWTH_POSTGRES_CONNINFO": conninfo(self.database)}
        del env["PGUSER"]
        self.started = time.monotonic()
        for instance in range(self.instances):
            settings = {
                "instance": f"{self.name}-{instance}", "http.port": "0", "kafka.group_id": self.topics.group(self.name),
                **self.settings,
            }
            arguments = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
            with open(self.log, "ab") as log:
                self.processes.append(
                    subprocess.Popen(
                        [str(BUILD / "bin" / self.name), *arguments], env=env, stdout=subprocess.DEVNULL, stderr=log,
                    )
                )
        return self

    def __exit__(self, kind, *_):
        for process in self.processes:
            process.send_signal(signal.SIGKILL if kind else signal.SIGTERM)
        codes = []
        for process in self.processes:
            try:
                codes.append(process.wait(STOP_SECONDS))
            except subprocess.TimeoutExpired:
                process.kill()
                codes.append(process.wait())
        if kind:
            say(f"the end of {self.name}'s log:\n" + "".join(self.log.read_text().splitlines(True)[-10:]))
        elif any(codes):
            raise Failure(f"{self.name} left with {codes}: {self.log.read_text()[-800:]}")

    def processor_seconds(self):
        """Used so far by the worker, by Postgres with what it has started, and by the brokers."""
        used = dict.fromkeys(("worker", "postgres", "broker"), 0.0)
        workers, postgres, kafka = [str(process.pid) for process in self.processes], postmaster(), brokers().split(",")
        for pid, own, waited_for, parent in processes():
            if pid in workers:
                used["worker"] += own
            elif pid == postgres:
                used["postgres"] += own + waited_for
            elif parent == postgres:
                used["postgres"] += own
            elif pid in kafka:
                used["broker"] += own
        return used

    def drain(self, topic=None, skipped=1):
        """Waits until the topic's backlog is committed; what bench-drain says about it, from when so many events are."""
        return json.loads(
            program(
                "drain", self.topics.group(self.name), self.topics.prefix + (topic or INPUTS[self.name]), MINUTES_MAX * 60,
                skipped, postmaster(), brokers(), *(process.pid for process in self.processes), env=self.topics.env,
            )
        )


def rest(database):
    """Makes it a base: nothing to vacuum, nothing to publish, every position at the start of topics that are not there yet."""
    for worker in WORKERS:
        schema = worker.replace("-", "_")
        sql(database, f"UPDATE {schema}.positions SET next_offset = 0, sequence = 0; DELETE FROM {schema}.outbox")
    sql(database, "VACUUM ANALYZE")
    sql(database, "CHECKPOINT")


class Base:
    """A database in which matcher knows so many contractors, and the topics it came from."""

    def __init__(self, contractors):
        say(f"making {contractors} contractors")
        self.contractors = contractors
        self.database = unused_name()
        execute("createdb", "-U", "postgres", self.database)
        execute(BUILD / "bin/growthctl", "migrate", env={"GROWTH_POSTGRES_CONNINFO": conninfo(self.database)})
        for place in range(len(TIERS) - 1):
            sql(self.database, f"""INSERT INTO business_growth_patterns (pattern_key, version, as_of, from_revenue_tier,
                to_revenue_tier, pattern_name, pattern_type, sample_size, confidence, expected_success, consistency)
                VALUES ('{pattern(place)[0]}', 1, '2024-05-01Z', '{TIERS[place]}', '{TIERS[place + 1]}', 'Pattern {place}',
                'revenue_growth', 47, 0.6, 0.6, 0.5)""")
        self.topics = Topics()
        self.topics.load("first", contractors)
        self.run("matcher")

    def run(self, name, topic=None, topics=None):
        """A worker over what lies in the topic, for the state that it leaves."""
        with Worker(name, self.database, topics or self.topics, **{"batch.max": 5000, "batch.max_bytes": 8388608}) as worker:
            worker.drain(topic)
        rest(self.database)

    def copy(self):
        """With the same topics and a database of its own."""
        other = object.__new__(Base)
        other.contractors, other.topics, other.database = self.contractors, self.topics, clone(self.database)
        return other
