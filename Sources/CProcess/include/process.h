/* Starting a program that shares nothing with the one that starts it. */
#ifndef DYN_PROCESS_H
#define DYN_PROCESS_H

#include <sys/types.h>

/*
 * Starts the program at a path in a folder and in a group of processes of its own, with an empty
 * standard input, its outputs at two descriptors above 2, no other descriptor, no signal ignored
 * or blocked, and the environment given. `arguments` and `environment` end with a null pointer.
 *
 * Returns 0 and puts the number of the process, which is also that of its group, into `id`;
 * otherwise an error number, the program's own failure to load included.
 */
int dyn_start_process(pid_t *id, const char *program, char *const *arguments,
                      char *const *environment, const char *folder, int output, int errors);

#endif
