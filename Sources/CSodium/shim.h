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

static inline void ringfort_random(void *bytes, size_t count) { randombytes_buf(bytes, count); }

#endif
