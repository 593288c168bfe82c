#include <pthread.h>
#include <signal.h>
#include <stddef.h>

#include "process.h"

static sigset_t awaited;
static pthread_t waiting_thread;
static void (*signal_action)(int);

// Runs in threads that were started before the signals were blocked, by a library as it was loaded.
static void forward(int signal) { pthread_kill(waiting_thread, signal); }

static void *wait_for_ever(void *unused) {
  int signal;
  (void)unused;
  for (;;) {
    if (sigwait(&awaited, &signal) == 0) signal_action(signal);
  }
  return NULL;
}

int dyn_wait_for_signals(const int *signals, int count, void (*action)(int signal)) {
  sigemptyset(&awaited);
  for (int i = 0; i < count; i++) sigaddset(&awaited, signals[i]);
  signal_action = action;
  pthread_sigmask(SIG_BLOCK, &awaited, NULL);
  if (pthread_create(&waiting_thread, NULL, wait_for_ever, NULL) != 0) {
    pthread_sigmask(SIG_UNBLOCK, &awaited, NULL);
    return -1;
  }
  // Also for signals that were ignored at the start, as a shell does with what it runs in the
  // background: ignored ones would never reach the waiting thread.
  struct sigaction forwarding = {.sa_handler = forward, .sa_flags = SA_RESTART};
  sigemptyset(&forwarding.sa_mask);
  for (int i = 0; i < count; i++) sigaction(signals[i], &forwarding, NULL);
  return 0;
}
