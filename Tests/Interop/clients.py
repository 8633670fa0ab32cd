#!/usr/bin/env python3
"""Runs a real server against real clients: the session of README.md as it stands there, with curl, and the ends of a server.

usage: clients.py RINGFORT README

Every command of the README's session is run against a server with a development certificate (scripts/certificate), and each
line that it shows must come, in its order. Then: what clients make of its TLS (tls_clients.py), the log tells of a refused
request under the id of its answer, a second server on the same port refuses to start, SIGTERM ends the first one with status
0 within its drain time, a configuration file is served as it says or refused, and the server is asked about itself and told
to change (control_clients.py). Whatever was started here is ended here.

Then the posts' database: a server that is killed (SIGKILL) amid 1,000 writes has lost none that it acknowledged; one that
finds no room for more, since its files may not grow or its file system is full, says so and loses nothing; one whose database is damaged refuses to start.
"""

import http.client
import json
import os
import pathlib
import re
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time

import control_clients
import tls_clients

DRAIN_SECONDS = 2
FENCE = "\x1e"
TLS = ["--tls-certificate", "data/tls/server.crt", "--tls-key", "data/tls/server.key"]
CERTIFICATE = pathlib.Path(__file__).parents[2] / "scripts" / "certificate"


class Server:
    """A server on a free port of the loopback address."""

    def __init__(self, binary, directory, address="127.0.0.1:0", options=(), largest_file=resource.RLIM_INFINITY):
        self.log = tempfile.TemporaryFile("w+")
        # Python ignores SIGXFSZ, which a file that may not grow would end the server with; so does the server then.
        self.process = subprocess.Popen(
            [binary, "serve", "--listen", address, "--drain-timeout-ms", str(DRAIN_SECONDS * 1000), *options],
            cwd=directory, stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.PIPE, text=True,
            restore_signals=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file)))
        # A server that says nothing must not hold us up.
        self.watchdog = threading.Timer(20, self.process.kill)
        self.watchdog.start()
        self.said = ""
        self.address = None
        for line in self.process.stderr:
            self.said += line
            if found := re.search(r"Serving on https?://(\S+?)\. ", line):
                self.address = found.group(1)
                break
        self.watchdog.cancel()

    def stop(self):
        """Asks it to end; returns its status and how many seconds it took."""
        start = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(DRAIN_SECONDS + 3)
        except subprocess.TimeoutExpired:
            status = None
        return status, time.monotonic() - start

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.watchdog.cancel()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        self.log.close()


def session(readme):
    """The commands of the README's session, each with the lines that it shows."""
    blocks = re.findall(r"```console\n(.*?)```", readme, re.S)
    lines = next(block for block in blocks if "$ curl" in block).splitlines()
    commands = []
    while lines:
        line = lines.pop(0)
        if line.startswith("$ "):
            command = line[2:]
            while command.endswith("\\"):
                command += "\n" + lines.pop(0)
            commands.append((command, []))
        elif line.strip():
            commands[-1][1].append(line)
    # An alias is for people; a script has its path.
    return [(command, shown) for command, shown in commands if not command.startswith("alias ")]


def with_passwords(commands, said):
    """The commands with the passwords that the server has shown at its first start."""
    shown = dict(re.findall(r"^    (alice|admin)  (\S+)$", said, re.M))
    values = f"ALICE={shown.get('alice')}; ADMIN={shown.get('admin')}"
    return [(re.sub(r"^ALICE=…; ADMIN=…", values, command), lines) for command, lines in commands]


def pattern(line):
    """A shown line, with what differs each time: ids, times of day, and what is left out."""
    text = re.escape(line).replace("…", ".*")
    text = re.sub(r"[0-9a-f]{32}", "[0-9a-f]{32}", text)
    return re.compile(re.sub(r"\d{4}(?:\\)?-\d\d(?:\\)?-\d\dT\d\d:\d\d:\d\dZ", r"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ", text))


def faults_of(command, shown, output):
    """What the README says of a command and what does not come."""
    lines = output.replace("\r", "").split("\n")
    faults = []
    for line in shown:
        if line == "…":
            continue
        place = next((i for i, found in enumerate(lines) if pattern(line).fullmatch(found)), None)
        if place is None:
            faults.append(f"{command!r} does not show {line!r} but {output!r}")
            break
        lines = lines[place + 1:]
    return faults


