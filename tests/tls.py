"""TLS before the tests' servers, whose own programs are built without it."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# What libpq asks before it speaks; the answer is a letter.
SSL_REQUEST = bytes.fromhex("00000008 04d2162f")


@contextmanager
def tls_before(socket: str, context: ssl.SSLContext, *, asked_for: bool) -> Iterator[int]:
    """A port of this machine that lets nothing but TLS through to a server's socket.

    PostgreSQL's clients ask for it first; Redis' begin with it.
    """

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if asked_for:
                if await reader.readexactly(len(SSL_REQUEST)) != SSL_REQUEST:
                    return
                writer.write(b"S")
            await writer.start_tls(context)
            there, back = await asyncio.open_unix_connection(socket)
            await asyncio.gather(_pass_on(reader, back), _pass_on(there, writer))
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    serving = asyncio.start_server(serve_one, "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(serving, loop).result()
    yield server.sockets[0].getsockname()[1]
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while some := await reader.read(1 << 16):
        writer.write(some)
        await writer.drain()
    writer.close()
