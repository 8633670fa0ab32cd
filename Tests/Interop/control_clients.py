"""What an operator's tools make of a running server: ringfort status, reload and revoke, curl at its socket, promtool."""

import json
import pathlib
import subprocess

CONFIGURATION = "rate_limits: {{ ip: off }}\nhttp: {{ realm: {realm} }}\n"


def run(binary, directory, *arguments, stdin=None):
    return subprocess.run(
        [binary, *arguments], cwd=directory, input=stdin, capture_output=True, text=True, timeout=30)


def challenge(server):
    command = ["curl", "-si", "--noproxy", "*", f"http://{server.address}/api/posts"]
    return subprocess.run(command, capture_output=True, text=True, timeout=20).stdout


def faults(start, binary, directory):
    """`start` starts a server with a configuration file."""
    faults = []

    def expect(what, result, status, text):
        if result.returncode != status or text not in result.stdout + result.stderr:
            faults.append(f"{what} gave {result.returncode}: {result.stdout}{result.stderr}")

    file = pathlib.Path(directory, "control.yaml")
    file.write_text(CONFIGURATION.format(realm="one"))
    with start(file) as server:
        for _ in range(3):
            challenge(server)
        status = run(binary, directory, "status", "--json")
        if sum(shard["answers_4xx"] for shard in json.loads(status.stdout)["shards"]) != 3:
            faults.append(f"status: {status.stdout}")
        metrics = run(binary, directory, "status", "--metrics").stdout
        expect("promtool", run("promtool", directory, "check", "metrics", stdin=metrics), 0, "")
        file.write_text(CONFIGURATION.format(realm="two") + "shards: 7\n")
        expect("reload", run(binary, directory, "reload"), 0, "need a restart: shards")
        if 'realm="two"' not in challenge(server):
            faults.append("reload changed nothing")
        file.write_text("http: { reelm: three }\n")
        expect("reload of a bad file", run(binary, directory, "reload"), 70, "control.yaml:1:9: ")
        if 'realm="two"' not in challenge(server):
            faults.append("a bad file changed something")
        expect("revoke", run(binary, directory, "revoke", "--subject", "nobody"), 0, "in force in the running server")
        ready = ["curl", "-s", "--unix-socket", "data/admin.sock", "http://localhost/readyz"]
        expect("readyz", run(ready[0], directory, *ready[1:]), 0, "ok")
        server.stop()
    expect("status without a server", run(binary, directory, "status"), 78, "no server listens at")
    print(f"clients: {len(metrics.splitlines())} lines of metrics, a reload, a refused one, a revocation")
    return faults
