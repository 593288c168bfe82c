#define _GNU_SOURCE
#include "include/threads.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

// More threads than this at a time help nobody; the rest of the work falls to those there are.
enum { most_workers = 256, stack_size = 4 << 20 };

struct worker;

struct job {
  void (*body)(void *context, long thread);
  void *context;
  // Workers that were called and have not begun, and how many have begun and not ended.
  struct worker *called;
  long running;
  pthread_cond_t ended;
};

// A thread; it is linked to the idle ones, or to those that its job has called, or to none.
struct worker {
  struct job *job;
  long thread;
  struct worker *next;
  pthread_cond_t call;
};

// One lock for all: it is held for a few instructions, by who begins and who ends a job.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct worker *idle;
static long worker_count;

static void begin(struct worker *self) {
  struct job *job = self->job;
  struct worker **place = &job->called;
  while (*place != self) place = &(*place)->next;
  *place = self->next;
  job->running++;
}

static void *work(void *argument) {
  struct worker *self = argument;
  pthread_mutex_lock(&lock);
  for (;;) {
    while (self->job == NULL) pthread_cond_wait(&self->call, &lock);
    struct job *job = self->job;
    begin(self);
    pthread_mutex_unlock(&lock);
    job->body(job->context, self->thread);
    pthread_mutex_lock(&lock);
    self->job = NULL;
    self->next = idle;
    idle = self;
    if (--job->running == 0) pthread_cond_signal(&job->ended);
  }
  return NULL;
}

// Signals are for the threads that were there before.
static int start(struct worker *worker) {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return 0;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, stack_size);
  sigset_t all, previous;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &previous);
  pthread_t thread;
  int error = pthread_create(&thread, &attributes, work, worker);
  pthread_sigmask(SIG_SETMASK, &previous, NULL);
  pthread_attr_destroy(&attributes);
  return error == 0;
}

// One more thread for the job, with the lock held; 0 where the system gives none.
static int call_worker(struct job *job, long thread) {
  struct worker *worker = idle;
  int is_new = worker == NULL;
  if (is_new) {
    if (worker_count == most_workers) return 0;
    worker = calloc(1, sizeof *worker);
    if (worker == NULL) return 0;
    pthread_cond_init(&worker->call, NULL);
  } else {
    idle = worker->next;
  }
  worker->job = job;
  worker->thread = thread;
  worker->next = job->called;
  job->called = worker;
  if (!is_new) {
    pthread_cond_signal(&worker->call);
    return 1;
  }
  if (start(worker)) {
    worker_count++;
    return 1;
  }
  job->called = worker->next;
  pthread_cond_destroy(&worker->call);
  free(worker);
  return 0;
}

void dyn_threads_run(long count, void (*body)(void *context, long thread), void *context) {
  struct job job = {body, context, NULL, 0, PTHREAD_COND_INITIALIZER};
  pthread_mutex_lock(&lock);
  for (long thread = 1; thread < count; thread++)
    if (!call_worker(&job, thread)) break;
  pthread_mutex_unlock(&lock);
  body(context, 0);
  pthread_mutex_lock(&lock);
  // Who has not begun by now is not needed any more.
  while (job.called != NULL) {
    struct worker *worker = job.called;
    job.called = worker->next;
    worker->job = NULL;
    worker->next = idle;
    idle = worker;
  }
  while (job.running > 0) pthread_cond_wait(&job.ended, &lock);
  pthread_mutex_unlock(&lock);
  pthread_cond_destroy(&job.ended);
}

long dyn_threads_processors(void) {
#ifdef __linux__
  cpu_set_t processors;
  if (sched_getaffinity(0, sizeof processors, &processors) == 0) return CPU_COUNT(&processors);
#endif
  return 0;
}
