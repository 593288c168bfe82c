// What a whole process does, beyond the reach of Swift.
#ifndef DYN_PROCESS_H
#define DYN_PROCESS_H

#include <sys/types.h>

// Lets a thread of its own call `action` for each of `count` signals that the process gets,
// whichever of its threads the system delivers it to. Unlike in a signal handler, `action` may
// allocate, lock and write. Needs no descriptors. Call it once, before other threads are started.
//
// Returns 0, or -1 with the signals' default actions where no thread can be started.
int dyn_wait_for_signals(const int *signals, int count, void (*action)(int signal));

// Starts the program at a path in a folder and in a group of processes of its own, with an empty
// standard input, its outputs at two descriptors above 2, no other descriptor, no signal ignored or
// blocked, and the environment given. `arguments` and `environment` end with a null pointer.
//
// Returns 0 and puts the number of the process, which is also that of its group, into `id`;
// otherwise an error number, the program's own failure to load included.
int dyn_start_process(pid_t *id, const char *program, char *const *arguments,
                      char *const *environment, const char *folder, int output, int errors);

#endif
