#ifndef RINGFORT_COPENSSL_SHIM_H
#define RINGFORT_COPENSSL_SHIM_H

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

/* OpenSSL 3 deprecates the SHA-2 functions that work on a caller's own state. They stay, and only they let an HMAC
   key's inner and outer state be prepared once and copied for each message: EVP_MAC takes half as long again. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

static inline int ringfort_sha256_init(SHA256_CTX *state) { return SHA256_Init(state); }

static inline int ringfort_sha256_update(SHA256_CTX *state, const void *bytes, size_t count) {
    return SHA256_Update(state, bytes, count);
}

static inline int ringfort_sha256_final(unsigned char *digest, SHA256_CTX *state) { return SHA256_Final(digest, state); }

/* A SHA512_CTX, which has a union in it, in a form that Swift knows to be plain memory. */
typedef struct {
    unsigned long long words[sizeof(SHA512_CTX) / sizeof(unsigned long long)];
} ringfort_sha512_state;
_Static_assert(sizeof(ringfort_sha512_state) == sizeof(SHA512_CTX), "the state is not whole words");

static inline int ringfort_sha384_init(ringfort_sha512_state *state) { return SHA384_Init((SHA512_CTX *) state); }

static inline int ringfort_sha512_init(ringfort_sha512_state *state) { return SHA512_Init((SHA512_CTX *) state); }

static inline int ringfort_sha512_update(ringfort_sha512_state *state, const void *bytes, size_t count) {
    return SHA512_Update((SHA512_CTX *) state, bytes, count);
}

/* Writes as many bytes as the function that the state was made for has: 48 or 64. */
static inline int ringfort_sha512_final(unsigned char *digest, ringfort_sha512_state *state) {
    return SHA512_Final(digest, (SHA512_CTX *) state);
}

#pragma GCC diagnostic pop

/* Functions of a variable number of arguments, which Swift can't call. */
static inline EVP_PKEY *ringfort_ec_generate(const char *group) {
    return EVP_PKEY_Q_keygen(NULL, NULL, "EC", group);
}
static inline EVP_PKEY *ringfort_rsa_generate(size_t bits) { return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", bits); }

/* The same functions over untyped bytes, which is what a span holds. */
static inline int ringfort_pkey_verify(
    EVP_PKEY_CTX *context, const void *signature, size_t signature_count, const void *digest, size_t digest_count) {
    return EVP_PKEY_verify(
        context, (const unsigned char *) signature, signature_count, (const unsigned char *) digest, digest_count);
}
static inline int ringfort_pkey_sign(
    EVP_PKEY_CTX *context, void *signature, size_t *signature_count, const void *digest, size_t digest_count) {
    return EVP_PKEY_sign(
        context, (unsigned char *) signature, signature_count, (const unsigned char *) digest, digest_count);
}

/* Macros that Swift can't import. */
static inline void ringfort_openssl_clear_free(void *bytes, size_t count) { OPENSSL_clear_free(bytes, count); }
static inline void ringfort_openssl_free(void *bytes) { OPENSSL_free(bytes); }

#endif
