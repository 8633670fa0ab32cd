#!/usr/bin/env python3
"""Holds `ringfort token` against other implementations: tokens made on one side must be valid on the other.

usage: interop.py RINGFORT

For each algorithm that RINGFORT and a peer have: their library takes our token, it refuses ours with one character of the
proof changed, we take theirs, we refuse theirs changed, and both give the key one thumbprint or PASERK id. An algorithm that no peer has is a
failure too, so that none goes unseen. Then Authlib's client has its session with a server (oauth_clients.py).
"""

import datetime
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import oauth_clients
from peers import PEERS

SUBJECT = "jürgen \"o'neill\""


class Ringfort:
    def __init__(self, binary, data):
        self.binary, self.data = binary, data

    def run(self, *arguments, **options):
        return subprocess.run([self.binary, *arguments], capture_output=True, text=True, timeout=60, **options)

    def output(self, *arguments):
        result = self.run(*arguments, "--data", self.data)
        if result.returncode != 0:
            raise RuntimeError(result.stderr.strip())
        return result.stdout.strip()

    def algorithms(self):
        """What the tool itself says that it knows."""
        message = self.run("token", "issue", "--subject", "a", "--format", "?").stderr
        return re.search(r"is not one of (.*)", message).group(1).split(", ")

    def key(self, algorithm):
        """A new key: its name and its file."""
        made = json.loads(self.output("key", "generate", "--algorithm", algorithm, "--json"))
        return made["kid"], pathlib.Path(self.data, "keys", made["file"])

    def make(self, algorithm, kid):
        return self.output(
            "token", "issue", "--format", algorithm, "--key", kid, "--subject", SUBJECT, "--scope", "read write",
            "--issuer", "interop", "--audience", "interop")

    def verdict(self, token):
        """Whether the token is valid, and what it says; taken from standard input."""
        result = self.run(
            "token", "verify", "-", "--issuer", "interop", "--audience", "interop", "--json", "--data", self.data,
            input=token)
        verdict = json.loads(result.stdout)
        assert (result.returncode == 0) == verdict["valid"], result
        return verdict


def claims_for(algorithm):
    """What a peer's token says, in the dates of its kind."""
    now = int(time.time())
    date = (lambda t: datetime.datetime.fromtimestamp(t, datetime.timezone.utc).isoformat()) if "." in algorithm else int
    return {"sub": SUBJECT, "iss": "interop", "aud": "interop", "iat": date(now), "exp": date(now + 600),
            "scope": "read write"}


def changed(token):
    """The token with one character of its proof changed: in the middle of the last part that is proof."""
    parts = token.split(".")
    index = 2
    middle = len(parts[index]) - 20
    other = "A" if parts[index][middle] != "A" else "B"
    parts[index] = parts[index][:middle] + other + parts[index][middle + 1:]
    return ".".join(parts)


def refused(read):
    try:
        read()
    except Exception:
        return True
    return False


def check(ringfort, peer, algorithm, kid, key_file):
    """What failed between us and a peer; nothing when all is well."""
    faults = []
    ours = ringfort.make(algorithm, kid)
    try:
        claims = peer.read(algorithm, key_file, ours)
        if claims["sub"] != SUBJECT or claims["scope"] != "read write":
            faults.append(f"read our claims as {claims}")
    except Exception as error:
        faults.append(f"refused ours: {error!r}")
    if not refused(lambda: peer.read(algorithm, key_file, changed(ours))):
        faults.append("took ours changed")
    try:
        theirs = peer.make(algorithm, key_file, kid, claims_for(algorithm))
    except Exception as error:
        return faults + [f"made none: {error!r}"]
    verdict = ringfort.verdict(theirs)
    if not verdict["valid"] or verdict["kid"] != kid or verdict["claims"]["sub"] != SUBJECT:
        faults.append(f"we refused theirs: {verdict}")
    if ringfort.verdict(changed(theirs))["valid"]:
        faults.append("we took theirs changed")
    if name := peer.name_of(algorithm, key_file):
        shown = json.loads(ringfort.output("key", "show", kid, "--json")).get(name[0])
        if shown != name[1]:
            faults.append(f"we name the key {shown}, they {name[1]}")
    return faults


def main(binary):
    failures = []
    rows = [["algorithm"] + [peer.name for peer in PEERS]]
    with tempfile.TemporaryDirectory() as directory:
        ringfort = Ringfort(binary, directory)
        for algorithm in ringfort.algorithms():
            kid, key_file = ringfort.key(algorithm)
            row = [algorithm]
            for peer in PEERS:
                if not peer.has(algorithm):
                    row.append("not there")
                    continue
                faults = check(ringfort, peer, algorithm, kid, key_file)
                failures += [f"{algorithm}, {peer.name}: {fault}" for fault in faults]
                row.append("FAILED" if faults else "both ways")
            if row.count("not there") == len(PEERS):
                failures.append(f"{algorithm}: no peer has it")
            rows.append(row)
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    failures += [f"OAuth: {fault}" for fault in oauth_clients.faults(binary)]
    for failure in failures:
        print(f"interop: {failure}", file=sys.stderr)
    passed = sum(row.count("both ways") for row in rows)
    print(f"interop: {passed} pairs agree, {len(failures)} faults")
    return 1 if failures or not passed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
