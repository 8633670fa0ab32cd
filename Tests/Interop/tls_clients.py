"""What Python's ssl and openssl's s_client make of a running server's TLS."""

import pathlib
import re
import socket
import ssl
import subprocess

REQUEST = b"GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
LAST_REQUEST = REQUEST.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")


def connected(address):
    """A TCP connection to the server."""
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), 5)


def read_all(connection):
    """All that the server says until it closes."""
    data = b""
    while chunk := connection.recv(65536):
        data += chunk
    return data


def answers(address, context, pieces, name="localhost"):
    """What the server says to these pieces, over TLS."""
    with context.wrap_socket(connected(address), server_hostname=name) as connection:
        for piece in pieces:
            connection.sendall(piece)
        return read_all(connection)


def refusal(address, context, name="localhost"):
    """Why there is no session, in small letters; nothing when there is one."""
    try:
        answers(address, context, [LAST_REQUEST], name)
    except (ssl.SSLError, OSError) as error:
        return str(error).lower().replace("_", " ")
    return ""


def trusting(ca):
    return ssl.create_default_context(cafile=ca)


def said(address, sent):
    """What the server says to bytes that are no TLS."""
    with connected(address) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        try:
            return read_all(connection)
        except ConnectionResetError:
            return b""


def reuses(address, ca, folder):
    """Whether s_client resumes the session that it has kept."""
    kept = pathlib.Path(folder, "session.pem")
    texts = []
    for option in ("-sess_out", "-sess_in"):
        command = ["openssl", "s_client", "-connect", address, "-CAfile", ca, "-servername", "localhost", "-ign_eof",
                   option, kept]
        # It reads the ticket with the answer, and ends with the server's close.
        texts.append(subprocess.run(command, input=LAST_REQUEST, capture_output=True, timeout=20).stdout.decode())
    return texts[0].count("New, TLSv1.3") == 1 and texts[1].count("Reused, TLSv1.3") == 1


def faults(address, ca, folder):
    """What is wrong with a server that wants no client certificates."""
    context = trusting(ca)
    found = []

    def check(holds, sentence):
        if not holds:
            found.append(f"TLS: {sentence}")

    with context.wrap_socket(connected(address), server_hostname="localhost") as connection:
        check(connection.version() == "TLSv1.3", f"a client gets {connection.version()}")
    check(answers(address, context, [REQUEST] * 15 + [LAST_REQUEST]).count(b"HTTP/1.1 200") == 16, "requests are lost")
    check(b" 200 OK" in answers(address, context, [bytes([byte]) for byte in LAST_REQUEST]), "a byte a record is too short")
    check(b"Strict-Transport-Security" in answers(address, context, [LAST_REQUEST]), "there is no HSTS")

    check("hostname mismatch" in refusal(address, context, "elsewhere.example"), "the name is wrong, and taken")
    check(refusal(address, ssl.create_default_context()), "a client that does not know the authority is served")
    old = trusting(ca)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    check("protocol version" in refusal(address, old), "TLS 1.2 is taken")
    other = trusting(ca)
    other.set_alpn_protocols(["h2"])
    check("no application protocol" in refusal(address, other), "a client that wants HTTP/2 only is served")
    both = trusting(ca)
    both.set_alpn_protocols(["h2", "http/1.1"])
    with both.wrap_socket(connected(address), server_hostname="localhost") as connection:
        check(connection.selected_alpn_protocol() == "http/1.1", "HTTP/1.1 is not chosen (ALPN)")
    check(reuses(address, ca, folder), "a session is not resumed")

    for sent in (LAST_REQUEST, b"\x16\x03\x01\xff\xff" + bytes(70000), b"\x00" * 600, b"\x16\x03\x01\x02\x00\x01", b""):
        check(not re.search(rb"HTTP", said(address, sent)), f"{sent[:16]!r} is answered")
    return found


def make_certificate(folder, name, days=2, host="localhost"):
    """A certificate that is its own authority, and its key. With negative days it has expired."""
    place = pathlib.Path(folder, name)
    certificate, key, request, extensions = (place.with_suffix(end) for end in (".crt", ".key", ".csr", ".ext"))
    extensions.write_text(f"subjectAltName=DNS:{host}\n")
    for command in (
            ["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
             "-keyout", key, "-out", request],
            ["x509", "-req", "-in", request, "-signkey", key, "-days", str(days), "-extfile", extensions,
             "-out", certificate]):
        subprocess.run(["openssl", *command], check=True, capture_output=True, timeout=20)
    key.chmod(0o600)
    return certificate, key


def curl(address, ca, *options, path="/api/health"):
    """What curl says it got: a status, or 000."""
    command = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--noproxy", "*", "--cacert", ca, *options,
               f"https://{address}{path}"]
    return subprocess.run(command, capture_output=True, text=True, timeout=20).stdout


