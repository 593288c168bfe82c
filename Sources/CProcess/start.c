/* The calls that are not POSIX's have no declaration without this. */
#define _GNU_SOURCE

#include "process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>

#ifdef __APPLE__
static const short platform_flags = POSIX_SPAWN_CLOEXEC_DEFAULT;
#else
static const short platform_flags = 0;
#endif

/* The actions in the new process, in their order; 0 or an error number. */
static int add_actions(posix_spawn_file_actions_t *actions, const char *folder, int output,
                       int errors) {
    int code = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
    if (code == 0) code = posix_spawn_file_actions_adddup2(actions, output, 1);
    if (code == 0) code = posix_spawn_file_actions_adddup2(actions, errors, 2);
#ifndef __APPLE__
    if (code == 0) code = posix_spawn_file_actions_addclosefrom_np(actions, 3);
#endif
    if (code == 0) code = posix_spawn_file_actions_addchdir_np(actions, folder);
    return code;
}

/* Default actions for all signals, none of them blocked, and a new group; 0 or an error number. */
static int set_attributes(posix_spawnattr_t *attributes) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int code = posix_spawnattr_setsigmask(attributes, &none);
    if (code == 0) code = posix_spawnattr_setsigdefault(attributes, &all);
    if (code == 0) code = posix_spawnattr_setpgroup(attributes, 0);
    if (code != 0) return code;
    const short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP;
    return posix_spawnattr_setflags(attributes, (short)(flags | platform_flags));
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
