#ifndef RINGFORT_COPENSSL_SHIM_H
#define RINGFORT_COPENSSL_SHIM_H

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

/* OpenSSL 3 deprecates the SHA-256 functions that work on a caller's own state. They stay, and only they let an HMAC
   key's inner and outer state be prepared once and copied for each message: EVP_MAC takes half as long again. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

static inline int ringfort_sha256_init(SHA256_CTX *state) { return SHA256_Init(state); }

static inline int ringfort_sha256_update(SHA256_CTX *state, const void *bytes, size_t count) {
    return SHA256_Update(state, bytes, count);
}

static inline int ringfort_sha256_final(unsigned char *digest, SHA256_CTX *state) { return SHA256_Final(digest, state); }

#pragma GCC diagnostic pop

/* Macros that Swift can't import. */
static inline void ringfort_openssl_clear_free(void *bytes, size_t count) { OPENSSL_clear_free(bytes, count); }
static inline void ringfort_openssl_free(void *bytes) { OPENSSL_free(bytes); }

#endif
