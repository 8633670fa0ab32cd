#ifndef RINGFORT_CSODIUM_SHIM_H
#define RINGFORT_CSODIUM_SHIM_H

#include <sodium.h>

/* The same functions over untyped bytes, which is what a span holds. The address of no bytes may be null. */

static inline int ringfort_ed25519_is_public_key(const void *key) {
    return crypto_core_ed25519_is_valid_point((const unsigned char *) key);
}

static inline int ringfort_ed25519_verify(
    const void *signature, const void *message, size_t count, const void *public_key) {
    return crypto_sign_verify_detached(
        (const unsigned char *) signature, (const unsigned char *) message, count, (const unsigned char *) public_key);
}

static inline int ringfort_ed25519_sign(void *signature, const void *message, size_t count, const void *secret_key) {
    return crypto_sign_detached(
        (unsigned char *) signature, NULL, (const unsigned char *) message, count, (const unsigned char *) secret_key);
}

static inline int ringfort_ed25519_expand(void *public_key, void *secret_key, const void *seed) {
    return crypto_sign_seed_keypair(
        (unsigned char *) public_key, (unsigned char *) secret_key, (const unsigned char *) seed);
}

/* In a time that depends on `count` only; quicker for the two lengths that most codes have. */
static inline int ringfort_equal_codes(const void *left, const void *right, size_t count) {
    const unsigned char *a = (const unsigned char *) left, *b = (const unsigned char *) right;
    if (count == 32) return crypto_verify_32(a, b) == 0;
    if (count == 64) return crypto_verify_64(a, b) == 0;
    return sodium_memcmp(a, b, count) == 0;
}

static inline void ringfort_blake2b(
    void *digest, size_t digest_count, const void *bytes, size_t count, const void *key, size_t key_count) {
    crypto_generichash_blake2b((unsigned char *) digest, digest_count, (const unsigned char *) bytes, count,
        (const unsigned char *) key, key_count);
}

static inline void ringfort_xchacha20_xor(void *bytes, size_t count, const void *nonce, const void *key) {
    crypto_stream_xchacha20_xor((unsigned char *) bytes, (const unsigned char *) bytes, count,
        (const unsigned char *) nonce, (const unsigned char *) key);
}

static inline void ringfort_xchacha20poly1305_seal(
    void *sealed, const void *bytes, size_t count, const void *associated, size_t associated_count, const void *nonce,
    const void *key) {
    crypto_aead_xchacha20poly1305_ietf_encrypt((unsigned char *) sealed, NULL, (const unsigned char *) bytes, count,
        (const unsigned char *) associated, associated_count, NULL, (const unsigned char *) nonce,
        (const unsigned char *) key);
}

static inline int ringfort_xchacha20poly1305_open(
    void *bytes, const void *sealed, size_t sealed_count, const void *associated, size_t associated_count,
    const void *nonce, const void *key) {
    return crypto_aead_xchacha20poly1305_ietf_decrypt((unsigned char *) bytes, NULL, NULL,
        (const unsigned char *) sealed, sealed_count, (const unsigned char *) associated, associated_count,
        (const unsigned char *) nonce, (const unsigned char *) key);
}

static inline int ringfort_argon2id(
    void *key, size_t key_count, const void *password, size_t password_count, const void *salt,
    unsigned long long passes, size_t memory_count) {
    return crypto_pwhash((unsigned char *) key, key_count, (const char *) password, password_count,
        (const unsigned char *) salt, passes, memory_count, crypto_pwhash_ALG_ARGON2ID13);
}

/* A password's hash as text, of at most crypto_pwhash_STRBYTES bytes with its zero. */
static inline int ringfort_password_hash(
    void *text, const void *password, size_t password_count, unsigned long long passes, size_t memory_count) {
    return crypto_pwhash_str((char *) text, (const char *) password, password_count, passes, memory_count);
}

static inline int ringfort_password_verify(const char *text, const void *password, size_t password_count) {
    return crypto_pwhash_str_verify(text, (const char *) password, password_count);
}

static inline int ringfort_x25519_of_ed25519_public(void *converted, const void *public_key) {
    return crypto_sign_ed25519_pk_to_curve25519((unsigned char *) converted, (const unsigned char *) public_key);
}

static inline int ringfort_x25519_of_ed25519_secret(void *converted, const void *secret_key) {
    return crypto_sign_ed25519_sk_to_curve25519((unsigned char *) converted, (const unsigned char *) secret_key);
}

static inline int ringfort_x25519_public(void *public_key, const void *secret_key) {
    return crypto_scalarmult_base((unsigned char *) public_key, (const unsigned char *) secret_key);
}

static inline int ringfort_x25519_shared(void *shared, const void *secret_key, const void *public_key) {
    return crypto_scalarmult(
        (unsigned char *) shared, (const unsigned char *) secret_key, (const unsigned char *) public_key);
}

static inline int ringfort_hex_decode(void *bytes, size_t count, const void *digits, size_t digit_count) {
    size_t decoded = 0;
    int status = sodium_hex2bin(
        (unsigned char *) bytes, count, (const char *) digits, digit_count, NULL, &decoded, NULL);
    return status == 0 && decoded == count;
}

/* Writes a zero behind the digits, for which there must be room. */
static inline void ringfort_hex_encode(void *digits, const void *bytes, size_t count) {
    sodium_bin2hex((char *) digits, 2 * count + 1, (const unsigned char *) bytes, count);
}

/* Base64url without padding; writes a zero behind it, for which there must be room. */
static inline void ringfort_base64url_encode(void *text, size_t text_count, const void *bytes, size_t count) {
    sodium_bin2base64((char *) text, text_count, (const unsigned char *) bytes, count,
        sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static inline void ringfort_random(void *bytes, size_t count) { randombytes_buf(bytes, count); }

#endif
