#ifndef RINGFORT_CCURL_SHIM_H
#define RINGFORT_CCURL_SHIM_H

/* libcurl, and its functions with a variable argument, which Swift can't call, by the type of that argument. No logic. */

/* First, as in CLiburing: all modules must see the same declarations of glibc. */
#include <features.h>
#include <curl/curl.h>

/* Macros that take any option, where the functions behind them are meant. */
#undef curl_easy_setopt
#undef curl_easy_getinfo

static inline CURLcode ringfort_curl_set_number(CURL *curl, CURLoption option, long value) {
    return curl_easy_setopt(curl, option, value);
}

static inline CURLcode ringfort_curl_set_text(CURL *curl, CURLoption option, const char *value) {
    return curl_easy_setopt(curl, option, value);
}

static inline CURLcode ringfort_curl_set_pointer(CURL *curl, CURLoption option, void *value) {
    return curl_easy_setopt(curl, option, value);
}

static inline CURLcode ringfort_curl_set_headers(CURL *curl, struct curl_slist *headers) {
    return curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
}

static inline CURLcode ringfort_curl_set_write(CURL *curl, CURLoption option, curl_write_callback callback) {
    return curl_easy_setopt(curl, option, callback);
}

static inline CURLcode ringfort_curl_set_progress(CURL *curl, curl_xferinfo_callback callback) {
    return curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, callback);
}

static inline CURLcode ringfort_curl_set_open(CURL *curl, curl_opensocket_callback callback) {
    return curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, callback);
}

static inline CURLcode ringfort_curl_get_number(CURL *curl, CURLINFO info, long *value) {
    return curl_easy_getinfo(curl, info, value);
}

static inline CURLcode ringfort_curl_get_text(CURL *curl, CURLINFO info, const char **value) {
    return curl_easy_getinfo(curl, info, value);
}

#endif
