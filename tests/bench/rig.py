"""What every benchmark stands on: daemons and their peer, a load generator, memory."""

import contextlib
import json
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
ROOT_KEY = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
UNKNOWN_KEY = ("123456789012", "test")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.01)
    raise SystemExit(f"nothing listens on port {port}")


@contextlib.contextmanager
def running(command):
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def nginx_command(scratch, port):
    """The command line of an nginx that answers 200 everywhere, and below /files/ serves and takes files. Writes its configuration."""
    config = scratch / "nginx.conf"
    # Its workers are another user's where root runs this.
    scratch.chmod(0o777)
    config.write_text(
        f"daemon off; worker_processes auto; pid {scratch}/nginx.pid; error_log stderr crit;\n"
        f"events {{ worker_connections 1024; }}\n"
        f"http {{ access_log off; keepalive_requests 100000000; client_body_temp_path {scratch}/b; proxy_temp_path {scratch}/p;"
        f" fastcgi_temp_path {scratch}/f; uwsgi_temp_path {scratch}/u; scgi_temp_path {scratch}/s;\n"
        f" client_max_body_size 0; sendfile on;"
        f" server {{ listen 127.0.0.1:{port}; location / {{ return 200 'ok'; }}"
        f" location /files/ {{ root {scratch}; dav_methods PUT; create_full_put_path on; }} }} }}\n")
    (scratch / "files").mkdir(exist_ok=True)
    (scratch / "files").chmod(0o777)
    return [shutil.which("nginx") or "/usr/sbin/nginx", "-p", str(scratch), "-c", str(config)]


@contextlib.contextmanager
def nginx(scratch):
    port = free_port()
    with running(nginx_command(scratch, port)):
        wait_for(port)
        yield f"http://127.0.0.1:{port}/"


@contextlib.contextmanager
def stratolite(binary, data_dir, *flags):
    port = free_port()
    with running([binary, "start", "--port", str(port), "--data-dir", str(data_dir), *flags]) as process:
        wait_for(port)
        yield f"http://127.0.0.1:{port}", process


def resident_mib(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def peak_mib(pid):
    """The most that was resident since reset_peak."""
    return int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) / 1024


def reset_peak(pid):
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")


def wrk_script(path, headers, body, method="POST"):
    quote = json.dumps
    path.write_text(f"wrk.method = {quote(method)}\n" + f"wrk.body = {body if body.startswith('string.rep') else quote(body)}\n"
                    + "".join(f"wrk.headers[{quote(name)}] = {quote(str(value))}\n" for name, value in headers.items()))
    return path


def wrk(url, seconds, connections, script=None):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", *(["-s", str(script)] if script else []), url]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return {"requests": int(re.search(r"(\d+) requests in", text)[1]), "rps": float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]), "p99": re.search(r"99%\s+(\S+)", text)[1],
            "failed": int(failed[1]) if failed else 0}
