/* The operations of SUNDIALS' vector that ARKODE and CVODE spend their time in, compiled with
   optimisation and threads: Debian builds its own without optimisation, which would make the
   comparison unfair by a factor of three. */
#include "sundials_vector.h"

#include <math.h>
#include <nvector/nvector_openmp.h>

#define LOOP() \
  _Pragma("omp parallel for schedule(static) num_threads(threads) if (threads > 1)") \
  for (sunindextype i = 0; i < count; i++)
#define PREPARE(v)                                \
  const sunindextype count = NV_LENGTH_OMP(v);    \
  const int threads = NV_NUM_THREADS_OMP(v);      \
  double *restrict z = NV_DATA_OMP(v)

static void linear_sum(double a, N_Vector x, double b, N_Vector y, N_Vector result) {
  PREPARE(result);
  const double *u = NV_DATA_OMP(x), *v = NV_DATA_OMP(y);
  LOOP() z[i] = a * u[i] + b * v[i];
}

static void scale(double a, N_Vector x, N_Vector result) {
  PREPARE(result);
  const double *u = NV_DATA_OMP(x);
  LOOP() z[i] = a * u[i];
}

static void absolute(N_Vector x, N_Vector result) {
  PREPARE(result);
  const double *u = NV_DATA_OMP(x);
  LOOP() z[i] = fabs(u[i]);
}

static void inverse(N_Vector x, N_Vector result) {
  PREPARE(result);
  const double *u = NV_DATA_OMP(x);
  LOOP() z[i] = 1 / u[i];
}

static void add_constant(N_Vector x, double b, N_Vector result) {
  PREPARE(result);
  const double *u = NV_DATA_OMP(x);
  LOOP() z[i] = u[i] + b;
}

static double weighted_norm(N_Vector x, N_Vector w) {
  PREPARE(x);
  const double *u = NV_DATA_OMP(w);
  double sum = 0;
#pragma omp parallel for schedule(static) reduction(+ : sum) num_threads(threads) if (threads > 1)
  for (sunindextype i = 0; i < count; i++) sum += z[i] * u[i] * z[i] * u[i];
  return sqrt(sum / count);
}

/* z = sum a_j x_j in one pass; a block of every vector stays in cache. */
static int linear_combination(int terms, double *a, N_Vector *x, N_Vector result) {
  enum { BLOCK = 512 };
  PREPARE(result);
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
  for (sunindextype start = 0; start < count; start += BLOCK) {
    const sunindextype length = count - start < BLOCK ? count - start : BLOCK;
    double sum[BLOCK] = {0};
    for (int j = 0; j < terms; j++) {
      const double *u = NV_DATA_OMP(x[j]) + start;
      for (sunindextype i = 0; i < length; i++) sum[i] += a[j] * u[i];
    }
    for (sunindextype i = 0; i < length; i++) z[start + i] = sum[i];
  }
  return 0;
}

N_Vector make_vector(sunindextype count, double *data, int threads, SUNContext context) {
  N_Vector vector = N_VMake_OpenMP(count, data, threads, context);
  vector->ops->nvlinearsum = linear_sum;
  vector->ops->nvscale = scale;
  vector->ops->nvabs = absolute;
  vector->ops->nvinv = inverse;
  vector->ops->nvaddconst = add_constant;
  vector->ops->nvwrmsnorm = weighted_norm;
  vector->ops->nvlinearcombination = linear_combination;
  return vector;
}
