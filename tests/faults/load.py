"""What flows in: a simulated history in two parts, and the same with duplicates, interleaved anew, and with poison between."""

import json
import subprocess

CUT = "2024-01-01T00:00:00Z"  # what is before it comes before the first recalculation
FIRST_AS_OF = CUT
SECOND_AS_OF = "2025-06-01T00:00:00Z"

# As tests/e2e/malformed.sh has them; here only that each is dead-lettered once by each reader counts.
POISON = [
    ("contractor.updated", "1", b'{"contractor_id":1,"occurred_at":"2024-01-02T00:'),
    ("contractor.updated", "1", b'{"contractor_id":"one","occurred_at":"2024-01-02T00:00:00Z","revenue_tier":"0_5_million"}'),
    ("contractor.updated", "2", b'{"contractor_id":1,"occurred_at":"2024-01-02T00:00:00Z","revenue_tier":"0_5_million"}'),
    ("contractor.updated", "1", b'{"contractor_id":1,"occurred_at":"2024-01-02T00:00:00Z","revenue_tier":"7_million"}'),
    ("action.recorded", "1", b'{"contractor_id":1,"occurred_at":"2024-01-02T00:00:00Z","kind":"book","item":"\xff"}'),
    ("action.recorded", "1", b'{"contractor_id":1,"occurred_at":"yesterday","kind":"book","item":"5"}'),
    ("partner.scored", "1", b"[" * 40),
    ("goal.created", "1", b'{"goal_id":"no-uuid","contractor_id":1,"occurred_at":"2024-01-02T00:00:00Z"}'),
    ("goal.completed", "1", b'{"goal_id":"00f4b82c-ef4b-5792-8507-908689b60a5f","contractor_id":1}'),
    ("feedback.submitted", "1", b'{"rating":6}'),
]

READERS = {
    "contractor.updated": ("cohort-analyzer", "matcher"),
    "action.recorded": ("cohort-analyzer", "goal-enricher"),
    "partner.scored": ("matcher",),
    "goal.created": ("goal-enricher",),
    "goal.completed": ("success-tracker",),
    "feedback.submitted": ("success-tracker",),
}


def history(growthctl, contractors, seed):
    """Two lists of NDJSON lines: before the first recalculation, and after it."""
    output = subprocess.run(
        [growthctl, "simulate", "--contractors", str(contractors), "--seed", str(seed), "--outcomes"],
        check=True, stdout=subprocess.PIPE, text=True,
    ).stdout
    events = [(line, json.loads(line)) for line in output.splitlines()]
    upstream = {event["value"]["goal_id"] for _, event in events if event["topic"] == "goal.created"}
    bulk, live = [], []
    for line, event in events:
        # Whether upstream's goal is there before our own, and whether it is known to be over when a match is read, decides about our
        # own (goal-enricher's README), and these come by different topics: so it is decided here.
        of_upstream = event["topic"] in ("goal.created", "goal.completed") and event["value"]["goal_id"] in upstream
        early = of_upstream or event["value"]["occurred_at"] < CUT
        (bulk if early else live).append(line)
    refused = [refused_by_postgres(1000000 + i) for i in range(20)]
    return spread(bulk, refused[:10]), spread(live, refused[10:])


def spread(lines, others):
    """`others` at even distances among `lines`."""
    step = len(lines) // (len(others) + 1)
    pieces = [lines[i * step : (i + 1) * step] + [other] for i, other in enumerate(others)]
    return [line for piece in pieces for line in piece] + lines[len(others) * step :]


def refused_by_postgres(contractor):
    """An action that is as any other; a constraint of audit.sql refuses it in goal-enricher, so its batch is bisected."""
    value = {"contractor_id": contractor, "occurred_at": "2023-01-01T00:00:00Z", "kind": "book", "item": "refused"}
    return json.dumps(
        {"topic": "action.recorded", "key": str(contractor), "id": f"refused-{contractor}", "value": value}
    )


def disturb(lines, rng, duplicates=0.05):
    """Each topic keeps its order, so every key does; topics are interleaved in bursts; some events come twice."""
    topics = {}
    for line in lines:
        queue = topics.setdefault(line.split('"', 4)[3], [])
        queue.append(line)
        if rng.random() < duplicates:
            queue.append(line)
    for queue in topics.values():
        queue.reverse()
    mixed = []
    while topics:
        topic = rng.choices(list(topics), weights=[len(queue) for queue in topics.values()])[0]
        queue = topics[topic]
        for _ in range(min(len(queue), rng.choice((1, 3, 20, 100)))):
            mixed.append(queue.pop())
        if not queue:
            del topics[topic]
    return mixed


def chunks(lines, count):
    """About `count` pieces of about the same length."""
    size = max(1, len(lines) // count)
    return [lines[i : i + size] for i in range(0, len(lines), size)]
