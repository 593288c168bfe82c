// The C that DynNumerics calls: GSL, OpenBLAS (cblas), and the LAPACK routines inside OpenBLAS.
// GSL's step types and generators are mutable C globals, which Swift 6 refuses to read:
// each gets a static inline accessor here.
#ifndef DYN_CGSL_SHIM_H
#define DYN_CGSL_SHIM_H

#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_odeiv2.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_version.h>

#include <stdint.h>

static inline const gsl_odeiv2_step_type *dyn_step_rk4(void) { return gsl_odeiv2_step_rk4; }
static inline const gsl_odeiv2_step_type *dyn_step_rkf45(void) { return gsl_odeiv2_step_rkf45; }
static inline const gsl_odeiv2_step_type *dyn_step_rkck(void) { return gsl_odeiv2_step_rkck; }
static inline const gsl_odeiv2_step_type *dyn_step_rk8pd(void) { return gsl_odeiv2_step_rk8pd; }
static inline const gsl_odeiv2_step_type *dyn_step_msadams(void) { return gsl_odeiv2_step_msadams; }
static inline const gsl_odeiv2_step_type *dyn_step_msbdf(void) { return gsl_odeiv2_step_msbdf; }
static inline const gsl_odeiv2_step_type *dyn_step_bsimp(void) { return gsl_odeiv2_step_bsimp; }

static inline const gsl_rng_type *dyn_generator_mt19937(void) { return gsl_rng_mt19937; }
static inline const char *dyn_gsl_version(void) { return gsl_version; }

#ifdef __GLIBC__
#include <malloc.h>
// Keeps freed memory of up to 32 MiB at a time: fresh pages cost more than what is written to them.
static inline void dyn_keep_freed_memory(void) {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
}
#else
static inline void dyn_keep_freed_memory(void) {}
#endif

// cblas.h of OpenBLAS and gsl_cblas.h declare the same functions with different enum types;
// these three declarations are the ones that the project uses.
void openblas_set_num_threads(int count);
char *openblas_get_config(void);

void dgesdd_(const char *job, const int *m, const int *n, double *a, const int *lda, double *s,
             double *u, const int *ldu, double *vt, const int *ldvt, double *work,
             const int *lwork, int *iwork, int *info);
void dsyevd_(const char *job, const char *uplo, const int *n, double *a, const int *lda, double *w,
             double *work, const int *lwork, int *iwork, const int *liwork, int *info);

#endif
