"""Other emulators beside the daemon in one run: moto (from PyPI) and ElasticMQ (from Maven, where there is a JVM and mvn). What cannot be installed is left out, and said."""

import contextlib
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request

import boto3

import s3
import sqs
from rig import REPOSITORY, UNKNOWN_KEY, free_port, resident_mib, running, stratolite, wrk, wrk_script

MOTO = "moto[server,sqs,s3,sts]==5.2.5"
ELASTICMQ = ("org.elasticmq", "elasticmq-server_2.13", "1.6.12")
PLACE = REPOSITORY / "build/peers"
POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>local</groupId><artifactId>peer</artifactId><version>1</version>
<dependencies><dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency></dependencies></project>
"""
ELASTICMQ_SETTINGS = """include classpath("application.conf")
node-address {{ protocol = http, host = "127.0.0.1", port = {port}, context-path = "" }}
rest-sqs {{ enabled = true, bind-port = {port}, bind-hostname = "127.0.0.1", sqs-limits = strict }}
rest-stats.enabled = false
"""
PATIENCE_S = 60


def install_moto():
    program = PLACE / "moto/bin/moto_server"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(PLACE / "moto")], check=True)
        subprocess.run([str(PLACE / "moto/bin/pip"), "install", "--quiet", "--disable-pip-version-check", MOTO], check=True)
    return lambda scratch, port: [str(program), "-H", "127.0.0.1", "-p", str(port)]


def install_elasticmq():
    jars = PLACE / "elasticmq/jars"
    if not jars.exists():
        if not (shutil.which("mvn") and shutil.which("java")):
            raise FileNotFoundError("mvn and a JVM are needed (Debian: maven)")
        jars.parent.mkdir(parents=True, exist_ok=True)
        (jars.parent / "pom.xml").write_text(POM.format(*ELASTICMQ))
        subprocess.run(["mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={jars}"], cwd=jars.parent, check=True)

    def command(scratch, port):
        settings = scratch / "elasticmq.conf"
        settings.write_text(ELASTICMQ_SETTINGS.format(port=port))
        return ["java", f"-Dconfig.file={settings}", "-cp", f"{jars}/*", "org.elasticmq.server.Main"]

    return command


@contextlib.contextmanager
def peer(command, scratch):
    """(url, process, seconds until it answered)."""
    port = free_port()
    begun = time.perf_counter()
    with running(command(scratch, port)) as process:
        while True:
            with contextlib.suppress(OSError):
                with contextlib.suppress(urllib.error.HTTPError):
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5)
                break
            if process.poll() is not None or time.perf_counter() - begun > PATIENCE_S:
                raise RuntimeError(f"{command} did not start")
            time.sleep(0.005)
        yield f"http://127.0.0.1:{port}", process, time.perf_counter() - begun


def figures(url, process, scratch, seconds, connections, with_s3):
    found = {"idle MiB": resident_mib(process.pid)}
    send = sqs.send_script(url, scratch, "peer")
    found["SendMessage/s"] = wrk(url + "/", seconds, connections, send)["rps"]
    found["round trips/s"] = sqs.round_trips(url, scratch, seconds, connections, "trips")
    if with_s3:
        key = dict(endpoint_url=url, region_name="us-east-1", aws_access_key_id=UNKNOWN_KEY[0], aws_secret_access_key=UNKNOWN_KEY[1])
        boto3.client("s3", **key).create_bucket(Bucket="peer")
        boto3.client("s3", **key).put_object(Bucket="peer", Key="kib", Body=b"x" * 1024)
        signed = {**sqs.HEADERS, "Authorization": sqs.HEADERS["Authorization"].replace("/sqs/", "/s3/"), "x-amz-content-sha256": "UNSIGNED-PAYLOAD"}
        get = wrk_script(scratch / "peer-get.lua", signed, "", "GET")
        put = wrk_script(scratch / "peer-put.lua", signed, "string.rep('x', 1024)", "PUT")
        found["S3 GET 1 KiB/s"] = wrk(url + "/peer/kib", seconds, connections, get)["rps"]
        found["S3 PUT 1 KiB/s"] = wrk(url + "/peer/put", seconds, connections, put)["rps"]
    return found


def measure(binary, scratch, seconds, connections):
    table = {}
    with stratolite(binary, scratch / "beside-peers") as (url, process):
        urllib.request.urlopen(url + "/_stratolite/health").read()
        table["stratolite"] = figures(url, process, scratch, seconds, connections, True)
    for name, install, with_s3 in (("moto", install_moto, True), ("elasticmq", install_elasticmq, False)):
        try:
            command = install()
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"{name}: left out, {error}")
            continue
        with peer(command, scratch) as (url, process, started):
            table[name] = {"start, ms": started * 1000} | figures(url, process, scratch, seconds, connections, with_s3)
    columns = ["start, ms", "idle MiB", "SendMessage/s", "round trips/s", "S3 GET 1 KiB/s", "S3 PUT 1 KiB/s"]
    print(f"\n{'beside other emulators':<28}" + "".join(f"{column:>16}" for column in columns))
    for name, row in table.items():
        print(f"{name:<28}" + "".join(f"{row[column]:>16,.0f}" if column in row else f"{'':>16}" for column in columns))
    return table
