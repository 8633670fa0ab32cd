#ifndef RINGFORT_CLINUX_SHIM_H
#define RINGFORT_CLINUX_SHIM_H

/* What Glibc's module map leaves out, and macros that Swift can't import. No logic. */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/fsuid.h>
#include <sys/random.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* sched_setaffinity(2) of the calling thread: glibc declares it only with _GNU_SOURCE, under which Glibc's own module
   and this one would disagree on other declarations. */
static inline long ringfort_pin_thread(const unsigned long *mask, unsigned long byte_count) {
    return syscall(SYS_sched_setaffinity, 0, byte_count, mask);
}

/* environ(7): glibc declares it only with _GNU_SOURCE, and Swift can't import a variable that anybody may change. */
static inline char *const *ringfort_environment(void) {
    extern char **environ;
    return environ;
}

/* dup3(2) and sem_clockwait(3): as above, only with _GNU_SOURCE. */
static inline int ringfort_replace_descriptor(int with, int descriptor) {
    return (int)syscall(SYS_dup3, with, descriptor, O_CLOEXEC);
}

static inline int ringfort_semaphore_wait(sem_t *semaphore, const struct timespec *monotonic_deadline) {
    extern int sem_clockwait(sem_t *, clockid_t, const struct timespec *);
    return sem_clockwait(semaphore, CLOCK_MONOTONIC, monotonic_deadline);
}

#endif
