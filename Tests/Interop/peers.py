"""Other implementations of tokens, each behind the same four functions."""

import base64
import json
import warnings

import joserfc.errors
import joserfc.jwk
import joserfc.jwt
import jwt
import pyseto
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jws import JWSRegistry

# joserfc warns of the name EdDSA, which RFC 9864 deprecates; it is what is tried here.
warnings.filterwarnings("ignore", category=joserfc.errors.SecurityWarning)


def _public_pem(pem):
    key = serialization.load_pem_private_key(pem, None).public_key()
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


class PyJWT:
    name = "PyJWT"

    @staticmethod
    def has(algorithm):
        return algorithm in jwt.algorithms.get_default_algorithms()

    @staticmethod
    def make(algorithm, key_file, kid, claims):
        return jwt.encode(claims, key_file.read_bytes(), algorithm, headers={"kid": kid})

    @staticmethod
    def read(algorithm, key_file, token):
        key = key_file.read_bytes()
        key = key if algorithm.startswith("HS") else _public_pem(key)
        return jwt.decode(token, key, [algorithm], audience="interop", issuer="interop")


class Joserfc:
    name = "joserfc"

    @staticmethod
    def has(algorithm):
        return algorithm in JWSRegistry.algorithms

    @staticmethod
    def _key(algorithm, content):
        if algorithm.startswith("HS"):
            return joserfc.jwk.OctKey.import_key(content)
        kind = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}[algorithm[:2]]
        return joserfc.jwk.import_key(content, kind)

    @classmethod
    def make(cls, algorithm, key_file, kid, claims):
        key = cls._key(algorithm, key_file.read_bytes())
        return joserfc.jwt.encode({"alg": algorithm, "kid": kid}, claims, key, algorithms=[algorithm])

    @classmethod
    def read(cls, algorithm, key_file, token):
        content = key_file.read_bytes()
        key = cls._key(algorithm, content if algorithm.startswith("HS") else _public_pem(content))
        found = joserfc.jwt.decode(token, key, algorithms=[algorithm])
        joserfc.jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": "interop"}, aud={"essential": True, "value": "interop"}
        ).validate(found.claims)
        return found.claims


class PySETO:
    name = "pyseto"

    @staticmethod
    def has(algorithm):
        version, dot, purpose = algorithm.partition(".")
        return version in ("v1", "v2", "v3", "v4") and dot == "." and purpose in ("local", "public")

    @staticmethod
    def _key(algorithm, key_file, is_public):
        version, purpose = int(algorithm[1]), algorithm[3:]
        text = key_file.read_text().strip()
        if text.startswith("k3.secret."):
            scalar = int.from_bytes(base64.urlsafe_b64decode(text.removeprefix("k3.secret.")), "big")
            text = ec.derive_private_key(scalar, ec.SECP384R1()).private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
        if purpose == "local":
            return pyseto.Key.new(version, purpose, bytes.fromhex(text))
        pem = text.encode()
        return pyseto.Key.new(version, purpose, _public_pem(pem) if is_public else pem)

    @classmethod
    def make(cls, algorithm, key_file, kid, claims):
        key = cls._key(algorithm, key_file, is_public=False)
        return pyseto.encode(key, json.dumps(claims), footer=json.dumps({"kid": kid})).decode()

    @classmethod
    def read(cls, algorithm, key_file, token):
        key = cls._key(algorithm, key_file, is_public=True)
        return pyseto.decode(key, token, deserializer=json, aud="interop").payload


PEERS = [PyJWT, Joserfc, PySETO]