class Clients:
    """Certificates of clients: a good one, one that has expired, and one that nobody knows."""

    def __init__(self, folder):
        self.good = make_certificate(folder, "client")
        self.expired = make_certificate(folder, "expired", days=-1)
        self.stranger = make_certificate(folder, "stranger")
        self.authority = pathlib.Path(folder, "clients.pem")
        self.authority.write_text(self.good[0].read_text() + self.expired[0].read_text())


def client_certificate_faults(address, ca, clients):
    """What is wrong with a server that takes clients with certificates only."""
    found = []
    for name, pair in ("good", clients.good), ("expired", clients.expired), ("unknown", clients.stranger), ("no", None):
        context = trusting(ca)
        options = []
        if pair:
            context.load_cert_chain(*pair)
            options = ["--cert", pair[0], "--key", pair[1]]
        served = name == "good"
        if (refusal(address, context) == "") != served:
            found.append(f"TLS: Python with {name} certificate: {refusal(address, context)!r}")
        if (curl(address, ca, *options) == "200") != served:
            found.append(f"TLS: curl with {name} certificate: {curl(address, ca, *options)}")
    return found


def bound_token_faults(address, ca, clients, free, bound):
    """What is wrong with a server that takes a bound token from its certificate's owner only (RFC 8705)."""
    found = []
    own, other = (["--cert", pair[0], "--key", pair[1]] for pair in (clients.good, clients.stranger))
    for token, options, status in (
            (bound, other, "401"), (bound, own, "200"), (bound, own, "200"), (bound, other, "401"), (bound, [], "401"),
            (free, [], "200"), (free, other, "200")):
        got = curl(address, ca, *options, "-H", f"Authorization: Bearer {token}", path="/api/profile")
        if got != status:
            found.append(f"TLS: a token and a certificate give {got}, not {status}: {options}")
    return found


def name_faults(address, ca, other_ca):
    """What is wrong with a server that has a second certificate, for other.example."""
    found = []
    for name, authority in ("localhost", ca), ("other.example", other_ca), ("OTHER.example", other_ca):
        if reason := refusal(address, trusting(authority), name):
            found.append(f"TLS: {name} (SNI) is refused: {reason}")
    host, _, port = address.rpartition(":")
    resolved = ["--resolve", f"other.example:{port}:{host}"]
    if curl(f"other.example:{port}", other_ca, *resolved) != "200":
        found.append("TLS: curl gets no answer from other.example")
    if "certificate verify failed" not in refusal(address, trusting(other_ca), "else.example"):
        found.append("TLS: a name that nobody has is not shown the first certificate")
    return found


def old_version_faults(address, ca, folder):
    """What is wrong with a server that takes TLS 1.2."""
    context = trusting(ca)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    found = [f"TLS 1.2: {reason}"] if (reason := refusal(address, context)) else []
    session = None
    for attempt in range(2):
        with context.wrap_socket(connected(address), server_hostname="localhost", session=session) as connection:
            session = connection.session
            if connection.session_reused != (attempt == 1):
                found.append(f"TLS 1.2: session {attempt} is resumed: {connection.session_reused}")
    for cipher in "AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256", "DHE-RSA-AES128-GCM-SHA256":
        context.set_ciphers(cipher + ":@SECLEVEL=0")
        if not refusal(address, context):
            found.append(f"TLS 1.2: {cipher} is taken")
    # A line that is R has s_client ask for a new handshake.
    command = ["openssl", "s_client", "-connect", address, "-CAfile", ca, "-tls1_2", "-servername", "localhost"]
    asked = subprocess.run(command, input=b"R\n" + LAST_REQUEST, capture_output=True, timeout=20)
    if b"RENEGOTIATING" not in asked.stdout + asked.stderr or b"no renegotiation" not in asked.stderr:
        found.append(f"TLS 1.2: renegotiation is not refused: {asked.stderr[-300:]!r}")
    return found


def flood_faults(address, ca, count=300):
    """What is wrong with a server beside many clients who begin a handshake and leave it at that, or say garbage."""
    hello = ssl.MemoryBIO()
    client = trusting(ca).wrap_bio(ssl.MemoryBIO(), hello, server_hostname="localhost")
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        pass
    record = hello.read()
    crowd = []
    for number in range(count):
        connection = connected(address)
        # The whole hello and then silence, a part of it, garbage behind it, or a record that is longer than any.
        sent = (record, record[:100], record + bytes(200), b"\x16\x03\x01\xff\xff" + bytes(2000))[number % 4]
        try:
            connection.sendall(sent)
        except OSError:
            pass
        crowd.append(connection)
        if number % 50 == 49 and (reason := refusal(address, trusting(ca))):
            return [f"TLS: beside {number} unfinished handshakes a client is refused: {reason}"]
    for connection in crowd:
        connection.close()
    return [f"TLS: after a flood: {reason}"] if (reason := refusal(address, trusting(ca))) else []
