#include "CRE2.h"

#include <re2/re2.h>

static const re2::RE2 *unwrapped(const cre2_pattern *pattern) { return reinterpret_cast<const re2::RE2 *>(pattern); }

cre2_pattern *cre2_pattern_make(const char *text, size_t length, int64_t memory_bytes) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_never_capture(true);
    options.set_max_mem(memory_bytes);
    return reinterpret_cast<cre2_pattern *>(new re2::RE2(re2::StringPiece(text, length), options));
}

void cre2_pattern_free(cre2_pattern *pattern) { delete unwrapped(pattern); }

bool cre2_pattern_is_valid(const cre2_pattern *pattern) { return unwrapped(pattern)->ok(); }

const char *cre2_pattern_error(const cre2_pattern *pattern) { return unwrapped(pattern)->error().c_str(); }

bool cre2_pattern_matches(const cre2_pattern *pattern, const char *text, size_t length) {
    return unwrapped(pattern)->Match(re2::StringPiece(text, length), 0, length, re2::RE2::UNANCHORED, nullptr, 0);
}
