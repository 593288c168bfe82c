// What a whole process does, beyond the reach of Swift.
#ifndef DYN_PROCESS_H
#define DYN_PROCESS_H

// Lets a thread of its own call `action` for each of `count` signals that the process gets,
// whichever of its threads the system delivers it to. Unlike in a signal handler, `action` may
// allocate, lock and write. Needs no descriptors. Call it once, before other threads are started.
//
// Returns 0, or -1 with the signals' default actions where no thread can be started.
int dyn_wait_for_signals(const int *signals, int count, void (*action)(int signal));

#endif
