#ifndef RINGFORT_CYAML_SHIM_H
#define RINGFORT_CYAML_SHIM_H

/* libyaml. No logic. */
#include <yaml.h>

#endif
