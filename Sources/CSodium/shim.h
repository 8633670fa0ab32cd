#ifndef RINGFORT_CSODIUM_SHIM_H
#define RINGFORT_CSODIUM_SHIM_H

#include <sodium.h>

#endif
