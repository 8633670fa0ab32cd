#ifndef RINGFORT_COPENSSL_SHIM_H
#define RINGFORT_COPENSSL_SHIM_H

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdh.h>
#include <openssl/ecdsa.h>
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

/* P-384 on its own objects: EVP would take a context for each signature, and wants it in DER. */
static inline EC_KEY *ringfort_p384_new(void) { return EC_KEY_new_by_curve_name(NID_secp384r1); }
static inline EC_KEY *ringfort_p384_of_evp(EVP_PKEY *key) { return EVP_PKEY_get1_EC_KEY(key); }
static inline void ringfort_p384_free(EC_KEY *key) { EC_KEY_free(key); }
static inline int ringfort_p384_check(EC_KEY *key) { return EC_KEY_check_key(key); }
static inline int ringfort_p384_generate(EC_KEY *key) { return EC_KEY_generate_key(key); }
static inline const EC_GROUP *ringfort_p384_group(const EC_KEY *key) { return EC_KEY_get0_group(key); }
static inline const EC_POINT *ringfort_p384_point(const EC_KEY *key) { return EC_KEY_get0_public_key(key); }
static inline const BIGNUM *ringfort_p384_scalar(const EC_KEY *key) { return EC_KEY_get0_private_key(key); }

static inline int ringfort_p384_set_point(EC_KEY *key, const EC_POINT *point) {
    return EC_KEY_set_public_key(key, point);
}

static inline int ringfort_p384_read_point(EC_KEY *key, const void *bytes, size_t count) {
    return EC_KEY_oct2key(key, (const unsigned char *) bytes, count, NULL);
}

static inline int ringfort_p384_read_scalar(EC_KEY *key, const void *bytes, size_t count) {
    return EC_KEY_oct2priv(key, (const unsigned char *) bytes, count);
}

static inline size_t ringfort_p384_write_scalar(const EC_KEY *key, void *bytes, size_t count) {
    return EC_KEY_priv2oct(key, (unsigned char *) bytes, count);
}

static inline ECDSA_SIG *ringfort_p384_sign(const void *digest, size_t count, EC_KEY *key) {
    return ECDSA_do_sign((const unsigned char *) digest, (int) count, key);
}

static inline int ringfort_p384_verify(
    const void *digest, size_t count, const ECDSA_SIG *signature, EC_KEY *key) {
    return ECDSA_do_verify((const unsigned char *) digest, (int) count, signature, key);
}

static inline int ringfort_p384_shared(void *shared, size_t count, const EC_POINT *point, const EC_KEY *key) {
    return ECDH_compute_key(shared, count, point, key, NULL);
}

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

static inline BIGNUM *ringfort_bn_of(const void *bytes, size_t count) {
    return BN_bin2bn((const unsigned char *) bytes, (int) count, NULL);
}

static inline int ringfort_bn_write(const BIGNUM *number, void *bytes, size_t count) {
    return BN_bn2binpad(number, (unsigned char *) bytes, (int) count);
}

static inline int ringfort_pbkdf2_sha384(
    void *key, size_t key_count, const void *password, size_t password_count, const void *salt, size_t salt_count,
    int iterations) {
    return PKCS5_PBKDF2_HMAC((const char *) password, (int) password_count, (const unsigned char *) salt,
        (int) salt_count, iterations, EVP_sha384(), (int) key_count, (unsigned char *) key);
}

static inline int ringfort_cipher_start(EVP_CIPHER_CTX *context, const void *key, const void *counter) {
    return EVP_EncryptInit_ex2(context, NULL, (const unsigned char *) key, (const unsigned char *) counter, NULL);
}

static inline int ringfort_cipher_apply(EVP_CIPHER_CTX *context, void *bytes, size_t count) {
    int written = 0;
    return EVP_EncryptUpdate(
        context, (unsigned char *) bytes, &written, (const unsigned char *) bytes, (int) count);
}

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
