"""The product as real processes on the servers of deploy/dev/servers: a database and topics of its own, workers, kcat, psql."""

import json
import os
import pathlib
import re
import signal
import subprocess
import time

from proxy import Proxy

SOURCE = pathlib.Path(__file__).resolve().parents[2]
WORKERS = ("cohort-analyzer", "matcher", "goal-enricher", "success-tracker")
OUTPUTS = (
    "pattern.recalculated", "contractor.matched", "partner.recommended", "goal.enriched", "feedback.requested",
    "outcome.recorded",
)
PARTITIONS = 4


class Failure(Exception):
    """The run cannot go on; what it says is for the reader of the last lines."""


def run(*command, check=True, env=None, **options):
    result = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="surrogateescape",
        env={**os.environ, **(env or {})}, **options,
    )
    if check and result.returncode:
        raise Failure(f"{' '.join(command)}: exit {result.returncode}: {result.stderr.strip()[-500:]}")
    return result


class Servers:
    """Postgres and Kafka, as deploy/dev/servers runs them."""

    def __init__(self):
        self.dir = os.environ["GROWTH_DEV_DIR"]
        self.brokers = len(os.environ["GROWTH_KAFKA_BOOTSTRAP_SERVERS"].split(","))

    def control(self, action, service, *options):
        """action: start, stop, restart, kill, pause, resume. Returns when it is done."""
        return run(str(SOURCE / "deploy/dev/servers"), f"{action}-{service}", "--dir", self.dir, *options, check=False)

    def all_up(self):
        for service in ("postgres", "kafka"):
            self.control("resume", service)
            if self.control("start", service).returncode:
                raise Failure(f"{service} does not start again")


# By instance: small batches follow each other closely and are read ahead for, large ones wait for more.
BATCHES = ({"max": "1000", "linger": "30ms"}, {"max": "20", "linger": "0ms"})


class Worker:
    """One process of a worker, and how it is started again under the same instance name."""

    def __init__(self, pipeline, name, instance):
        self.pipeline = pipeline
        self.name = name
        self.instance = instance
        self.process = None
        self.armed = None  # the crash point that this life is to end at
        self.is_armed = False  # it may also stop at a point
        self.stopped_at = None  # SIGSTOPped, by us or at a point

    def start(self, crash_at=None, stop_at=None):
        env = self.pipeline.worker_environment()
        self.armed = crash_at.split(":")[0] if crash_at else None
        self.is_armed = bool(crash_at or stop_at)
        if crash_at:
            env["GROWTH_CRASH_AT"] = crash_at
        if stop_at:
            env["GROWTH_STOP_AT"] = stop_at
        with open(self.log_path(), "ab") as log:
            self.process = subprocess.Popen(
                [
                    str(self.pipeline.bin / self.name), "--set", f"instance={self.name}-{self.instance}",
                    "--set", "http.port=0",
                    "--set", "kafka.session_timeout=3s", "--set", "kafka.properties.max.poll.interval.ms=6000",
                    "--set", f"kafka.static_membership={'true' if self.pipeline.static else 'false'}",
                    "--set", "kafka.transaction_timeout=6s",
                    *(option for key, value in BATCHES[self.instance % len(BATCHES)].items() for option in ("--set", f"batch.{key}={value}")),
                    "--set", f"postgres.conninfo={self.pipeline.worker_conninfo()}",
                ],
                env=env, stdout=subprocess.DEVNULL, stderr=log,
            )

    def log_path(self):
        return self.pipeline.dir / f"{self.name}-{self.instance}.log"

    def is_alive(self):
        return self.process is not None and self.process.poll() is None

    def state(self):
        """As ps has it: R, S, T (stopped), …; empty when gone."""
        try:
            text = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text()
        except OSError:
            return ""
        return text.rsplit(")", 1)[1].split()[0]

    def signal(self, number):
        if self.is_alive():
            self.process.send_signal(number)

    def catches(self, number):
        """Whether it has a handler for the signal: not before main() has begun."""
        try:
            text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return False
        caught = next(line for line in text.splitlines() if line.startswith("SigCgt:"))
        return bool(int(caught.split()[1], 16) >> (number - 1) & 1)

    def terminate(self):
        """SIGTERM, once it can be heard; a loaded machine takes its time to load a program."""
        deadline = time.monotonic() + 10
        while self.is_alive() and not self.catches(signal.SIGTERM) and time.monotonic() < deadline:
            time.sleep(0.005)
        self.signal(signal.SIGTERM)

    def leave(self, timeout=15):
        """SIGTERM; its exit code."""
        self.signal(signal.SIGCONT)
        self.terminate()
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return "still there after SIGTERM"


