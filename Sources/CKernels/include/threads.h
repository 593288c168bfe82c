// Threads that wait for work between calls.
#ifndef DYN_THREADS_H
#define DYN_THREADS_H

// Calls body(context, k) for k = 0 on the calling thread and, at the same time, for k from 1 on on
// other threads, at most `count` in all: fewer where the system gives no more threads, or where
// the call for k = 0 returns before another thread has begun. Returns when all calls have returned.
// Calls may be nested and come from several threads.
void dyn_threads_run(long count, void (*body)(void *context, long thread), void *context);

// The processors that this process may run on; 0 where the system does not tell.
long dyn_threads_processors(void);

#endif
