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


def make_client_certificate(folder):
    """A certificate for clients that is its own authority, and its key."""
    certificate, key = pathlib.Path(folder, "client.crt"), pathlib.Path(folder, "client.key")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
         "/CN=client", "-days", "2", "-keyout", key, "-out", certificate], check=True, capture_output=True, timeout=20)
    return certificate, key


def client_certificate_faults(address, ca, certificate, key):
    """What is wrong with a server that takes clients with this certificate only."""
    without = trusting(ca)
    with_it = trusting(ca)
    with_it.load_cert_chain(certificate, key)
    found = []
    if b" 200 OK" not in answers(address, with_it, [LAST_REQUEST]):
        found.append("TLS: a client with a certificate is not served")
    if not refusal(address, without):
        found.append("TLS: a client without a certificate is served")
    return found
