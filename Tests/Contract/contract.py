"""Holds a server to what it says of itself: contract.py RINGFORT, with the packages of requirements.txt.

A public validator has to accept the document at /openapi.json, and schemathesis, which makes requests out of it that keep to it
and that don't, has to find no answer that contradicts it. scripts/test contract runs this.
"""
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from openapi_spec_validator import validate

START_SECONDS = 30
SCOPES = "read:profile write:posts delete:posts"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def document(server, url):
    """What the server says of itself, as soon as it says anything."""
    for _ in range(START_SECONDS * 10):
        if server.poll() is not None:
            break
        try:
            return json.load(urllib.request.urlopen(f"{url}/openapi.json", timeout=START_SECONDS))
        except urllib.error.URLError:
            time.sleep(0.1)
    sys.exit(f"contract: the server does not serve: {server.args}")


def main(ringfort):
    with tempfile.TemporaryDirectory() as folder:
        url, data = f"http://127.0.0.1:{free_port()}", os.path.join(folder, "data")
        limits = [f"--limit-{name}=off" for name in ["ip", "principal", "verification", "failures", "login", "account"]]
        command = [ringfort, "serve", "--data", data, "--listen", url.removeprefix("http://"), *limits]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            described = document(server, url)
            validate(described)
            print(f"contract: {len(described['paths'])} paths; openapi-spec-validator accepts them")
            issue = [ringfort, "token", "issue", "--data", data, "--subject", "contract", "--scope", SCOPES]
            token = subprocess.run(issue, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
            schemathesis = os.path.join(os.path.dirname(sys.executable), "schemathesis")
            checks = ["--header", f"Authorization: Bearer {token}", "--seed", "7", "--max-examples", "100"]
            # What it remembers of a run goes with the folder.
            run = [schemathesis, "run", f"{url}/openapi.json", *checks, "--continue-on-failure"]
            return subprocess.run(run, cwd=folder).returncode
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1])))
