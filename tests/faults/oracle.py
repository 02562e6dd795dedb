"""What must be true in the end.

1. Every outbox row that was committed is in Kafka: each of its messages once, byte for byte, and those of one consumed partition
   in its order. Nothing else is there. (audit.outbox against the topics)
2. Positions move forward only, a batch at a time: no message is handled twice, no epoch goes back. (audit.positions)
3. Every table equals, row by row, that of an undisturbed run of the same history without duplicates and poison. What outcomes make of a
   pattern's confidence is among it: who says what, the sums, the figures, the time that they are for, to the last bit.
   Publishing it between recalculations is switched off (confidence.publish_step): which outcomes are looked at together is a matter of time,
   so are the versions between, and who is matched by another version may be made other goals. With it on, e2e/confidence.sh
   compares the figures for given outcomes, and e2e/end_state.sh those of a disturbed run with a count of all its votes; what
   is published is to lie within the step of them.
4. The outputs equal the undisturbed run's, ids and headers included, with these exceptions, where the order in which a worker reads two
   topics decides, as it may:
   - `snapshot` in contractor.matched is an offset of the pattern topic, which aborted transactions move: any number will do;
   - after the first recalculation goal.enriched depends on which of a contractor's match and his action was read first,
     partner.recommended (and its time) on which of his scores and his match, outcome.recorded on which of completion and feedback: the last message of
     each goal and contractor, and of each goal and voter the one with the latest `occurred_at` (which is what replaces the others), must
     equal; those before need not be there.
5. Of each message that cannot be handled there is one dead letter of each of its readers, and no other.
6. Actions and latest profiles are what SQL finds in the input itself, without any worker.
"""

import collections
import hashlib
import json
import re
import struct

from load import READERS
from pipeline import OUTPUTS, WORKERS

LAST_COUNTS = {  # which messages of a topic speak of the same thing
    "goal.enriched": lambda key, value: value.get("goal_id") if value else key,
    "partner.recommended": lambda key, value: key,
    "outcome.recorded": lambda key, value: (value["goal_id"], value["voter"]),
}


class Verdict:
    """Counts by kind, and what it is about in words."""

    def __init__(self):
        self.counts = collections.Counter()
        self.words = []
        self.details = []

    def add(self, kind, count, words):
        """kind: lost, duplicated or unexplained."""
        if count:
            self.counts[kind] += count
            self.words.append(f"{kind} ({count}): {words}")

    def is_clean(self):
        return not self.counts


OUTBOX_BLOCKS = bytes.fromhex("6c7a3401")


def decompress(packed):
    """A block of LZ4's: literals, then a copy of what came before, and so on; the last ones are literals."""
    position, plain = 0, bytearray()

    def length_of(nibble):
        nonlocal position
        length = nibble
        while nibble == 15:
            length += packed[position]
            position += 1
            if packed[position - 1] < 255:
                break
        return length

    while True:
        token = packed[position]
        position += 1
        literals = length_of(token >> 4)
        plain += packed[position : position + literals]
        position += literals
        if position == len(packed):
            return bytes(plain)
        distance = int.from_bytes(packed[position : position + 2], "little")
        position += 2
        for _ in range(4 + length_of(token & 15)):
            plain.append(plain[-distance])


def unpack_outbox(data):
    """As common/runtime/outbox_block.h lays it out."""
    if not data.startswith(OUTBOX_BLOCKS):
        return data
    position, plain = len(OUTBOX_BLOCKS), b""
    while position < len(data):
        length, packed = struct.unpack(">II", data[position : position + 8])
        position += 8 + packed
        block = decompress(data[position - packed : position])
        assert len(block) == length, f"a block of {length} bytes has {len(block)}"
        plain += block
    return plain


def parse_outbox(data):
    """As common/runtime/outbox.h lays it out: (topic, key, value, headers) each."""
    position = 0
    messages = []

    def take(size):
        nonlocal position
        position += size
        return data[position - size : position]

    def sized():
        length = struct.unpack(">i", take(4))[0]
        return None if length < 0 else take(length)

    while position < len(data):
        topic = take(struct.unpack(">I", take(4))[0]).decode()
        key, value = sized(), sized()
        headers = []
        for _ in range(struct.unpack(">H", take(2))[0]):
            name = take(struct.unpack(">H", take(2))[0])
            headers.append((name.decode(errors="replace"), sized()))
        messages.append((topic, key, value, headers))
    return messages


def header(headers, name):
    for key, value in headers:
        if key == name and value is not None:
            return value.decode(errors="replace") if isinstance(value, bytes) else value
    return None


def pairs(flat):
    """kcat's headers are a flat list."""
    return list(zip(flat[::2], flat[1::2]))


def digest(value):
    return "null" if value is None else hashlib.sha1(value).hexdigest()


