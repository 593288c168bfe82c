// How functions are compiled for several generations of processors.
#ifndef DYN_VERSIONS_H
#define DYN_VERSIONS_H

// One version a generation of processors, chosen when the program is loaded. The thread sanitizer
// cannot run the code that chooses.
#if defined(__x86_64__) && defined(__linux__) && defined(__has_feature)
#if !__has_feature(thread_sanitizer) && !__has_feature(address_sanitizer)
#define VERSIONED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif
#endif
#ifndef VERSIONED
#define VERSIONED
#endif
#define INLINE static inline __attribute__((always_inline))

#endif
