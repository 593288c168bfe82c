// The executable's malloc and its kin: those of the C library, which tell dyn_allocation_failed when
// they have nothing to give; and a getenv that keeps OpenBLAS from starting threads when it is loaded,
// each of which takes 128 MiB of address space or asks for them for ever. Programs that link this
// target get them without a call.
#ifndef DYN_ALLOCATOR_H
#define DYN_ALLOCATOR_H

// Whether the wrappers are in this build: not with a sanitizer or a C library other than glibc.
int dyn_allocator_is_wrapped(void);

#endif
