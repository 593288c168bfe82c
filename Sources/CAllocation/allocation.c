#include "include/allocation.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

enum { reserve_size = 4 << 20, seconds_to_clean_up = 5 };

static void (*_Atomic clean_up)(void);
static void *reserve;
static atomic_bool is_ending;
static pthread_t ending_thread;
static _Thread_local int tolerating;

// Each thread's arena would take 64 MiB of a limited address space.
static void share_arenas(void) {
#ifdef __GLIBC__
  struct rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    mallopt(M_ARENA_MAX, 1);
#endif
}

void dyn_allocation_install(void (*action)(void)) {
  share_arenas();
  if (reserve == NULL) {
    void *block = mmap(NULL, reserve_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
    reserve = block == MAP_FAILED ? NULL : block;
  }
  atomic_store(&clean_up, action);
}

void dyn_allocation_tolerate(int change) { tolerating += change; }

static void end(int signal) {
  (void)signal;
  _exit(1);
}

// Whatever goes wrong from here on, and if it takes too long, ends the process with the status of
// the failure that came first.
static void end_on_further_faults(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = end;
  int signals[] = {SIGABRT, SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGALRM};
  sigset_t set;
  sigemptyset(&set);
  for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
    sigaction(signals[i], &action, NULL);
    sigaddset(&set, signals[i]);
  }
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
  alarm(seconds_to_clean_up);
}

// The size in the largest unit that leaves at least 10, rounded up.
static int print_size(char *text, size_t length, size_t bytes) {
  static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
  size_t unit = 0;
  while (bytes >= 10 * 1024 && unit < 4) {
    bytes = bytes / 1024 + (bytes % 1024 != 0);
    unit++;
  }
  return snprintf(text, length, "%zu %s", bytes, units[unit]);
}

static void write_sentence(size_t bytes, const char *purpose) {
  char size[64];
  print_size(size, sizeof size, bytes);
  char line[512];
  int length = snprintf(
      line, sizeof line,
      "dyn: out of memory: %s of %s could not be had: lower --threads, the sizes or the number of "
      "outputs, or raise the limit of memory\n",
      purpose != NULL ? purpose : "a block", size);
  for (int written = 0; written < length;) {
    ssize_t count = write(STDERR_FILENO, line + written, (size_t)(length - written));
    if (count <= 0) return;
    written += (int)count;
  }
}

void dyn_allocation_failed(size_t bytes, const char *purpose) {
  void (*action)(void) = atomic_load(&clean_up);
  if (action == NULL || tolerating > 0) return;
  if (atomic_exchange(&is_ending, 1)) {
    // The cleaning up has used up the reserve, or another thread is at it.
    if (pthread_equal(ending_thread, pthread_self())) _exit(1);
    for (;;) pause();
  }
  ending_thread = pthread_self();
  end_on_further_faults();
  if (reserve != NULL) munmap(reserve, reserve_size);
  write_sentence(bytes, purpose);
  action();
  _exit(1);
}
