#ifndef RINGFORT_COPENSSL_SHIM_H
#define RINGFORT_COPENSSL_SHIM_H

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

#endif
