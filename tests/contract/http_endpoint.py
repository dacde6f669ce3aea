"""An HTTP(S) endpoint of a test's own, that answers, fails, hangs and redirects as the test says."""

import http.server
import json
import queue
import ssl
import subprocess
import threading
import time

PATIENCE_S = 20


def own_certificate(directory):
    """Files of a certificate for localhost that nobody trusts, and of its key."""
    certificate, key = directory / "cert.pem", directory / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    return certificate, key


class Received:
    """One request. `headers` are by lower-case name."""

    def __init__(self, handler, body):
        self.method, self.path = handler.command, handler.path
        self.headers = {name.lower(): value for name, value in handler.headers.items()}
        self.body = body

    def json(self):
        return json.loads(self.body)


class HttpEndpoint:
    """Answers 200 unless `answer_by` says otherwise: with (status, headers, body), or a status alone; None hangs until the endpoint is closed."""

    def __init__(self, certificate=None):
        self.received = queue.Queue()
        self._closing = threading.Event()
        self._answer = lambda request: 200
        endpoint = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                request = Received(self, body)
                answer = endpoint._answer(request)
                endpoint.received.put(request)
                if answer is None:
                    endpoint._closing.wait(PATIENCE_S)
                    self.close_connection = True
                    return
                status, headers, content = answer if isinstance(answer, tuple) else (answer, {}, b"")
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = handle_any

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_):
                """Clients break off: that is what is tested."""

        self._server = Server(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.scheme = "https" if certificate else "http"
        self.url = f"{self.scheme}://localhost:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def answer_by(self, answer):
        """`answer`: what to answer, or a function of the request."""
        self._answer = answer if callable(answer) else lambda request: answer

    def next(self):
        """The next request; waits for it."""
        return self.received.get(timeout=PATIENCE_S)

    def drain(self):
        """All that has arrived."""
        found = []
        while not self.received.empty():
            found.append(self.received.get())
        return found

    def close(self):
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def eventually(condition):
    """What `condition` returns once that is true; waits for what happens in real time only."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := condition()):
        assert time.monotonic() < deadline, "it does not happen"
        time.sleep(0.01)
    return found