def run_session(binary, directory, address, commands):
    """Runs all commands in one shell, since later ones use what earlier ones kept; returns what each wrote."""
    script = "".join(f"printf '{FENCE}'\n{command}\n" for command, _ in commands)
    script = script.replace("127.0.0.1:8080", address)
    tools = pathlib.Path(directory, "bin")
    tools.mkdir()
    (tools / "ringfort").symlink_to(binary)
    environment = dict(os.environ, PATH=f"{tools}:{os.environ['PATH']}", no_proxy="127.0.0.1")
    result = subprocess.run(
        ["bash", "-c", script], cwd=directory, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=60)
    return result.stdout.split(FENCE)[1:]


def half_a_request(address, ca):
    """A connection on which a request has begun, and nothing more comes."""
    connection = tls_clients.trusting(ca).wrap_socket(tls_clients.connected(address), server_hostname="localhost")
    connection.sendall(b"GET /api/health HTTP/1.1\r\nHo")
    return connection


def tls_faults(binary, directory, ca):
    """What clients find wrong with the TLS of a server with its defaults, and of one that wants certificates."""
    faults = []
    options = [*TLS, "--limit-ip", "off"]
    with Server(binary, directory, options=options) as server:
        faults += tls_clients.faults(server.address, ca, directory)
        faults += tls_clients.flood_faults(server.address, ca)
        status, _ = server.stop()
        server.log.seek(0)
        stop = json.loads(server.log.readlines()[-1])
        if status != 0 or stop["failed_sessions"] < 150 or stop["accepted"] != stop["closed"]:
            faults.append(f"TLS: after a flood the server ended with {status}, and says {stop}")
    with Server(binary, directory, options=[*options, "--tls-minimum", "tls1.2"]) as server:
        faults += tls_clients.old_version_faults(server.address, ca, directory)
    clients = tls_clients.Clients(directory)
    with Server(binary, directory, options=[*options, "--tls-client-ca", str(clients.authority)]) as server:
        faults += tls_clients.client_certificate_faults(server.address, ca, clients)
    clients.authority.write_text(clients.authority.read_text() + clients.stranger[0].read_text())
    with Server(binary, directory, options=[
            *options, "--tls-client-ca", str(clients.authority), "--tls-client-certificates", "optional"]) as server:
        command = [binary, "token", "issue", "--subject", "bound", "--scope", "read:profile"]
        free, bound = (
            subprocess.run([*command, *more], cwd=directory, capture_output=True, text=True, check=True).stdout.strip()
            for more in ([], ["--certificate", clients.good[0]]))
        faults += tls_clients.bound_token_faults(server.address, ca, clients, free, bound)
    other, key = tls_clients.make_certificate(directory, "other", host="other.example")
    names = pathlib.Path(directory, "names.yaml")
    names.write_text(f"tls: {{ certificates: [ {{ certificate: {other}, key: {key} }} ] }}\n")
    with Server(binary, directory, options=[*options, "--config", str(names)]) as server:
        faults += tls_clients.name_faults(server.address, ca, str(other))
    print(f"clients: TLS with Python, curl and openssl s_client: {len(faults)} faults")
    return faults


def log_faults(server, outputs):
    """The log must say why the first refused request was refused, under the id that its client got."""
    server.log.seek(0)
    records = [json.loads(line) for line in server.log]
    refused = re.search(r'"status":401,"correlation_id":"([0-9a-f]{32})"', "".join(outputs))
    if not refused:
        return ["no answer 401 with an id"]
    found = [record for record in records if record.get("correlation_id") == refused.group(1)]
    return [] if found and found[0].get("reason") else [f"the log has no reason for {refused.group(1)}"]


def configuration_faults(binary, directory):
    """A file must be checked and served as it says; one that is wrong must be refused with its line."""
    good, bad = pathlib.Path(directory, "good.yaml"), pathlib.Path(directory, "bad.yaml")
    good.write_text("rate_limits:\n  ip: { rate: 1, per_seconds: 60, burst: 2 }\nhttp: { realm: here }\n")
    bad.write_text("rate_limits:\n  ip: { rate: 1, brust: 2, burst: 2 }\n")
    faults = []
    for command, path, status in [("check", good, 2), ("check", bad, 78), ("serve", bad, 78)]:
        result = subprocess.run(
            [binary, command, "--config", path], cwd=directory, capture_output=True, text=True, timeout=20)
        if result.returncode != status or (path == bad and f"{bad}:2:18: " not in result.stdout + result.stderr):
            faults.append(f"{command} --config {path.name} gave {result.returncode}: {result.stdout}{result.stderr}")
    with Server(binary, directory, options=["--config", str(good)]) as server:
        if not server.address:
            return [*faults, f"serve --config did not start: {server.said}"]
        answers = [
            subprocess.run(["curl", "-si", "--noproxy", "*", f"http://{server.address}/api/posts"],
                           capture_output=True, text=True, timeout=20).stdout for _ in range(3)]
    for answer, line in zip(answers, ['realm="here"', 'realm="here"', 'RateLimit-Policy: "ip";q=2;w=120']):
        if line not in answer:
            faults.append(f"serve --config: {line} is not in {answer!r}")
    print("clients: a configuration file is checked, served and refused")
    return faults