class Pipeline:
    """A database, topics and workers; everything is stopped by close()."""

    def __init__(self, name, directory, binaries, servers, broken=None, volume=None, static=False):
        self.static = static  # members keep their partitions over a quick restart
        self.name = name
        self.dir = directory
        self.bin = binaries
        self.servers = servers
        self.broken = broken
        self.prefix = f"{name}."
        self.database = f"faults_{name}"
        self.workers = {}
        conninfo = os.environ["GROWTH_POSTGRES_CONNINFO"]
        self.socket = f"{os.environ['PGHOST']}/.s.PGSQL.{os.environ['PGPORT']}"
        self.conninfo = f"{conninfo} dbname={self.database}"
        self.proxy = Proxy(self.socket)
        self.dir.mkdir(parents=True, exist_ok=True)
        tablespace = f" TABLESPACE {volume}" if volume else ""
        run("psql", "-XAtqd", "postgres", "-c", f"CREATE DATABASE {self.database}{tablespace}")
        self.growthctl("migrate")
        self.growthctl("topics", "--set", f"topics.partitions={PARTITIONS}",
                       "--set", f"topics.replication_factor={servers.brokers if servers.brokers > 1 else 1}")
        run("psql", "-XAtqd", self.database, "-v", "ON_ERROR_STOP=1", "-f", str(SOURCE / "tests/faults/audit.sql"))

    def worker_conninfo(self):
        return f"host=127.0.0.1 port={self.proxy.port} dbname={self.database}"

    def worker_environment(self):
        env = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        env["GROWTH_KAFKA_TOPIC_PREFIX"] = self.prefix
        # Runs are compared: what comes by the clock is off, and what is published because of outcomes, which depends on which of them
        # come to be looked at together. They are looked at all the same, all the time.
        env.update(GROWTH_RECALCULATION_SCHEDULE="off", GROWTH_RECALCULATION_DRIFT_SHARE="0",
                   GROWTH_CONFIDENCE_PUBLISH_STEP="1", GROWTH_CONFIDENCE_EVERY="1ms")
        if self.broken:
            env["GROWTH_BREAK"] = self.broken
        return env

    def growthctl(self, *arguments, check=True):
        env = {
            "PGUSER": "postgres", "GROWTH_KAFKA_TOPIC_PREFIX": self.prefix, "GROWTH_POSTGRES_CONNINFO": self.conninfo,
        }
        return run(str(self.bin / "growthctl"), *arguments, check=check, env=env)

    def sql(self, text, check=True):
        """Rows as lists of text."""
        result = run("psql", "-XAtqd", self.database, "-F", "\t", "-v", "ON_ERROR_STOP=1", "-c", text, check=check)
        return [line.split("\t") for line in result.stdout.splitlines()]

    def add(self, name, instance, **points):
        worker = Worker(self, name, instance)
        self.workers[name, instance] = worker
        worker.start(**points)
        return worker

    def emit(self, lines, deadline=120, check=lambda: None):
        """Until Kafka has all of them; what is sent again is a duplicate, which must not matter."""
        path = self.dir / "emit.ndjson"
        path.write_text("\n".join(lines) + "\n")
        end = time.monotonic() + deadline
        sent = 0
        while True:
            check()
            sent += len(lines)
            result = self.growthctl("emit", str(path), check=False)
            if result.returncode == 0:
                return sent
            if time.monotonic() > end:
                raise Failure(f"emit: exit {result.returncode}: {result.stderr.strip()[-500:]}")

    def produce(self, topic, key, value, header, deadline=120):
        """One message, whatever its bytes, until Kafka has it."""
        path = self.dir / "value"
        path.write_bytes(value)
        end = time.monotonic() + deadline
        while run(
            "kcat", "-P", "-b", os.environ["GROWTH_KAFKA_BOOTSTRAP_SERVERS"], "-X", "message.timeout.ms=5000",
            "-t", self.prefix + topic, "-k", key, "-H", header, str(path), check=False,
        ).returncode:
            if time.monotonic() > end:
                raise Failure(f"kcat cannot produce to {topic}")

    def recalculate(self, number, as_of):
        line = {"topic": "recalculation.requested", "id": f"recalculation-{number}",
                "value": {"as_of": as_of, "reason": "manual"}}
        return self.emit([json.dumps(line)])

    def is_recalculated(self, number):
        return self.sql(
            f"SELECT 1 FROM cohort_analyzer.recalculations WHERE event_id = 'recalculation-{number}' AND finished",
            check=False) == [["1"]]

    def wait_settled(self, timeout):
        """Whether everything is consumed, swept and published in time; else what is left, in words."""
        result = self.growthctl("status", "--wait", "--timeout", f"{timeout}s", check=False)
        return None if result.returncode == 0 else result.stderr.strip()

    def messages(self, topic):
        """What a read_committed consumer gets, in the order of each partition."""
        result = run(
            "kcat", "-C", "-b", os.environ["GROWTH_KAFKA_BOOTSTRAP_SERVERS"], "-t", self.prefix + topic,
            "-X", "isolation.level=read_committed", "-X", "fetch.wait.max.ms=10", "-o", "beginning", "-e", "-q", "-J",
        )
        return [json.loads(line) for line in result.stdout.splitlines()]

    def dead_letters(self, worker):
        """(header text) of each dead letter; the payload may be anything, so it is not read."""
        result = run(
            "kcat", "-C", "-b", os.environ["GROWTH_KAFKA_BOOTSTRAP_SERVERS"], "-t", f"{self.prefix}{worker}.dlq",
            "-X", "isolation.level=read_committed", "-X", "fetch.wait.max.ms=10", "-o", "beginning", "-e", "-q",
            "-f", "%h\n",
        )
        return [line for line in result.stdout.splitlines() if "__connect.errors.topic=" in line]

    def state_dump(self):
        """The domain's tables by their public keys, as the end-to-end tests compare them."""
        script = f'. "$GROWTH_SOURCE/tests/support/pipeline.bash"; database={self.database}; state_dump'
        return run("bash", "-c", script, env={
            "GROWTH_SOURCE": str(SOURCE), "GROWTH_BIN": str(self.bin),
        }).stdout.splitlines()

    def logged(self, pattern):
        """How many lines of the workers' logs match."""
        found = re.compile(pattern)
        return sum(
            sum(1 for line in path.open(errors="replace") if found.search(line)) for path in self.dir.glob("*-*.log")
        )

    def close(self):
        for worker in self.workers.values():
            worker.signal(signal.SIGKILL)
            worker.process.wait()
        self.proxy.stop()
