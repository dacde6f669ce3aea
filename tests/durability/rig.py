"""A daemon on a data directory that is started, killed and started again, and a connection to it that costs little.

Standard library only. Nothing here knows what is being tested.
"""

import hashlib
import hmac
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

START_TIMEOUT_S = 30
ANSWER_TIMEOUT_S = 60
REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def find_binary():
    """The daemon that is tested: STRATOLITE_TEST_BINARY, else the release build."""
    return os.environ.get("STRATOLITE_TEST_BINARY") or str(REPOSITORY / "build/release/stratolite")


class StartFailed(Exception):
    """The daemon ended, or did not answer in time; the text is its log."""


class Rig:
    """One daemon on one data directory. The directory outlives the daemon and is never removed here.

    `rig.start()`, `rig.kill()` (SIGKILL), `rig.stop()` (SIGTERM), `rig.restart()`; `rig.port`, `rig.process`, `rig.log()`.
    `flags` and `env` (additions; LD_PRELOAD, say) hold for every start, those given to start() for that one.
    """

    def __init__(self, data_dir, binary=None, flags=(), env=None):
        self.binary = str(binary or find_binary())
        self.data_dir = pathlib.Path(data_dir)
        self.flags = [str(flag) for flag in flags]
        self.env = dict(env or {})
        # Beside the data directory, not in it: what lies in there is looked at.
        self.ready_file = self.data_dir.with_name(self.data_dir.name + ".ready")
        self.log_file = self.data_dir.with_name(self.data_dir.name + ".log")
        self.process = None
        self.port = None

    def spawn(self, *flags, env=None):
        """Starts the process and does not wait for it to answer."""
        self.ready_file.unlink(missing_ok=True)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("STRATOLITE_")}
        environment |= self.env | (env or {})
        command = [self.binary, "start", "--port", "0", "--data-dir", str(self.data_dir), "--ready-file", str(self.ready_file)]
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen([*command, *self.flags, *flags], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                                            env=environment)

    def start(self, *flags, env=None):
        self.spawn(*flags, env=env)
        return self.wait_ready()

    def wait_ready(self):
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self.ready_file.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise StartFailed(self.log())
            time.sleep(0.001)
        self.port = json.loads(self.ready_file.read_text())["port"]
        return self

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.port}"

    def send_kill(self):
        """SIGKILL, without waiting."""
        self.process.send_signal(signal.SIGKILL)

    def kill(self):
        if self.process is None:
            return
        if self.process.poll() is None:
            self.send_kill()
        self.process.wait()

    def stop(self):
        """SIGTERM. Returns the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(START_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self.kill()
                raise
        return self.process.returncode

    def restart(self):
        self.kill()
        return self.start()

    def log(self):
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def connect(self):
        return Connection(self.port)

    def admin(self, method, page, body=None):
        """A page below /_stratolite/. Returns (status, JSON)."""
        connection = self.connect()
        try:
            status, _, answer = connection.request(method, "/_stratolite/" + page, body=b"" if body is None else json.dumps(body).encode())
            return status, json.loads(answer)
        finally:
            connection.close()


class NotSent(Exception):
    """Nobody listens: the request was never made."""


class NoAnswer(Exception):
    """The connection ended before the whole answer came: what was asked may or may not have happened."""


class Connection:
    """HTTP/1.1 with keep-alive on a raw socket: a third of what http.client costs. Not thread-safe."""

    def __init__(self, port):
        self.port = port
        self.socket = None
        self.rest = b""

    def close(self):
        if self.socket is not None:
            self.socket.close()
        self.socket = None

    def _open(self):
        try:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=ANSWER_TIMEOUT_S)
        except OSError as error:
            raise NotSent(str(error)) from None
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def request(self, method, target, headers=(), body=b""):
        """Returns (status, headers with lower-case names, body). Raises NotSent or NoAnswer."""
        if self.socket is None:
            self._open()
        lines = [f"{method} {target} HTTP/1.1\r\nHost: localhost:{self.port}\r\nContent-Length: {len(body)}\r\n"]
        lines += [f"{name}: {value}\r\n" for name, value in headers]
        head = ("".join(lines) + "\r\n").encode()
        try:
            if len(body) < 16384:
                self.socket.sendall(head + body)
            else:
                self.socket.sendall(head)
                self.socket.sendall(body)
            return self._answer(method)
        except OSError as error:
            self.close()
            raise NoAnswer(str(error)) from None

    def _more(self):
        data = self.socket.recv(1 << 18)
        if not data:
            raise ConnectionResetError("the connection ended")
        return data

    def _answer(self, method):
        data = self.rest
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        first, *lines = data[:end].decode("latin-1").split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        status = int(first.split(" ", 2)[1])
        data = data[end + 4:]
        if method == "HEAD" or status in (204, 304):
            self.rest = data
            return status, headers, b""
        if "content-length" not in headers:
            raise ConnectionResetError("an answer without a length")
        size = int(headers["content-length"])
        if len(data) < size:
            pieces, have = [data], len(data)
            while have < size:
                pieces.append(self._more())
                have += len(pieces[-1])
            data = b"".join(pieces)
        self.rest = data[size:]
        if headers.get("connection", "").lower() == "close":
            self.close()
        return status, headers, data[:size]


def _hmac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def sign(method, path, query, port, key, secret, service="s3", region="us-east-1"):
    """Headers of a request signed with SigV4 whose body is not signed. `path` encoded, `query` a list of encoded (name, value)."""
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    scope = f"{now[:8]}/{region}/{service}/aws4_request"
    names = "host;x-amz-content-sha256;x-amz-date"
    canonical_query = "&".join(f"{name}={value}" for name, value in sorted(query))
    canonical = (f"{method}\n{path}\n{canonical_query}\nhost:localhost:{port}\nx-amz-content-sha256:UNSIGNED-PAYLOAD\nx-amz-date:{now}\n\n"
                 f"{names}\nUNSIGNED-PAYLOAD")
    text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signing_key = _hmac(_hmac(_hmac(_hmac(b"AWS4" + secret.encode(), now[:8]), region), service), "aws4_request")
    signature = hmac.new(signing_key, text.encode(), hashlib.sha256).hexdigest()
    return [("x-amz-date", now), ("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
            ("Authorization", f"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}, Signature={signature}")]