class Writers:
    """Clients that post at once, and remember what was acknowledged: the titles of posts by their ids."""

    THREADS = 8

    def __init__(self, address, token, size):
        self.address, self.size = address, size
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.lock = threading.Lock()
        self.kept, self.refused = {}, []

    def write(self, numbers, reached):
        """Posts all numbers, or until the server is gone; `reached` is called after each acknowledgement."""
        numbers = iter(numbers)

        def work():
            connection = http.client.HTTPConnection(self.address, timeout=20)
            while True:
                with self.lock:
                    number = next(numbers, None)
                if number is None:
                    return
                body = json.dumps({"title": f"post {number}", "body": "x" * self.size})
                try:
                    connection.request("POST", "/api/posts", body, self.headers)
                    answer = connection.getresponse()
                    content = answer.read()
                except (OSError, http.client.HTTPException):
                    return
                with self.lock:
                    if answer.status == 201:
                        self.kept[json.loads(content)["id"]] = f"post {number}"
                    else:
                        self.refused.append((answer.status, answer.getheader("Retry-After")))
                    reached(self)

        threads = [threading.Thread(target=work) for _ in range(self.THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def lost(self, address):
        """The ids of what was acknowledged and is not there."""
        connection = http.client.HTTPConnection(address, timeout=20)
        lost = []
        for identifier, title in self.kept.items():
            connection.request("GET", f"/api/posts/{identifier}", headers=self.headers)
            answer = connection.getresponse()
            content = answer.read()
            if answer.status != 200 or json.loads(content)["title"] != title:
                lost.append(identifier)
        return lost


UNLIMITED = ("--limit-ip", "off", "--limit-principal", "off", "--max-requests-per-connection", "4294967295")


def token(binary, directory):
    command = [binary, "token", "issue", "--subject", "writer", "--scope", "write:posts"]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, check=True).stdout.strip()


def crash_faults(binary):
    """Kills a server amid 1,000 writes, twice, and looks for what it had acknowledged."""
    faults = []
    with tempfile.TemporaryDirectory() as directory:
        kept = {}
        for kill_at in 250, 400:
            with Server(binary, directory, options=UNLIMITED) as server:
                writers = Writers(server.address, token(binary, directory), 200)

                def reached(writers):
                    if len(writers.kept) == kill_at:
                        server.process.kill()

                writers.write(range(1000), reached)
                status = server.process.wait(10)
                if status != -signal.SIGKILL or writers.refused:
                    faults.append(f"the server ended with {status}, and refused {writers.refused[:3]}")
            kept |= writers.kept
        with Server(binary, directory, options=UNLIMITED) as server:
            writers = Writers(server.address, token(binary, directory), 200)
            writers.write(range(1), lambda _: None)
            is_open = bool(writers.kept)
            writers.kept = kept
            lost = writers.lost(server.address)
        if lost or not is_open:
            faults.append(f"{len(lost)} acknowledged posts are lost after SIGKILL: {lost[:5]}: {server.said}")
        print(f"clients: {len(kept)} posts acknowledged before two SIGKILLs, {len(lost)} lost")
    return faults


def full_faults(binary, directory, refusal, reason, make_room, largest_file=resource.RLIM_INFINITY):
    """Writes until there is no room, then starts again where there is; `refusal` is the status meanwhile."""
    faults = []
    with Server(binary, directory, options=UNLIMITED, largest_file=largest_file) as server:
        writers = Writers(server.address, token(binary, directory), 15_000)
        writers.write(range(200), lambda _: None)
        if not writers.kept or set(writers.refused) != {refusal}:
            faults.append(f"with no room: {len(writers.kept)} kept, and refused with {set(writers.refused)}")
        lost = writers.lost(server.address)
        status, _ = server.stop()
        server.log.seek(0)
        if status != 0 or f'"reason":"{reason}"' not in server.log.read():
            faults.append(f"with no room, the server ended with {status}, and a log that does not say {reason}")
    make_room()
    with Server(binary, directory, options=UNLIMITED) as server:
        lost += writers.lost(server.address)
        again = Writers(server.address, token(binary, directory), 15_000)
        again.write(range(1), lambda _: None)
    if lost or not again.kept:
        faults.append(f"with no room, posts were lost: {lost[:5]}, or none is taken afterwards: {again.refused}")
    print(f"clients: {len(writers.kept)} posts kept until there was no room, {len(writers.refused)} refused, {len(lost)} lost")
    return faults


def room_faults(binary):
    """A limit on the size of files, and, where this user may mount one, a full file system."""
    with tempfile.TemporaryDirectory() as directory:
        faults = full_faults(binary, directory, (500, None), "store_failed", lambda: None, largest_file=1 << 20)
    with tempfile.TemporaryDirectory() as directory:
        mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", directory]
        if subprocess.run(mount, stderr=subprocess.DEVNULL).returncode != 0:
            print("clients: no file system can be mounted here, so none was filled")
            return faults
        try:
            make_room = lambda: subprocess.run(["mount", "-o", "remount,size=16m", directory], check=True)
            faults += full_faults(binary, directory, (503, "60"), "store_full", make_room)
        finally:
            # Lazily: the kernel ends a ring after its process, and until then the admin socket of that keeps the file system.
            subprocess.run(["umount", "--lazy", directory], check=True)
    return faults


def damaged_faults(binary):
    """A database that is none must stop the start, with a reason, and stay as it is."""
    with tempfile.TemporaryDirectory() as directory:
        place = pathlib.Path(directory, "data", "ringfort.db")
        place.parent.mkdir(0o700)
        place.touch(0o600)
        place.write_bytes(b"no database" * 1000)
        with Server(binary, directory) as server:
            status = server.process.wait(10)
        is_named = "ringfort.db" in server.said and "not a database" in server.said
        print(f"clients: a damaged database: {server.said.strip().splitlines()[-1:]}")
        if server.address or status == 0 or not is_named or place.read_bytes() != b"no database" * 1000:
            return [f"a damaged database: status {status}: {server.said}"]
    return []


def main(binary, readme):
    faults = crash_faults(binary) + room_faults(binary) + damaged_faults(binary)
    with tempfile.TemporaryDirectory() as directory:
        ca = os.path.join(directory, "data/tls/ca.crt")
        subprocess.run([CERTIFICATE, os.path.dirname(ca)], check=True, timeout=20)
        commands = session(pathlib.Path(readme).read_text())
        with Server(binary, directory, options=TLS) as server:
            if not server.address:
                print(f"clients: the server did not start: {server.said}", file=sys.stderr)
                return 1
            commands = with_passwords(commands, server.said)
            outputs = run_session(binary, directory, server.address, commands)
            if len(outputs) != len(commands):
                faults.append(f"{len(outputs)} of {len(commands)} commands of the README ran")
            for (command, shown), output in zip(commands, outputs):
                faults += faults_of(command, shown, output)
            print(f"clients: {len(commands)} commands of the README, {sum(len(s) for _, s in commands)} lines shown")

            with Server(binary, directory, server.address, TLS) as second:
                if second.address or second.process.wait(10) == 0:
                    faults.append("a second server took the same port")
                else:
                    said = (second.said + (second.process.stderr.read() or "")).strip().splitlines()[-1:]
                    print(f"clients: a second server refused with status {second.process.returncode}: {''.join(said)}")

            # Clients that say nothing, or half of something, must not keep a server from ending.
            with tls_clients.connected(server.address), half_a_request(server.address, ca):
                status, seconds = server.stop()
            if status != 0 or seconds > DRAIN_SECONDS + 1:
                faults.append(f"SIGTERM ended the server with status {status} after {seconds:.1f} s")
            print(f"clients: SIGTERM ended the server with status {status} after {seconds:.1f} s")
            faults += log_faults(server, outputs)
        faults += tls_faults(binary, directory, ca)
        faults += configuration_faults(binary, directory)
    with tempfile.TemporaryDirectory() as directory:
        faults += control_clients.faults(
            lambda file: Server(binary, directory, options=["--config", str(file)]), binary, directory)
    for fault in faults:
        print(f"clients: {fault}", file=sys.stderr)
    print(f"clients: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(os.path.abspath(sys.argv[1]), sys.argv[2]))
