"""Other implementations of tokens, each behind the same functions."""

import json
import warnings

import joserfc.errors
import joserfc.jwk
import joserfc.jwt
import jwt
import pyseto
from cryptography.hazmat.primitives import serialization
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

    @staticmethod
    def name_of(algorithm, key_file):
        return None


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

    @classmethod
    def name_of(cls, algorithm, key_file):
        """The thumbprint of a public key, as `ringfort key show` has it."""
        if algorithm.startswith("HS"):
            return None
        return "thumbprint", cls._key(algorithm, _public_pem(key_file.read_bytes())).thumbprint()


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

    @classmethod
    def name_of(cls, algorithm, key_file):
        """The PASERK id of a key, as `ringfort key show` has it."""
        return "paserk_id", cls._key(algorithm, key_file, is_public=True).to_paserk_id()


PEERS = [PyJWT, Joserfc, PySETO]
