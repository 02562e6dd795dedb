#!/usr/bin/env python3
"""For tests/e2e/attacks.sh.

  attacks.py history   NDJSON of growthctl simulate, each free text in it with something in it that a careless program obeys
  attacks.py literal   JSON values, one a line: whatever is left of those texts in them is still what was sent; prints how many
  attacks.py poison    messages (topic, key, value, by tabs), each with a text that no text may be, in one field after the other
  attacks.py http PORT clients of the health endpoint that mean no good, and one who does
"""
import json
import re
import socket
import sys
import threading
import time
import zlib

OPEN, CLOSE = "\u27e6", "\u27e7"
PAYLOADS = [
    "'; DROP TABLE contractors; --", '"', "\\", "\\'", "''", "\\'; SELECT 1; --", "{a,NULL,\"b\"}", "}", "{", "NULL", "\\N", "\\.",
    "$1 $2 $$ $x$", "%s%n%x%1$s%%", "--", "/* */", "a\tb\nc\r", "\u0001\u001b[31mred\u001b[0m\u0007", "\u009b31m", "\u007f", "\u202eevil",
    "\u2028\u2029", "\U0001f600\U0010fffd", "e\u0301\u0130\ufb00\ufeff", "E'\\x41'", "{partner}", "{n, plural, other {#}}", "#'{'",
    "<script>alert(1)</script>&amp;", "../../../../etc/passwd", "`id`$(id)|;&", "\\u0000", "\\x00", "::jsonb", "%00", "(1,\"2\")", ",",
]
# Only where it is a name or a sentence: what is a word of the vocabulary is looked up, never stored as it is.
TEXTS = {"name", "partner_id", "goal_description", "target_milestone", "notes", "what_worked", "what_didnt_work"}
POISON = ['\\u0000', '\\ud800', '\\udfff\\ud800', b'\xff'.decode('latin-1'), b'\xc0\x80'.decode('latin-1'), b'\xed\xa0\x80'.decode('latin-1')]


def payload(text):
    return text + OPEN + PAYLOADS[zlib.crc32(text.encode()) % len(PAYLOADS)] + CLOSE


def spoil(value, kind):
    if isinstance(value, list):
        return [spoil(each, kind) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: payload(each) if key in TEXTS or (key == "item" and kind in ("partner", "book", "podcast", "event"))
            else spoil(each, kind) for key, each in value.items()}


def history():
    for line in sys.stdin:
        event = json.loads(line)
        event["value"] = spoil(event["value"], (event["value"] or {}).get("kind"))
        print(json.dumps(event))


