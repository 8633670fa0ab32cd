// RE2's calls under C names. No logic: each function is one call.
#ifndef RINGFORT_CRE2_H
#define RINGFORT_CRE2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cre2_pattern cre2_pattern;

/// Compiles a pattern of UTF-8. What it returns is never null; it is given back to `cre2_pattern_free`.
cre2_pattern *cre2_pattern_make(const char *text, size_t length, int64_t memory_bytes);
void cre2_pattern_free(cre2_pattern *pattern);

/// Whether the pattern was understood. One that was not matches nothing.
bool cre2_pattern_is_valid(const cre2_pattern *pattern);

/// Why it was not understood: text that ends with NUL and lives as long as the pattern.
const char *cre2_pattern_error(const cre2_pattern *pattern);

/// Whether the pattern matches anywhere in the text. Any number of threads may ask at once.
bool cre2_pattern_matches(const cre2_pattern *pattern, const char *text, size_t length);

#ifdef __cplusplus
}
#endif

#endif
