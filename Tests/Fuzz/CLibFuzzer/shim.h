#ifndef RINGFORT_CLIBFUZZER_SHIM_H
#define RINGFORT_CLIBFUZZER_SHIM_H

/* libFuzzer has no header for its library interface (https://llvm.org/docs/LibFuzzer.html). No logic. */

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t byte_count));

#endif
