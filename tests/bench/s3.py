"""S3 beside nginx: GET of a static file, PUT by its WebDAV module. Both keep what they are sent in the same kind of directory."""

import hashlib
import statistics
import time

import boto3

from rig import UNKNOWN_KEY, peak_mib, reset_peak, resident_mib, wrk, wrk_script

SIZES = {"1 KiB": 1 << 10, "1 MiB": 1 << 20, "64 MiB": 64 << 20}
AT_ONCE = 64


def client(url):
    return boto3.client("s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id=UNKNOWN_KEY[0], aws_secret_access_key=UNKNOWN_KEY[1])


def measure(url, peer, scratch, seconds, rounds):
    """Prints a table and returns it. Requests are unsigned, as nginx's are: what is compared is the work with the body."""
    s3 = client(url)
    s3.create_bucket(Bucket="bench")
    figures = {}
    print(f"\n{'S3 beside nginx':<46} {'requests/s':>10} {'of nginx':>9} {'p99':>9} {'MiB/s':>8}")
    for label, size in SIZES.items():
        body = b"x" * size
        s3.put_object(Bucket="bench", Key=f"get-{size}", Body=body)
        served = scratch / "files" / f"get-{size}"
        served.write_bytes(body)
        served.chmod(0o644)
        connections = 16 if size < 1 << 24 else 4
        put = wrk_script(scratch / f"put-{size}.lua", {"Content-Type": "application/octet-stream"}, f"string.rep('x', {size})", "PUT")
        pairs = {
            f"GET {label}": ((url + f"/bench/get-{size}", None), (peer + f"files/get-{size}", None)),
            f"PUT {label}": ((url + f"/bench/put-{size}", put), (peer + f"files/put-{size}", put)),
        }
        for name, ((our_url, our_script), (peer_url, peer_script)) in pairs.items():
            ours, theirs = [], []
            for _ in range(rounds):
                theirs.append(wrk(peer_url, seconds, connections, peer_script))
                ours.append(wrk(our_url, seconds, connections, our_script))
            rate = statistics.median(run["rps"] for run in ours)
            base = statistics.median(run["rps"] for run in theirs)
            p99 = sorted(run["p99"] for run in ours)[len(ours) // 2]
            failed = sum(run["failed"] for run in ours + theirs)
            figures[name] = {"rps": rate, "nginx_rps": base, "of_nginx": rate / base if base else 0, "p99": p99, "failed": failed}
            note = f"  {failed} answers were errors" if failed else ""
            print(f"{'S3 ' + name:<46} {rate:10.0f} {figures[name]['of_nginx']:9.2f} {p99:>9} {rate * size / (1 << 20):8.0f}{note}")
    return figures


def md5_mib_per_s(rounds=5):
    """What one core does: the floor of an upload whose ETag is an MD5."""
    body = b"x" * SIZES["64 MiB"]
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        hashlib.md5(body).digest()
        times.append(time.perf_counter() - begun)
    return 64 / statistics.median(times)


def many_at_once(url, process, scratch, seconds):
    """By how many MiB resident memory grows while 64 clients are in the middle of 64 MiB each: (GET, PUT)."""
    s3 = client(url)
    s3.create_bucket(Bucket="at-once")
    size = SIZES["64 MiB"]
    s3.put_object(Bucket="at-once", Key="object", Body=b"x" * size)
    put = wrk_script(scratch / "put-at-once.lua", {"Content-Type": "application/octet-stream"}, f"string.rep('x', {size})", "PUT")
    growth = []
    for path, script in (("object", None), ("put", put)):
        before = resident_mib(process.pid)
        reset_peak(process.pid)
        run = wrk(f"{url}/at-once/{path}", seconds, AT_ONCE, script)
        assert run["failed"] == 0, run
        growth.append(peak_mib(process.pid) - before)
    return tuple(growth)
