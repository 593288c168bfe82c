// What a process does when memory cannot be had. Nothing happens before dyn_allocation_install: a
// host that does not call it keeps its own behaviour.
#ifndef DYN_ALLOCATION_H
#define DYN_ALLOCATION_H

#include <stddef.h>

// From now on a failed allocation writes one sentence to standard error, runs the action and ends
// the process with status 1. Takes a reserve that the action may use up.
void dyn_allocation_install(void (*action)(void));

// Says that memory could not be had: ends the process once dyn_allocation_install was called, unless
// the thread tolerates it; else returns. The purpose is what the memory was for, NULL for a block.
void dyn_allocation_failed(size_t bytes, const char *purpose);

// Adds to the number of calls in this thread that handle failed allocations themselves.
void dyn_allocation_tolerate(int change);

#endif
