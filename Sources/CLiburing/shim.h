#ifndef RINGFORT_CLIBURING_SHIM_H
#define RINGFORT_CLIBURING_SHIM_H

#include <liburing.h>
#include <sys/utsname.h>

/* Constants newer than Debian 12's headers, as the kernel's include/uapi/linux/io_uring.h spells them. */

#endif
