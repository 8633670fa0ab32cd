#ifndef RINGFORT_COPENSSL_TLS_H
#define RINGFORT_COPENSSL_TLS_H

/* What Swift can't import of libssl: macros over SSL_ctrl and its like. No logic. */

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

static inline int ringfort_tls_set_versions(SSL_CTX *context, int oldest, int newest) {
    return SSL_CTX_set_min_proto_version(context, oldest) && SSL_CTX_set_max_proto_version(context, newest);
}

static inline int ringfort_tls_set_groups(SSL_CTX *context, const char *names) {
    return (int) SSL_CTX_set1_groups_list(context, names);
}

static inline void ringfort_tls_set_mode(SSL_CTX *context, long mode) { SSL_CTX_set_mode(context, mode); }

static inline void ringfort_tls_set_session_cache(SSL_CTX *context, long mode) {
    SSL_CTX_set_session_cache_mode(context, mode);
}

static inline int ringfort_tls_add_chain(SSL_CTX *context, X509 *certificate) {
    return (int) SSL_CTX_add1_chain_cert(context, certificate);
}

static inline void ringfort_tls_set_longest_chain(SSL_CTX *context, long byte_count) {
    SSL_CTX_set_max_cert_list(context, byte_count);
}

static inline void ringfort_tls_on_server_name(
    SSL_CTX *context, int (*callback)(SSL *, int *, void *), void *argument) {
    SSL_CTX_set_tlsext_servername_callback(context, callback);
    SSL_CTX_set_tlsext_servername_arg(context, argument);
}

static inline void ringfort_tls_on_status(SSL_CTX *context, int (*callback)(SSL *, void *), void *argument) {
    SSL_CTX_set_tlsext_status_cb(context, callback);
    SSL_CTX_set_tlsext_status_arg(context, argument);
}

/* The session owns `response`, which came from OPENSSL_malloc. */
static inline void ringfort_tls_set_status(SSL *session, void *response, long byte_count) {
    SSL_set_tlsext_status_ocsp_resp(session, (unsigned char *) response, byte_count);
}

static inline const char *ringfort_tls_cipher_name(const SSL *session) { return SSL_get_cipher_name(session); }

static const int ringfort_bio_retry_flags = BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY;
static const uint64_t ringfort_tls_no_renegotiation = SSL_OP_NO_RENEGOTIATION;
static const uint64_t ringfort_tls_own_preference = SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA;
static const uint64_t ringfort_tls_no_ticket = SSL_OP_NO_TICKET;

/* The client's side, for tests and benchmarks. */
static inline int ringfort_tls_set_server_name(SSL *session, const char *name) {
    return (int) SSL_set_tlsext_host_name(session, name);
}
static inline void ringfort_tls_ask_status(SSL *session) { SSL_set_tlsext_status_type(session, TLSEXT_STATUSTYPE_ocsp); }
static inline long ringfort_tls_get_status(SSL *session, const unsigned char **bytes) {
    return SSL_get_tlsext_status_ocsp_resp(session, (unsigned char **) bytes);
}

/* Parameters of an algorithm are an array of a C struct that only C builds in place. */
static inline int ringfort_hmac_sha256_init(EVP_MAC_CTX *context, const void *key, size_t count) {
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *) "SHA256", 0), OSSL_PARAM_construct_end()};
    return EVP_MAC_init(context, (const unsigned char *) key, count, parameters);
}

static inline void *ringfort_openssl_copy(const void *bytes, size_t count) { return OPENSSL_memdup(bytes, count); }

#endif