class Outputs:
    """A run's committed outbox and what a read_committed consumer got."""

    def __init__(self, pipeline):
        self.promised = []  # (worker, source partition, topic, ce_id, key, value), in the order of commits
        self.letters = collections.Counter()  # (worker, topic, partition, offset) of each dead letter promised
        self.sequences = collections.defaultdict(list)
        for worker, topic, partition, sequence, data in pipeline.sql(
            "SELECT worker, topic, partition, sequence, encode(messages, 'hex') FROM audit.outbox ORDER BY id"
        ):
            source = (worker, topic, int(partition))
            self.sequences[source].append(int(sequence))
            for out_topic, key, value, headers in parse_outbox(unpack_outbox(bytes.fromhex(data))):
                if out_topic.endswith(".dlq"):
                    self.letters[place(headers, out_topic)] += 1
                else:
                    self.promised.append((source, out_topic, header(headers, "ce_id"), key, value))
        self.kept = {topic: pipeline.messages(topic) for topic in OUTPUTS}


def place(headers, dlq):
    names = ("__connect.errors.topic", "__connect.errors.partition", "__connect.errors.offset")
    return (dlq, *(header(headers, name) for name in names))


def check_publication(outputs, verdict):
    """Rule 1 but for dead letters."""
    promised = collections.Counter((t, i, digest(v)) for _, t, i, _, v in outputs.promised)
    kept = collections.Counter()
    where = {}
    for topic, messages in outputs.kept.items():
        for m in messages:
            value = None if m["payload"] is None else m["payload"].encode()
            ce_id = header(pairs(m.get("headers", [])), "ce_id")
            kept[topic, ce_id, digest(value)] += 1
            where[topic, ce_id] = (m["partition"], m["offset"])
    lost = promised - kept
    verdict.add("lost", sum(lost.values()), f"committed in Postgres, not in Kafka: {list(lost)[:3]}")
    twice = {entry: count for entry, count in kept.items() if count > 1 and entry in promised}
    verdict.add("duplicated", sum(count - 1 for count in twice.values()), f"in Kafka more than once: {list(twice)[:3]}")
    strange = kept.keys() - promised.keys()
    verdict.add("unexplained", len(strange), f"in Kafka, never committed in Postgres: {list(strange)[:3]}")
    ids = collections.Counter((t, i) for _, t, i, _, _ in outputs.promised)
    again = [entry for entry, count in ids.items() if count > 1]
    verdict.add("duplicated", len(again), f"one id for two outputs: {again[:3]}")
    for source, sequences in outputs.sequences.items():
        verdict.add("duplicated", len(sequences) - len(set(sequences)), f"sequence used twice by {source}")
    reached = {}
    disorder = 0
    for source, topic, ce_id, _, _ in outputs.promised:
        partition, offset = where.get((topic, ce_id), (None, None))
        if partition is None:
            continue
        if offset < reached.get((source, topic, partition), -1):
            disorder += 1
        reached[source, topic, partition] = offset
    verdict.add("unexplained", disorder, "outputs of a partition are out of its order")


def check_positions(pipeline, verdict):
    """Rule 2."""
    for worker, topic, partition, old_epoch, old_sequence, old_offset, epoch, sequence, offset in pipeline.sql(
        "SELECT worker, topic, partition, coalesce(old_epoch, 0), coalesce(old_sequence, 0), coalesce(old_offset, 0),"
        " epoch, sequence, next_offset FROM audit.positions"
        " WHERE epoch < old_epoch OR sequence NOT IN (old_sequence, old_sequence + 1) OR next_offset < old_offset"
        " OR (sequence = old_sequence AND next_offset > old_offset)"
    ):
        handled_again = max(0, int(old_offset) - int(offset))
        verdict.add(
            "duplicated" if handled_again else "unexplained", handled_again or 1,
            f"{worker} {topic}[{partition}]: epoch {old_epoch}, sequence {old_sequence}, offset {old_offset}"
            f" became {epoch}, {sequence}, {offset}")
    rows = pipeline.sql(
        " UNION ALL ".join(f"SELECT '{w}', count(*) FROM {w.replace('-', '_')}.outbox" for w in WORKERS))
    for worker, count in rows:
        verdict.add("unexplained", int(count), f"rows left in {worker}'s outbox")


