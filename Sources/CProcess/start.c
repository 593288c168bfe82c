// The calls that are not POSIX's have no declaration without this.
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include "process.h"

#ifdef __linux__

#include <sys/prctl.h>
#include <sys/wait.h>

// What the new process needs to know; it shares memory with the old one until it runs the program.
typedef struct {
  const char *program;
  char *const *arguments;
  char *const *environment;
  const char *folder;
  int output;
  int errors;
  pid_t parent;
} start;

// Turns the new process into the program; returns an error number where that fails. The process ends
// with its parent, also when that is killed.
static int become(const start *start) {
  struct sigaction standard = {.sa_handler = SIG_DFL};
  for (int signal = 1; signal < NSIG; signal++) sigaction(signal, &standard, NULL);
  sigset_t none;
  sigemptyset(&none);
  const int input = open("/dev/null", O_RDONLY);
  if (input < 0 || setpgid(0, 0) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno;
  if (getppid() != start->parent) _exit(127);
  if (dup2(input, 0) < 0 || dup2(start->output, 1) < 0 || dup2(start->errors, 2) < 0) return errno;
  // Kernels before 5.9 and strict filters do not know it; descriptors of this program's own close by
  // themselves.
  close_range(3, ~0U, 0);
  if (chdir(start->folder) != 0) return errno;
  sigprocmask(SIG_SETMASK, &none, NULL);
  execve(start->program, start->arguments, start->environment);
  return errno;
}

int dyn_start_process(pid_t *id, const char *program, char *const *arguments,
                      char *const *environment, const char *folder, int output, int errors) {
  const start start = {program, arguments, environment, folder, output, errors, getpid()};
  volatile int code = 0;
  sigset_t all, before;
  sigfillset(&all);
  // No handler of this process may run in the new one.
  sigprocmask(SIG_SETMASK, &all, &before);
  const pid_t child = vfork();
  if (child == 0) {
    code = become(&start);
    _exit(127);
  }
  if (child < 0) code = errno;
  sigprocmask(SIG_SETMASK, &before, NULL);
  if (child > 0 && code == 0) *id = child;
  if (child > 0 && code != 0) waitpid(child, NULL, 0);
  return code;
}

#else

// The actions in the new process, in their order; 0 or an error number.
static int add_actions(posix_spawn_file_actions_t *actions, const char *folder, int output,
                       int errors) {
  int code = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
  if (code == 0) code = posix_spawn_file_actions_adddup2(actions, output, 1);
  if (code == 0) code = posix_spawn_file_actions_adddup2(actions, errors, 2);
  if (code == 0) code = posix_spawn_file_actions_addchdir_np(actions, folder);
  return code;
}

// Default actions for all signals, none of them blocked, and a new group; 0 or an error number.
static int set_attributes(posix_spawnattr_t *attributes) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  int code = posix_spawnattr_setsigmask(attributes, &none);
  if (code == 0) code = posix_spawnattr_setsigdefault(attributes, &all);
  if (code == 0) code = posix_spawnattr_setpgroup(attributes, 0);
  if (code != 0) return code;
  return posix_spawnattr_setflags(
      attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP |
                      POSIX_SPAWN_CLOEXEC_DEFAULT);
}

int dyn_start_process(pid_t *id, const char *program, char *const *arguments,
                      char *const *environment, const char *folder, int output, int errors) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int code = posix_spawn_file_actions_init(&actions);
  if (code != 0) return code;
  code = posix_spawnattr_init(&attributes);
  if (code == 0) {
    code = add_actions(&actions, folder, output, errors);
    if (code == 0) code = set_attributes(&attributes);
    if (code == 0) {
      code = posix_spawn(id, program, &actions, &attributes, arguments, environment);
    }
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return code;
}

#endif
