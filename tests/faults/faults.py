"""The schedule: which fault strikes when, drawn from a seed; and what has struck."""

import collections
import os
import pathlib
import re
import signal
import threading
import time
import traceback

from pipeline import SOURCE, WORKERS, Failure, run

# Where a point can be passed at all, when not by every worker at any time.
ONLY = {
    "batch.sweep": ("matcher",),
    "batch.read_ahead": ("matcher",),
    "batch.task": ("cohort-analyzer",),
    "task.": ("cohort-analyzer",),
    "bisect.": ("goal-enricher",),
    "batch.parked": ("goal-enricher", "success-tracker"),
}
RARE = ("task.", "batch.task", "batch.sweep", "bisect.", "assign.", "recover.", "revoke.", "leave.", "publish.init",
        "publish.abort", "batch.parked", "tidy.")
BROKEN_ONLY = ("publish.split",)
ZOMBIE_SECONDS = (8, 13)  # beyond session.timeout and max.poll.interval
SQLSTATES = ("40001", "40P01", "55P03", "53100", "53300", "57P03", "08006")
STEP = 0.1


def crash_points():
    """All that the runtime names."""
    names = set()
    for path in (SOURCE / "common/runtime").glob("*.c"):
        text = path.read_text()
        names.update(re.findall(r'crash_point\("([a-z_.]+)"\)', text))
        if path.name == "batch_run.c":
            names.update(re.findall(r'"(batch\.[a-z_]+)"', text))
    return sorted(names - set(BROKEN_ONLY))


def is_special(point):
    return point.startswith(tuple(ONLY))


def may_pass(point, worker):
    for prefix, workers in ONLY.items():
        if point.startswith(prefix):
            return worker in workers
    return True


class Tally:
    """What has struck, over all episodes."""

    def __init__(self):
        self.kills = self.restarts = self.zombies = self.rebalances = 0
        self.postgres = self.broker = 0
        self.hit = collections.Counter()
        self.other = collections.Counter()
        self.surprises = []

    def points_missed(self):
        return [point for point in crash_points() if not self.hit[point]]


