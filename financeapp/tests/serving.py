"""The whole application on a socket, with a worker beside it, for tests that need a browser or several threads."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn


@contextmanager
def served() -> Iterator[str]:
    """The address of a server that runs `financeapp.asgi` in a thread within the block."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        server = uvicorn.Server(
            uvicorn.Config(
                "financeapp.asgi:application",
                log_config=None,
                access_log=False,
                lifespan="off",
                timeout_graceful_shutdown=2,
            )
        )
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True)
        thread.start()
        _wait_for(server)
        try:
            yield f"http://localhost:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


def _wait_for(server: uvicorn.Server) -> None:
    ends = time.monotonic() + 20
    while not server.started:
        if time.monotonic() > ends:
            raise TimeoutError("the test server did not start")
        time.sleep(0.01)
