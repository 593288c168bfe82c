/* STREAM's copy: c[i] = a[i] on arrays beyond the caches; prints GB/s, counted as read and written. */
#include <stdio.h>
#include <stdlib.h>

#include "problem.h"

enum { COUNT = 1 << 25, REPEATS = 11 };

int main(int argc, char **argv) {
  const int threads = argc > 1 ? atoi(argv[1]) : 1;
  double *a = allocate(COUNT), *c = allocate(COUNT);
#pragma omp parallel for num_threads(threads) schedule(static)
  for (int i = 0; i < COUNT; i++) a[i] = i, c[i] = 0;
  printf("{\"gigabytes_per_second\": [");
  for (int repeat = 0; repeat < REPEATS; repeat++) {
    const double start = seconds_now();
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int i = 0; i < COUNT; i++) c[i] = a[i];
    printf("%s%.2f", repeat ? ", " : "", 16e-9 * COUNT / (seconds_now() - start));
  }
  printf("], \"check\": %g}\n", c[COUNT - 1]);
  return 0;
}
