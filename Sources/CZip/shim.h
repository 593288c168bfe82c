// libzip, for the archives that numpy.savez writes and numpy.load reads.
#ifndef DYN_CZIP_SHIM_H
#define DYN_CZIP_SHIM_H

#include <zip.h>

#endif