class Chaos(threading.Thread):
    """Strikes and supervises: a worker that is gone is started again, armed for the point least often hit."""

    def __init__(self, pipeline, rng, tally, pace, volume, only=()):
        super().__init__(daemon=True)
        self.pipeline = pipeline
        self.rng = rng
        self.tally = tally
        self.pace = pace  # seconds between faults, on average
        self.volume = volume
        self.only = only  # faults by their names; empty: all
        self.focus = ()  # points to prefer
        self.undo = []  # (when, what)
        self.lock = threading.RLock()  # one hand at a time: the thread's or the healer's
        self.striking = True
        self.ending = False
        self.error = None
        self.next_strike = time.monotonic() + 1
        self.expected = set()  # process ids that we killed or told to leave
        self.leaving = set()  # and those that were told to leave and are to die of it, if they get that far

    # ---- the thread ----

    def run(self):
        try:
            while not self.ending:
                with self.lock:
                    self.step()
                time.sleep(STEP)
        except Exception:  # the main thread raises it again
            self.error = traceback.format_exc()

    def step(self):
        now = time.monotonic()
        for entry in [entry for entry in self.undo if entry[0] <= now]:
            self.undo.remove(entry)
            entry[1]()
        self.supervise()
        if self.striking and now >= self.next_strike:
            self.strike()
            self.next_strike = time.monotonic() + self.rng.expovariate(1 / self.pace)

    def note(self, what):
        """For who wants to know afterwards what happened when."""
        with open(self.pipeline.dir / "schedule.log", "a", encoding="utf-8") as log:
            log.write(f"{time.strftime('%H:%M:%S')} {what}\n")

    def later(self, seconds, what):
        self.undo.append((time.monotonic() + seconds, what))

    def heal(self):
        """No more faults: everything that was taken away comes back, now."""
        with self.lock:
            self.striking = False
            while self.undo:
                self.undo.pop()[1]()
            self.pipeline.proxy.commits_to_lose = self.pipeline.proxy.commits_to_cut = 0
            self.pipeline.servers.all_up()
            self.pipeline.sql("DELETE FROM audit.inject")
            for worker in list(self.pipeline.workers.values()):
                if worker.is_armed:
                    self.kill(worker, count=False)
            self.supervise()

    def go_on(self, focus=()):
        with self.lock:
            self.focus = focus
            self.striking = True
            self.next_strike = time.monotonic() + self.rng.uniform(0, 1)
            # Those that are to die of the phase to come must be armed when it begins.
            for worker in list(self.pipeline.workers.values()):
                if any(may_pass(point, worker.name) for point in focus):
                    self.kill(worker)
            self.supervise()

    # ---- supervision ----

    def supervise(self):
        for key, worker in list(self.pipeline.workers.items()):
            if worker.is_alive():
                if worker.state() == "T" and worker.stopped_at is None:
                    self.note_zombie(worker)
                continue
            self.note_death(worker)
            if key[1] > 1 and self.rng.random() < 0.5:
                del self.pipeline.workers[key]
            else:
                worker.start(**self.arm(worker.name))

    def note_zombie(self, worker):
        worker.stopped_at = time.monotonic()
        self.tally.zombies += 1

        def wake():
            worker.signal(signal.SIGCONT)
            worker.stopped_at = None

        self.later(self.rng.uniform(*ZOMBIE_SECONDS), wake)

    def note_death(self, worker):
        code, pid = worker.process.returncode, worker.process.pid
        self.note(f"{worker.name}-{worker.instance} ended with {code}, armed for {worker.armed}")
        worker.stopped_at = None
        if pid in self.expected:
            self.expected.discard(pid)
            if code not in (0, -signal.SIGKILL):
                self.tally.surprises.append(f"{worker.name} left with {code} on SIGTERM")
        elif code == -signal.SIGKILL and worker.armed:
            self.tally.kills += 1
            self.tally.hit[worker.armed] += 1
        elif code == 75:
            self.tally.other["left with 75"] += 1
        elif code == 0 and pid in self.leaving:
            # It had not joined the group yet, so there was nothing to leave.
            self.tally.other["left at its start"] += 1
        else:
            self.tally.surprises.append(f"{worker.name} left with {code} by itself")

    def arm(self, name):
        """Most lives end at a point; the one least often hit comes first."""
        if not self.striking or self.rng.random() < 0.2:
            return {}
        points = [point for point in crash_points() if may_pass(point, name) and not point.startswith("leave.")]
        focused = [point for point in points if point.startswith(self.focus)] if self.focus else []
        points = focused or points
        self.rng.shuffle(points)
        # What few can pass, and not at any time, gets the first turn.
        hit = self.tally.hit
        point = min(points, key=lambda candidate: (hit[candidate], hit[candidate] > 0 or not is_special(candidate)))
        most = 1 if point.startswith(RARE) else 5
        if self.rng.random() < 0.12 and point.startswith(("batch.", "publish.")):
            return {"stop_at": f"{point}:{self.rng.randint(1, most)}"}
        return {"crash_at": f"{point}:{self.rng.randint(1, most)}"}

    def kill(self, worker, count=True):
        if not worker.is_alive():
            return
        self.expected.add(worker.process.pid)
        worker.armed = None
        worker.signal(signal.SIGKILL)
        worker.process.wait()
        self.tally.kills += count

    def some_worker(self, names=WORKERS):
        alive = [w for w in self.pipeline.workers.values() if w.is_alive() and not w.stopped_at and w.name in names]
        return self.rng.choice(sorted(alive, key=lambda w: (w.name, w.instance))) if alive else None

    # ---- faults ----

    def strike(self):
        faults = (
            (14, self.kill_one), (14, self.scale_out), (12, self.scale_in), (12, self.zombie), (7, self.postgres),
            (6, self.broker), (4, self.lose_answers), (4, self.cut_commits), (3, self.cut_connections),
            (3, self.terminate_backends), (2, self.stall_postgres), (3, self.lock_table), (4, self.inject),
            (2, self.fill_volume),
        )
        if self.only:
            faults = [(weight, fault) for weight, fault in faults if fault.__name__ in self.only]
        fault = self.rng.choices([fault for _, fault in faults], weights=[weight for weight, _ in faults])[0]
        self.note(fault.__name__)
        fault()

    def kill_one(self):
        worker = self.some_worker()
        if worker:
            self.kill(worker)

    def scale_out(self):
        name = self.rng.choice(WORKERS)
        for instance in (2, 3):
            if (name, instance) not in self.pipeline.workers:
                self.pipeline.add(name, instance, **self.arm(name))
                return

    def scale_in(self):
        worker = self.some_worker()
        if not worker:
            return
        if self.rng.random() < 0.5:
            # It dies at a point of leaving, which only one that was started so can.
            self.kill(worker, count=False)
            point = min(("leave.begin", "leave.closed"), key=lambda candidate: self.tally.hit[candidate])
            worker.start(crash_at=f"{point}:1")
            process = worker.process

            def tell():
                # Unless it has died meanwhile, and another lives under its name.
                if worker.process is process:
                    self.leaving.add(process.pid)
                    worker.terminate()

            self.later(2, tell)
        else:
            self.expected.add(worker.process.pid)
            worker.terminate()

    def zombie(self):
        worker = self.some_worker()
        if not worker:
            return
        if (worker.name, 2) not in self.pipeline.workers:
            self.pipeline.add(worker.name, 2)  # somebody to take over
        if self.rng.random() < 0.3:
            worker.signal(signal.SIGSTOP)
            return
        # With a batch in hand, which it will want to finish when it wakes.
        self.kill(worker, count=False)
        point = self.rng.choice(("batch.begin", "batch.begin", "batch.messages", "publish.produced"))
        worker.start(stop_at=f"{point}:{self.rng.randint(2, 6)}")

    def postgres(self):
        servers = self.pipeline.servers
        kind = self.rng.choice(("fast", "immediate", "kill"))
        self.tally.restarts += 1
        self.tally.postgres += 1
        if kind == "kill":
            servers.control("kill", "postgres")
        else:
            servers.control("stop", "postgres", "--mode", kind)
        self.later(self.rng.uniform(0, 4), lambda: servers.control("start", "postgres"))

    def broker(self):
        servers = self.pipeline.servers
        which = ("--broker", str(self.rng.randint(1, servers.brokers))) if servers.brokers > 1 else ()
        kind = self.rng.choice(("stop", "kill", "pause"))
        self.tally.restarts += 1
        self.tally.broker += 1
        servers.control(kind, "kafka", *which)
        back = "resume" if kind == "pause" else "start"
        self.note(f"kafka: {kind} done")

        def come_back():
            servers.control(back, "kafka", *which)
            self.note(f"kafka: {back} done")

        self.later(self.rng.uniform(1, 8), come_back)

    def lose_answers(self):
        self.pipeline.proxy.commits_to_lose += self.rng.randint(1, 3)
        self.tally.other["answer to COMMIT lost"] += 1

    def cut_commits(self):
        self.pipeline.proxy.commits_to_cut += self.rng.randint(1, 3)
        self.tally.other["cut at COMMIT"] += 1

    def cut_connections(self):
        self.pipeline.proxy.cut_all()
        self.tally.other["all connections cut"] += 1

    def stall_postgres(self):
        self.pipeline.proxy.stall()
        self.tally.other["Postgres stalled"] += 1
        self.later(self.rng.uniform(2, 9), self.pipeline.proxy.flow)

    def terminate_backends(self):
        self.tally.other["backends terminated"] += 1
        self.pipeline.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE usename LIKE 'growth%' AND datname = current_database()", check=False)

    def lock_table(self):
        table = self.rng.choice((
            "matcher.positions", "public.contractors", "public.ai_concierge_goals", "success_tracker.outbox",
            "cohort_analyzer.outbox", "public.contractor_actions",
        ))
        seconds = self.rng.uniform(1, 6)
        self.tally.other["table locked"] += 1
        threading.Thread(target=self.pipeline.sql, args=(
            f"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep({seconds:.1f}); COMMIT", False,
        ), daemon=True).start()

    def inject(self):
        code = self.rng.choice(SQLSTATES)
        self.tally.other[f"SQLSTATE {code}"] += 1
        self.pipeline.sql(f"INSERT INTO audit.inject VALUES ('{code}', 0.5)", check=False)

        def stop():
            if not self.pipeline.sql("DELETE FROM audit.inject RETURNING 1", check=False) and self.striking:
                self.later(1, stop)  # no server to tell it to

        self.later(self.rng.uniform(1, 4), stop)

    def fill_volume(self):
        if not self.volume:
            return
        self.tally.other["volume filled"] += 1
        self.volume.fill()
        self.later(self.rng.uniform(2, 6), self.volume.empty)


class Volume:
    """A small file system of its own for the test's tables, to be filled up. Needs to be root, and to be let."""

    MEGABYTES = 400

    def __init__(self, directory):
        self.path = pathlib.Path(directory) / "volume"
        self.name = "small"
        self.path.mkdir()
        run("mount", "-t", "tmpfs", "-o", f"size={self.MEGABYTES}m", "tmpfs", str(self.path))
        place = self.path / "tables"
        place.mkdir()
        if os.geteuid() == 0:
            run("chown", "postgres", str(place))
        run("psql", "-XAtqd", "postgres", "-c", f"CREATE TABLESPACE {self.name} LOCATION '{place}'")

    @staticmethod
    def make(directory):
        """None where it cannot be mounted."""
        try:
            return Volume(directory)
        except (Failure, OSError):
            return None

    def fill(self):
        with open(self.path / "filler", "wb") as filler:
            try:
                while True:
                    filler.write(b"\0" * (1 << 20))
            except OSError:
                pass

    def empty(self):
        (self.path / "filler").unlink(missing_ok=True)

    def close(self):
        self.empty()
        run("umount", "-l", str(self.path), check=False)
