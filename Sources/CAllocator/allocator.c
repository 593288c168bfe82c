#include "include/allocator.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "allocation.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define DYN_SANITIZED 1
#endif
#endif

#if defined(__GLIBC__) && !defined(DYN_SANITIZED)

int dyn_allocator_is_wrapped(void) { return 1; }

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

// A block, or NULL for those who asked for nothing or tolerate that there is none.
static void *checked(void *block, size_t size) {
  if (__builtin_expect(block == NULL, 0) && size > 0) {
    dyn_allocation_failed(size, NULL);
    errno = ENOMEM;
  }
  return block;
}

void *malloc(size_t size) { return checked(__libc_malloc(size), size); }

void *calloc(size_t count, size_t size) {
  size_t total = 0;
  if (__builtin_mul_overflow(count, size, &total)) total = (size_t)-1;
  return checked(__libc_calloc(count, size), total);
}

void *realloc(void *block, size_t size) { return checked(__libc_realloc(block, size), size); }

void *memalign(size_t alignment, size_t size) {
  return checked(__libc_memalign(alignment, size), size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  return checked(__libc_memalign(alignment, size), size);
}

int posix_memalign(void **place, size_t alignment, size_t size) {
  if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0)
    return EINVAL;
  void *block = checked(__libc_memalign(alignment, size), size);
  if (block == NULL && size > 0) return ENOMEM;
  *place = block;
  return 0;
}

extern char **environ;

char *getenv(const char *name) {
  static char one[] = "1";
  if (strcmp(name, "OPENBLAS_NUM_THREADS") == 0) return one;
  size_t length = strlen(name);
  for (char **entry = environ; entry != NULL && *entry != NULL; entry++)
    if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=') return *entry + length + 1;
  return NULL;
}

#else

int dyn_allocator_is_wrapped(void) { return 0; }

#endif