def check_dead_letters(pipeline, outputs, poisoned, verdict):
    """Rules 1 and 5. poisoned: {mark: topic} of the messages that were sent to fail, by the mark in their header."""
    kept = collections.Counter()
    seen = collections.Counter()
    for worker in WORKERS:
        for line in pipeline.dead_letters(worker):
            topic, partition, offset = re.search(
                r"__connect\.errors\.topic=([^,]*),__connect\.errors\.partition=([^,]*),__connect\.errors\.offset=([^,]*)",
                line).groups()
            kept[f"{worker}.dlq", topic, partition, offset] += 1
            mark = re.search(r"(?:poison|ce_id)=(\w[\w-]*)", line)
            seen[worker, mark.group(1) if mark else f"{topic}/{partition}/{offset}"] += 1
    lost = outputs.letters - kept
    verdict.add("lost", sum(lost.values()), f"dead letters that are not in Kafka: {list(lost)[:3]}")
    twice = kept - outputs.letters
    verdict.add("duplicated", sum(twice.values()), f"dead letters too many: {list(twice)[:3]}")
    repeated = [entry for entry, count in kept.items() if count > 1]
    verdict.add("duplicated", len(repeated), f"dead-lettered twice: {repeated[:3]}")
    expected = {(worker, mark) for mark, topic in poisoned.items() for worker in READERS[topic]}
    missing = expected - seen.keys()
    verdict.add("lost", len(missing), f"bad messages without a dead letter: {sorted(missing)[:3]}")
    strange = {entry for entry in seen if entry not in expected and not entry[1].startswith("refused-")}
    verdict.add("unexplained", len(strange), f"dead letters of good messages: {sorted(strange)[:3]}")


def compare_lines(verdict, what, expected, found):
    expected, found = collections.Counter(expected), collections.Counter(found)
    lost, strange = expected - found, found - expected
    for kind, lines in (("lost", lost), ("unexplained", strange)):
        verdict.details.extend(f"{what}\t{kind}\t{line}" for line in sorted(lines))
        shown = "; ".join(line[:300] for line in sorted(lines)[:2])
        verdict.add(kind, sum(lines.values()), f"{what}: {'missing' if kind == 'lost' else 'not expected'}: {shown}")


def comparable(outputs):
    """Rule 4: lines of what must be the same in two runs."""
    lines = []
    for topic, messages in outputs.kept.items():
        if topic in LAST_COUNTS:
            continue
        for m in messages:
            payload = re.sub(r'"snapshot":\d+', '"snapshot":0', m["payload"] or "null")
            lines.append("\t".join((topic, m["key"], json.dumps(m.get("headers")), payload)))
    last = {}
    for _, topic, _, key, value in outputs.promised:
        if topic in LAST_COUNTS:
            document = json.loads(value) if value is not None else None
            what = topic, LAST_COUNTS[topic](key.decode(), document)
            if topic == "outcome.recorded" and what in last and last[what][0] > document["occurred_at"].rstrip("Z"):
                continue
            if topic == "partner.recommended" and document:
                value = json.dumps({**document, "occurred_at": None}).encode()
            last[what] = document and document["occurred_at"].rstrip("Z"), value.decode() if value is not None else "null"
    lines.extend(f"{topic}\t{what}\t{value}" for (topic, what), (_, value) in last.items())
    return lines


def check_input(pipeline, lines, verdict):
    """Rule 6: what the tables should hold, found in the input alone."""
    actions, latest = {}, {}
    for line in lines:
        event = json.loads(line)
        value = event["value"]
        if event["topic"] == "action.recorded":
            actions[event["id"]] = "\t".join((event["id"], str(value["contractor_id"]), value["kind"], value["item"]))
        elif event["topic"] == "contractor.updated":
            candidate = (value["occurred_at"], event["id"], value["revenue_tier"])
            latest[value["contractor_id"]] = max(latest.get(value["contractor_id"], candidate), candidate)
    found = ["\t".join(row) for row in pipeline.sql(
        "SELECT event_id, contractor_id, kind, item FROM contractor_actions")]
    compare_lines(verdict, "actions", actions.values(), found)
    compare_lines(
        verdict, "profiles", [f"{contractor}\t{tier}" for contractor, (_, _, tier) in latest.items()],
        ["\t".join(row) for row in pipeline.sql("SELECT id, revenue_tier FROM contractors")])


class Reference:
    """An undisturbed run's end."""

    def __init__(self, pipeline):
        self.state = pipeline.state_dump()
        self.parked = parked(pipeline)
        self.outputs = comparable(Outputs(pipeline))


def parked(pipeline):
    """Twice the same message is parked twice, each at its offset."""
    return ["\t".join(row) for row in pipeline.sql(" UNION ALL ".join(
        f"SELECT DISTINCT '{w}', topic, waiting_for, reason FROM {w.replace('-', '_')}.parked" for w in WORKERS))]


def judge(pipeline, reference, lines, poisoned):
    verdict = Verdict()
    outputs = Outputs(pipeline)
    check_publication(outputs, verdict)
    check_positions(pipeline, verdict)
    check_dead_letters(pipeline, outputs, poisoned, verdict)
    compare_lines(verdict, "state", reference.state, pipeline.state_dump())
    compare_lines(verdict, "parked", reference.parked, parked(pipeline))
    compare_lines(verdict, "outputs", reference.outputs, comparable(outputs))
    check_input(pipeline, lines, verdict)
    return verdict
