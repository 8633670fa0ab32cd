#ifndef RINGFORT_ALLOCATION_COUNTER_H
#define RINGFORT_ALLOCATION_COUNTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many blocks the calling thread has asked the heap for since it began. */
uint64_t ringfort_thread_allocations(void);

/* Whether allocations are counted. Under a sanitizer they are not: the heap is the sanitizer's then. */
bool ringfort_allocations_are_counted(void);

/* How many bytes of the heap are in use, by all threads, as glibc counts them. */
size_t ringfort_heap_bytes(void);

#endif
