#include "problem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void require(int condition, const char *message) {
  if (condition) return;
  fprintf(stderr, "%s\n", message);
  exit(1);
}

double seconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + 1e-9 * now.tv_nsec;
}

double *allocate(size_t count) {
  double *array = aligned_alloc(64, (count * sizeof(double) + 63) / 64 * 64);
  require(array != NULL, "out of memory");
  return array;
}

Problem problem_from(int argc, char **argv) {
  require(argc == 5 || argc == 8, "usage: FOLDER C N p [METHOD TOLERANCE THREADS]");
  Problem problem = {.folder = argv[1], .classes = atoi(argv[2]), .class_size = atoi(argv[3]),
                     .dimension = atoi(argv[4]), .threads = 1};
  require(problem.classes > 1 && problem.class_size > 0 && problem.dimension > 0,
          "C must be at least 2, N and p at least 1");
  if (argc == 8) {
    problem.method = argv[5];
    problem.tolerance = atof(argv[6]);
    problem.threads = atoi(argv[7]);
    require(problem.tolerance > 0 && problem.threads > 0, "tolerance and threads are positive");
  }
  problem.samples = (size_t)problem.classes * problem.class_size;
  problem.row = problem.samples + problem.classes;
  problem.variables = problem.row * problem.dimension;
  problem.gamma = 1.0 / (problem.classes - 1);
  problem.sigma = 1 / ((problem.classes - 1) * sqrt(problem.class_size));
  problem.feature_decay = 0.1 * problem.sigma;
  problem.prototype_decay = 0.2 * problem.sigma;
  problem.end = 5 / problem.sigma;
  return problem;
}

void differentiate_row(const Problem *problem, const double *row, double *derivative) {
  const int classes = problem->classes, size = problem->class_size;
  const double gamma = problem->gamma, share = 1.0 / problem->samples;
  const double *prototypes = row + problem->samples;
  double *push = derivative + problem->samples;
  double prototype_sum = 0, push_sum = 0;
  for (int c = 0; c < classes; c++) prototype_sum += prototypes[c];
  for (int c = 0; c < classes; c++) {
    const double pull = share * ((1 + gamma) * prototypes[c] - gamma * prototype_sum);
    const double decay = problem->feature_decay;
    const double *restrict x = row + (size_t)c * size;
    double *restrict dx = derivative + (size_t)c * size;
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += x[i];
      dx[i] = pull - decay * x[i];
    }
    push[c] = share * sum;
    push_sum += push[c];
  }
  for (int c = 0; c < classes; c++)
    push[c] = (1 + gamma) * push[c] - gamma * push_sum - problem->prototype_decay * prototypes[c];
}

void differentiate(Problem *problem, const double *state, double *derivative) {
  problem->calls++;
#pragma omp parallel for num_threads(problem->threads) schedule(static) if (problem->threads > 1)
  for (int r = 0; r < problem->dimension; r++)
    differentiate_row(problem, state + r * problem->row, derivative + r * problem->row);
}
