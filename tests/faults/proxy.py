"""Between the workers and Postgres: passes bytes on, and on command loses a COMMIT's answer, cuts, or stalls."""

import asyncio
import threading

COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
CHUNK = 1 << 18


class Proxy:
    """Listens on a free port of the loopback interface, in a thread of its own, until stop()."""

    def __init__(self, socket_path):
        self.socket_path = socket_path
        self.commits_to_lose = 0  # answers to COMMIT that the worker will never read
        self.commits_to_cut = 0  # connections to close when COMMIT has just been passed on
        self.lost = self.cut = 0
        self.port = None
        self._pairs = set()
        self._open = None  # set: bytes flow
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()
        self._ready.wait()

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        self._loop.run_forever()

    async def _listen(self):
        self._open = asyncio.Event()
        self._open.set()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=CHUNK)
        self.port = self._server.sockets[0].getsockname()[1]
        self._ready.set()

    async def _accept(self, reader, writer):
        try:
            upstream_reader, upstream_writer = await asyncio.open_unix_connection(self.socket_path, limit=CHUNK)
        except OSError:
            writer.transport.abort()
            return
        pair = Pair(self, writer, upstream_writer)
        self._pairs.add(pair)
        await asyncio.gather(
            pair.pump_to_server(reader, upstream_writer), pair.pump_to_client(upstream_reader, writer)
        )
        self._pairs.discard(pair)

    def stall(self):
        self._loop.call_soon_threadsafe(self._open.clear)

    def flow(self):
        self._loop.call_soon_threadsafe(self._open.set)

    def cut_all(self):
        self._loop.call_soon_threadsafe(lambda: [pair.close() for pair in list(self._pairs)])

    def stop(self):
        self.cut_all()
        self._loop.call_soon_threadsafe(lambda: self._loop.call_later(0.2, self._loop.stop))


class Pair:
    """One worker's connection and the one to the server behind it."""

    def __init__(self, proxy, client, server):
        self.proxy = proxy
        self.client = client
        self.server = server
        self.swallow = False  # the server's next words are the answer that is to be lost

    def close(self):
        for writer in (self.client, self.server):
            writer.transport.abort()

    async def pump_to_server(self, reader, writer):
        await self._pump(reader, writer, self._on_request)

    async def pump_to_client(self, reader, writer):
        await self._pump(reader, writer, self._on_answer)

    async def _pump(self, reader, writer, inspect):
        try:
            while data := await reader.read(CHUNK):
                await self.proxy._open.wait()
                if not inspect(data):
                    break
                writer.write(data)
                await writer.drain()
                if inspect == self._on_request and COMMIT in data and self.proxy.commits_to_cut > 0:
                    self.proxy.commits_to_cut -= 1
                    self.proxy.cut += 1
                    break
        except OSError:
            pass
        self.close()

    def _on_request(self, data):
        if COMMIT in data and self.proxy.commits_to_lose > 0:
            self.proxy.commits_to_lose -= 1
            self.swallow = True
        return True

    def _on_answer(self, data):
        if self.swallow:
            self.proxy.lost += 1
        return not self.swallow