def texts_in(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from texts_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_in(each)


def literal():
    known, seen, count = set(PAYLOADS), set(), 0
    for line in sys.stdin:
        for text in texts_in(json.loads(line)):
            for found in re.findall(OPEN + "(.*?)(?:" + CLOSE + "|$)", text, re.DOTALL):
                if found not in known:
                    sys.exit(f"not what was sent: {found!r} in {text[:200]!r}")
                seen.add(found)
                count += 1
    print(count, len(seen))


FIELDS = {
    "contractor.updated": ('"revenue_tier":"0_5_million","current_stage":"x","team_size":"x","focus_areas":["x"],"unknown":"x"', 2),
    "action.recorded": ('"kind":"book","item":"x","name":"x","unknown":{"x":[0]}', 2),
    "goal.created": ('"goal_id":"0b9e2c7e-6f0c-4f3e-9d53-2f3f4f0a1b11","goal_type":"website","goal_description":"x","target_milestone":"x",'
                     '"data_gaps":["x"],"trigger_condition":"x"', 1),
    "goal.completed": ('"goal_id":"0b9e2c7e-6f0c-4f3e-9d53-2f3f4f0a1b11","outcome":"completed","notes":"x","what_worked":"x",'
                       '"what_didnt_work":"x"', 1),
    "feedback.submitted": ('"goal_id":"0b9e2c7e-6f0c-4f3e-9d53-2f3f4f0a1b11","rating":1,"notes":"x"', 1),
    "partner.scored": ('"partners":[{"partner_id":"x","name":"x","match_score":1}]', 1),
}


def poison():
    """Prints the messages; how many dead letters they make goes to stderr."""
    letters = 0
    for topic, (fields, readers) in FIELDS.items():
        for at in re.finditer('x', fields):
            if fields[at.start() - 1] != '"' or fields[at.end()] != '"':
                continue
            for bad in POISON:
                value = '{"contractor_id":999999,"occurred_at":"2024-01-02T00:00:00Z",' + fields[:at.start()] + bad + fields[at.end():] + '}'
                sys.stdout.buffer.write(f"{topic}\t999999\t{value}\n".encode('latin-1'))
                letters += readers
    print(letters, file=sys.stderr)


def connect(port, timeout=5.0):
    return socket.create_connection(("127.0.0.1", port), timeout)


def ask(port, request):
    """All that is answered until the end of the connection, at most for 3 s."""
    answer = b""
    with connect(port, 3.0) as client:
        try:
            client.sendall(request)
            while chunk := client.recv(65536):
                answer += chunk
        except OSError:
            pass
    return answer


def get(port, path, method=b"GET"):
    return ask(port, method + b" " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")


def status(answer):
    return int(answer.split()[1]) if answer.startswith(b"HTTP/") else 0


def expect(what, ok):
    if not ok:
        sys.exit(f"FAILED: {what}")
    print(f"ok: {what}", flush=True)


def hostile_requests(port):
    for path in (b"/../../etc/passwd", b"/%2e%2e/%2e%2e/etc/passwd", b"/metrics/../../etc/passwd", b"/%n%s%n", b"//", b"/" + b"a" * 4000):
        expect(f"{path[:30]!r} is not there", status(get(port, path)) == 404)
    for method in (b"POST", b"PUT", b"DELETE", b"PATCH", b"OPTIONS", b"TRACE", b"X" * 100):
        expect(f"{method[:8]!r} is not allowed", status(get(port, b"/metrics", method)) == 405)
    body = b"POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n" + b"x" * 100000
    expect("a body of 1 GB is not waited for", status(ask(port, body)) in (0, 405))
    expect("a request line of 1 MB is refused", status(ask(port, b"GET /" + b"a" * 1000000)) in (0, 400, 413, 414, 431))
    flood = b"".join(b"X-%d: %s\r\n" % (i, b"v" * 50) for i in range(20000))
    expect("20,000 headers are refused", status(ask(port, b"GET /livez HTTP/1.1\r\n" + flood + b"\r\n")) in (0, 413, 431))
    expect("a header of 1 MB is refused", status(ask(port, b"GET /livez HTTP/1.1\r\nX: " + b"v" * 1000000 + b"\r\n\r\n")) in (0, 413, 431))
    expect("what is no HTTP is refused", status(ask(port, bytes(range(256)) * 4 + b"\r\n\r\n")) in (0, 400, 405, 505))
    many = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n" * 19 + b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    expect("of 20 pipelined requests one is answered", ask(port, many).count(b"200 OK") == 1)


class Slow:
    """Holds as many connections as it gets, each in its own way, and takes a new one for each that it loses."""

    def __init__(self, port, count):
        self.port, self.count, self.over, self.taken = port, count, False, 0
        self.threads = [threading.Thread(target=self.hold, args=(i % 3,)) for i in range(count)]
        for thread in self.threads:
            thread.start()

    def hold(self, way):
        while not self.over:
            try:
                with connect(self.port) as client:
                    self.taken += 1
                    client.settimeout(0.2)
                    self.torture(client, way)
            except OSError:
                time.sleep(0.05)

    def torture(self, client, way):
        """0 says nothing, 1 a byte now and then, 2 asks for much and reads none of it."""
        if way == 2:
            client.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 100)
        while not self.over:
            if way == 1:
                client.sendall(b"G")
            elif way == 0:
                try:
                    if not client.recv(1):
                        return
                except socket.timeout:
                    pass
            time.sleep(0.2)

    def stop(self):
        self.over = True
        for thread in self.threads:
            thread.join()


def http(port):
    hostile_requests(port)
    slow = Slow(port, 90)
    while slow.taken < 90:
        time.sleep(0.05)
    worst = 0.0
    for _ in range(15):
        begin = time.monotonic()
        answer = get(port, b"/livez")
        worst = max(worst, time.monotonic() - begin)
        if status(answer) != 200:
            sys.exit("FAILED: /livez is answered beside 90 slow clients")
    print("ok: /livez is answered beside 90 slow clients")
    print(f"# the slowest answer took {worst * 1000:.0f} ms", flush=True)
    sys.stdin.read()  # until the events that are sent meanwhile are handled
    slow.stop()
    expect("afterwards, too", status(get(port, b"/livez")) == 200)
    files = re.search(rb"^process_open_fds (\d+)", get(port, b"/metrics"), re.MULTILINE)
    expect("no connection is left open", int(files.group(1)) < 100)


if __name__ == "__main__":
    {"history": history, "literal": literal, "poison": poison, "http": lambda: http(int(sys.argv[2]))}[sys.argv[1]]()
