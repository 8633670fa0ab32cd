"""What Authlib, an OAuth client that others use, makes of a release server: tokens for a client by both ways of saying who it
is, refresh, introspection and revocation, and what the metadata and the published keys are good for."""

import json
import re
import subprocess
import tempfile
import urllib.request

import joserfc.jwt
import pyseto
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc.jwk import KeySet

from clients import Server

ORIGIN = "https://api.example"
SCOPE = "read:profile write:posts"


def fetch(url, body=None):
    request = urllib.request.Request(url, body and json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as response:
        return json.load(response)


def claims(url, kind, token):
    """What the token says, checked with the keys that the server publishes."""
    if kind == "EdDSA":
        keys = KeySet.import_key_set(fetch(f"{url}/.well-known/jwks.json"))
        return joserfc.jwt.decode(token, keys, algorithms=[kind]).claims
    footer = json.loads(pyseto.Token.new(token).footer)
    (paserk,) = [key["paserk"] for key in fetch(f"{url}/.well-known/paserk.json")["keys"] if key["kid"] == footer["kid"]]
    return json.loads(pyseto.decode(pyseto.Key.from_paserk(paserk), token).payload)


def session_faults(url, kind, secret, method, login):
    """A client's whole session; `login` is what a user got who logged in."""
    client = OAuth2Session("reports", secret, token_endpoint_auth_method=method)
    faults = []

    def expect(what, isRight):
        if not isRight:
            faults.append(f"{kind}, {method}: {what}")

    def is_active(token):
        answer = client.introspect_token(f"{url}/oauth/introspect", token=token)
        return answer.status_code == 200 and answer.json()["active"]

    token = client.fetch_token(f"{url}/oauth/token", grant_type="client_credentials", scope="read:profile")
    access = token["access_token"]
    expect("the scope is not the one that was asked for", token["scope"] == "read:profile")
    expect("the published keys don't check the token", claims(url, kind, access)["client_id"] == "reports")
    expect("the token doesn't let in", client.get(f"{url}/api/profile").json() == {"subject": "reports"})
    expect("the token is not active", is_active(access))
    expect("revocation failed", client.revoke_token(f"{url}/oauth/revoke", token=access).status_code == 200)
    expect("a revoked token is active", not is_active(access))
    expect("a revoked token lets in", client.get(f"{url}/api/profile").status_code == 401)
    refresh = login["refresh_token"]
    expect("the refresh token is not active", is_active(refresh))
    renewed = client.refresh_token(f"{url}/oauth/token", refresh_token=refresh)
    expect("the refreshed token is not the user's", claims(url, kind, renewed["access_token"])["sub"] == "alice")
    expect("a refresh token is good twice", not is_active(refresh))
    client.revoke_token(f"{url}/oauth/revoke", token=renewed["refresh_token"], token_type_hint="refresh_token")
    expect("a revoked session's token is active", not is_active(renewed["access_token"]))
    for form, error in [
        ({"grant_type": "client_credentials", "scope": "delete:posts"}, "invalid_scope"),
        ({"grant_type": "refresh_token", "refresh_token": refresh}, "invalid_grant"),
        ({"grant_type": "password", "username": "alice", "password": "x"}, "unsupported_grant_type"),
    ]:
        try:
            client.fetch_token(f"{url}/oauth/token", **form)
            faults.append(f"{kind}, {method}: {form} was granted")
        except OAuthError as fault:
            expect(f"{form} gave {fault.error}", fault.error == error)
    try:
        stranger = OAuth2Session("reports", secret + "x", token_endpoint_auth_method=method)
        stranger.fetch_token(f"{url}/oauth/token", grant_type="client_credentials")
        faults.append(f"{kind}, {method}: a wrong secret was taken")
    except OAuthError as fault:
        expect(f"a wrong secret gave {fault.error}", fault.error == "invalid_client")
    return faults


def faults(binary):
    found = []
    for kind in ["v4.public", "EdDSA"]:
        with tempfile.TemporaryDirectory() as directory:
            add = [binary, "client", "add", "reports", "--scope", SCOPE, "--introspect"]
            added = subprocess.run(add, cwd=directory, capture_output=True, text=True, check=True)
            options = ["--login-format", kind, "--origin", ORIGIN, "--limit-ip", "off"]
            with Server(binary, directory, options=options) as server:
                url, password = f"http://{server.address}", re.search(r"alice +(\S+)", server.said).group(1)
                for method in ["client_secret_basic", "client_secret_post"]:
                    login = fetch(f"{url}/api/login", {"username": "alice", "password": password})
                    found += session_faults(url, kind, added.stdout.strip(), method, login)
                metadata = fetch(f"{url}/.well-known/oauth-authorization-server")
                if metadata["token_endpoint"] != f"{ORIGIN}/oauth/token":
                    found.append(f"the metadata names {metadata['token_endpoint']}")
                server.stop()
    print(f"interop: Authlib's client: 4 sessions, {len(found)} faults")
    return found
