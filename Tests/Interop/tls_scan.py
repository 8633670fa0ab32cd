#!/usr/bin/env python3
"""Has testssl.sh look at a real server's TLS, with its defaults and with TLS 1.2 allowed.

usage: tls_scan.py RINGFORT [testssl.sh OPTION ...]

Fails on every finding above "low", and where testssl.sh came to none. Without options it looks at everything, which takes
a minute or two a server.
"""

import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import clients

# What the development authority can't have, and a certificate of a real one does: somebody to be asked for revocations.
OF_THE_AUTHORITY = {"cert_revocation"}
HARMLESS = {"OK", "INFO", "LOW", "WARN", "DEBUG"}


def findings(server, ca, folder, options):
    """What testssl.sh has found."""
    result = pathlib.Path(folder, "findings.json")
    port = server.address.rpartition(":")[2]
    subprocess.run(
        ["testssl", "--quiet", "--color", "0", "--warnings", "off", "--jsonfile", result, "--add-ca", ca, *options,
         f"localhost:{port}"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=600)
    found = json.loads(result.read_text())
    result.unlink()
    return found


def main(binary, options):
    faults = 0
    with tempfile.TemporaryDirectory() as directory:
        ca = os.path.join(directory, "data/tls/ca.crt")
        subprocess.run([clients.CERTIFICATE, os.path.dirname(ca)], check=True, timeout=20)
        for version in "tls1.3", "tls1.2":
            # Its many handshakes come from one address.
            with clients.Server(binary, directory, options=[
                    *clients.TLS, "--tls-minimum", version, "--limit-ip", "off"]) as server:
                found = findings(server, ca, directory, options)
            count = collections.Counter(finding["severity"] for finding in found)
            bad = [finding for finding in found
                   if finding["severity"] not in HARMLESS and finding["id"] not in OF_THE_AUTHORITY]
            print(f"testssl.sh, from {version} on: {dict(count)}")
            for finding in bad:
                print(f"testssl.sh: {finding['severity']} {finding['id']}: {finding['finding']}", file=sys.stderr)
            # A scan that did not come through says little, and nothing good.
            if count["OK"] < 10:
                print("testssl.sh: it has hardly looked at anything", file=sys.stderr)
                faults += 1
            faults += len(bad)
    return 1 if faults else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(os.path.abspath(sys.argv[1]), sys.argv[2:]))
