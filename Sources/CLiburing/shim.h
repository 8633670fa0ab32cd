#ifndef RINGFORT_CLIBURING_SHIM_H
#define RINGFORT_CLIBURING_SHIM_H

/* liburing, and the one of its macros that Swift can't import: the completion at a distance from the head. No logic. */

/* Before liburing.h, which asks for X/Open declarations: the C library fixes its choice at the first header, and must
   make the one that it makes in every other module, or the modules disagree on types such as fd_set. */
#include <features.h>
#include <liburing.h>

static inline const struct io_uring_cqe *ringfort_completion_at(const struct io_uring *ring, unsigned offset) {
    return &ring->cq.cqes[(*ring->cq.khead + offset) & ring->cq.ring_mask];
}

#endif
