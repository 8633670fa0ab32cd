#!/usr/bin/env python3
"""Measures what logins tell, and what they cost others: logins.py RINGFORT [SAMPLES]; scripts/test logins runs this.

Times of answers: a wrong password, a name that nobody has and a disabled user, in random order on one connection, SAMPLES times each
(1,000 unless given). Fails when a rank test (Mann and Whitney) tells one from the other: |z| above 3.3, which chance does once in
a thousand times.

Load: the 99th percentile of health checks, at first alone, then beside a thousand clients that try to log in all the time, and wait a
second when they are told to. Fails when it is more than twice as long, or when the server takes more memory than its hashes may.
"""
import asyncio
import http.client
import json
import multiprocessing
import os
import pathlib
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time

CLIENTS, SECONDS, PROBES_PER_SECOND = 1_000, 10, 400
LIMITS = [f"--limit-{name}=off" for name in ["ip", "login", "account"]]


def serve(ringfort, folder, *options):
    """A server on a free port, and its port."""
    server = subprocess.Popen(
        [ringfort, "serve", "--data", f"{folder}/data", "--listen", "127.0.0.1:0", *LIMITS, *options],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for line in server.stderr:
        if found := re.search(r"Serving on http://127.0.0.1:(\d+)\.", line):
            return server, int(found.group(1))
    sys.exit("logins: the server does not start")


def login(connection, user):
    """The time that a refused login takes, in seconds."""
    start = time.perf_counter()
    connection.request(
        "POST", "/api/login", json.dumps({"username": user, "password": "wrong password"}),
        {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 401:
        sys.exit(f"logins: a wrong login is answered {answer.status}")
    return time.perf_counter() - start


def z_score(left, right):
    """Of the ranks of the left ones among all (Mann and Whitney), by the normal approximation."""
    order = sorted([(value, 0) for value in left] + [(value, 1) for value in right])
    ranks = sum(rank for rank, (_, side) in enumerate(order, 1) if side == 0)
    n, m = len(left), len(right)
    return (ranks - n * (n + m + 1) / 2) / (n * m * (n + m + 1) / 12) ** 0.5


def timing_faults(ringfort, samples):
    with tempfile.TemporaryDirectory() as folder:
        # A cheap hash hides less than a usual one.
        server, port = serve(ringfort, folder, "--password-cost", "1:8", "--max-requests-per-connection", "1000000")
        try:
            password = pathlib.Path(folder, "password")
            password.write_text("some password\n")
            for command in [["add", "carol", "--password-file", password], ["disable", "carol"]]:
                subprocess.run([ringfort, "user", *command, "--data", f"{folder}/data"], check=True, stderr=subprocess.DEVNULL)
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            users = {"wrong password": "alice", "unknown user": "nobody", "disabled user": "carol"}
            for user in list(users.values()) * 20:
                login(connection, user)
            times = {name: [] for name in users}
            for _ in range(samples):
                for name in random.sample(list(users), len(users)):
                    times[name].append(login(connection, users[name]))
        finally:
            server.terminate()
            server.wait()
    faults = 0
    for name in list(users)[1:]:
        z = z_score(times["wrong password"], times[name])
        medians = [statistics.median(times[one]) * 1e3 for one in ("wrong password", name)]
        faults += abs(z) > 3.3
        print(f"logins: wrong password {medians[0]:.3f} ms, {name} {medians[1]:.3f} ms: z = {z:+.2f} of {samples} each")
    return faults


def probe(port):
    """The 99th percentile of paced health checks on one connection, in milliseconds, and their number."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    times, end = [], time.perf_counter() + SECONDS
    while (start := time.perf_counter()) < end:
        connection.request("GET", "/api/health")
        connection.getresponse().read()
        times.append((time.perf_counter() - start) * 1e3)
        time.sleep(max(0, 1 / PROBES_PER_SECOND - (time.perf_counter() - start)))
    return statistics.quantiles(times, n=100)[98], len(times)


def flood(port, answers):
    """A thousand clients that try to log in until the process is ended; `answers` counts them by status."""

    async def client(number):
        body = json.dumps({"username": f"user{number}", "password": "wrong password"})
        request = (
            "POST /api/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}").encode()
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                while True:
                    writer.write(request)
                    head = await reader.readuntil(b"\r\n\r\n")
                    await reader.readexactly(int(re.search(rb"Content-Length: (\d+)", head).group(1)))
                    refused = head.startswith(b"HTTP/1.1 503")
                    answers[1 if refused else 0] += 1
                    if refused:
                        await asyncio.sleep(random.uniform(0.9, 1.1))
            except (OSError, asyncio.IncompleteReadError):
                await asyncio.sleep(1)

    async def all_clients():
        await asyncio.gather(*(client(number) for number in range(CLIENTS)))

    asyncio.run(all_clients())


def peak_megabytes(process):
    return int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{process}/status").read_text()).group(1)) / 1024


def load_faults(ringfort):
    with tempfile.TemporaryDirectory() as folder:
        server, port = serve(ringfort, folder, "--log", "problems", "--max-requests-per-connection", "1000000")
        answers = multiprocessing.Array("i", 2)
        flooding = multiprocessing.Process(target=flood, args=(port, answers), daemon=True)
        try:
            before, quiet = peak_megabytes(server.pid), probe(port)
            flooding.start()
            time.sleep(3)
            counted = list(answers)
            busy = probe(port)
            hashed, refused = (now - then for now, then in zip(answers, counted))
            after = peak_megabytes(server.pid)
        finally:
            if flooding.pid:
                flooding.terminate()
            server.terminate()
            server.wait()
    print(f"logins: p99 of health checks: {quiet[0]:.2f} ms of {quiet[1]} alone, {busy[0]:.2f} ms of {busy[1]} beside "
          f"{CLIENTS} clients who log in ({hashed} hashed, {refused} refused in {SECONDS} s)")
    print(f"logins: memory at most {before:.0f} MiB before, {after:.0f} MiB after")
    # Hashes are counted in by then: a first start makes two. The rest is a thousand connections.
    return (busy[0] > 2 * quiet[0]) + (after > before + 64)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    program = os.path.abspath(sys.argv[1])
    found = timing_faults(program, int(sys.argv[2]) if len(sys.argv) == 3 else 1_000) + load_faults(program)
    print(f"logins: {found} faults")
    sys.exit(1 if found else 0)
