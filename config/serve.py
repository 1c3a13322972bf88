"""What ``script/server`` does after its set-up: servers, migrations, data, web, worker, beat."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

from config import embedded

LOGINS = (
    ("petugas", "Petugas, BP3MI Jawa Tengah"),
    ("kepala", "Kepala balai, BP3MI Jawa Tengah"),
    ("petugas.ntb", "Petugas, BP3MI Nusa Tenggara Barat"),
    ("direktorat", "Direktorat"),
    ("admin", "Administrator target"),
    ("admin2", "Administrator target kedua"),
    ("auditor", "Auditor"),
)


class CannotServe(RuntimeError):
    """``str(error)`` is the one sentence for the person."""


def main() -> int:
    try:
        port = _port()
        with _only_server():
            _refuse_taken(port)
            with embedded.running():
                return _serve(port)
    except (CannotServe, embedded.EmbeddedError) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno == errno.ENOSPC:
            print(f"The disk of {embedded.data_dir()} is full. Free some space.", file=sys.stderr)
            return 1
        raise
    except KeyboardInterrupt:
        print("\nStopped. The data stays in", embedded.data_dir())
        return 0


def _serve(port: int) -> int:
    demo = os.environ.get("DEMO", "1") != "0"
    environment = {
        **os.environ,
        "PORT": str(port),
        "DATA_DIR": str(embedded.data_dir()),
        "DATABASE_URL": os.environ.get("DATABASE_URL") or embedded.database_url(),
        "REDIS_URL": os.environ.get("REDIS_URL") or embedded.redis_url(),
        "DEMO_PASSWORD": _demo_password() if demo else "",
        "PYTHONUNBUFFERED": "1",
    }
    _prepare(environment, demo)
    signal.signal(signal.SIGTERM, _interrupt)
    children = subprocess.Popen(
        [sys.executable, "-m", "honcho", "start", "--no-prefix"],
        env=environment,
        start_new_session=True,
    )
    try:
        threading.Thread(
            target=_announce, args=(port, environment["DEMO_PASSWORD"]), daemon=True
        ).start()
        return children.wait()
    finally:
        _end(children)


def _prepare(environment: dict[str, str], demo: bool) -> None:
    words = ["prepare", "--demo"] if demo else ["prepare"]
    done = subprocess.run([sys.executable, "manage.py", *words], env=environment)
    if done.returncode:
        raise CannotServe("Stopped before the site was ready: see the lines above.")


def _announce(port: int, password: str) -> None:
    for _attempt in range(600):
        with (
            contextlib.suppress(OSError, urllib.error.URLError),
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2),
        ):
            break
        time.sleep(0.1)
    else:
        print("The web server does not answer: see the lines above.", file=sys.stderr)
        return
    print(f"\nReady: http://127.0.0.1:{port}/")
    if password:
        print(f"\n  {'login':<12} {'role':<36} password")
        for name, role in LOGINS:
            print(f"  {name:<12} {role:<36} {password}")
    print("\nCtrl-C stops everything.", flush=True)


def _end(children: subprocess.Popen) -> None:
    """Stop honcho and all it started, also what it may have lost."""
    if children.poll() is None:
        children.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            children.wait(15)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(children.pid, signal.SIGKILL)


def _interrupt(*_signal) -> None:
    raise KeyboardInterrupt


def _port() -> int:
    text = os.environ.get("PORT", "8000")
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise CannotServe(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise CannotServe(f"You may not use port {port}. Choose one from 1024 on.") from None
        except OSError:
            raise CannotServe(
                f"Port {port} is in use. Stop the other program or choose another: "
                f"PORT={port + 1} script/server"
            ) from None


@contextlib.contextmanager
def _only_server():
    embedded.secret("django")  # Makes DATA_DIR, or says in a sentence why it cannot.
    with open(embedded.data_dir() / "server.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotServe(
                f"script/server already runs with the data folder {embedded.data_dir()}."
            ) from None
        yield


def _demo_password() -> str:
    """DEMO_PASSWORD, or one that is made once and kept with the data."""
    given = os.environ.get("DEMO_PASSWORD", "")
    path = embedded.data_dir() / "demo-password"
    if given:
        return given
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(9))
    return path.read_text().strip()


if __name__ == "__main__":
    sys.exit(main())
