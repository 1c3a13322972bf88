"""A slow, bad line between Chromium and the server: a TCP relay that can be cut and mended."""

from __future__ import annotations

import contextlib
import socket
import threading
from urllib.parse import urlsplit


class Line:
    """Relays one loopback port to the live server. ``cut`` refuses and drops every connection;
    ``lose_answers`` lets requests through and throws their answers away, the worst that happens
    to who saves. ``hold_answers`` lets requests through and keeps every answer back from the moment
    one begins with given words, until ``release``: as slow as a line can be."""

    def __init__(self, server_url: str) -> None:
        self._target = urlsplit(server_url)
        self._is_up = True
        self._answers = True
        self._slow_at = b""
        self._flows = threading.Event()
        self._flows.set()
        self._open: set[socket.socket] = set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self) -> None:
        self._is_up = False
        self._drop()

    def lose_answers(self) -> None:
        self._answers = False
        self._drop()

    def hold_answers(self, beginning: str) -> None:
        self._slow_at = beginning.encode()

    def release(self) -> None:
        self._slow_at = b""
        self._flows.set()

    def mend(self) -> None:
        self._is_up = self._answers = True
        self.release()
        self._drop()

    def close(self) -> None:
        self.release()
        self.cut()
        self._door.close()

    def _drop(self) -> None:
        for each in list(self._open):
            _close(each)

    def _listen(self) -> None:
        while True:
            try:
                caller, _address = self._door.accept()
            except OSError:
                return
            if not self._is_up:
                _close(caller)
                continue
            server = socket.create_connection((self._target.hostname, self._target.port))
            self._open |= {caller, server}
            for source, sink, is_answer in ((caller, server, False), (server, caller, True)):
                threading.Thread(
                    target=self._relay, args=(source, sink, is_answer), daemon=True
                ).start()

    def _relay(self, source: socket.socket, sink: socket.socket, is_answer: bool) -> None:
        try:
            while data := source.recv(65536):
                if is_answer:
                    self._flows.wait()
                    if not self._answers:
                        break
                elif self._slow_at and data.startswith(self._slow_at):
                    self._flows.clear()
                sink.sendall(data)
        except OSError:
            pass
        finally:
            _close(source)
            _close(sink)
            self._open -= {source, sink}


def _close(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
