#ifndef RINGFORT_CLIBURING_SHIM_H
#define RINGFORT_CLIBURING_SHIM_H

/* liburing, and the one of its macros that Swift can't import: the completion at a distance from the head. No logic. */

/* Before liburing.h defines _GNU_SOURCE: with it glibc declares fd_set and others in another way than the modules Glibc
   and CLinux have them, and no file could see both. liburing needs nothing that only it declares. */
#include <features.h>
#include <liburing.h>

static inline const struct io_uring_cqe *ringfort_completion_at(const struct io_uring *ring, unsigned offset) {
    return &ring->cq.cqes[(*ring->cq.khead + offset) & ring->cq.ring_mask];
}

#endif
