#!/usr/bin/python3
"""Is the supervisor of a service: what comes at SOCKET goes to stdout, a datagram a line, with the milliseconds since the start.

usage: notify.py SOCKET
"""

import socket
import sys
import time

started = time.monotonic()
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
while True:
    text = receiver.recv(4096).decode().replace("\n", " ")
    print(int((time.monotonic() - started) * 1000), text, flush=True)
