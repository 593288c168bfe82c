/* Draws the initial state of the reference problem and evaluates its closed form at the end, both
   written as raw doubles: FOLDER/initial.f64 and FOLDER/reference.f64. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "problem.h"

/* splitmix64 */
static double uniform(uint64_t *seed) {
  uint64_t z = (*seed += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return ((z ^ (z >> 31)) >> 11) * 0x1p-53 + 0x1p-54;
}

/* Box and Muller */
static double normal(uint64_t *seed) {
  const double radius = sqrt(-2 * log(uniform(seed)));
  return radius * cos(2 * M_PI * uniform(seed));
}

/* exp(t K) of a mode, K = [[-lambda_H, s], [s, -lambda_W]] on (a, w). */
typedef struct { double aa, aw, ww; } Propagator;

static Propagator propagator(const Problem *problem, double s) {
  const double mean = -(problem->feature_decay + problem->prototype_decay) / 2;
  const double half = (problem->prototype_decay - problem->feature_decay) / 2;
  const double d = hypot(half, s), t = problem->end;
  const double growth = exp(mean * t), c = cosh(d * t), q = sinh(d * t) / d;
  return (Propagator){growth * (c + q * half), growth * q * s, growth * (c - q * half)};
}

static void solve_row(const Problem *problem, double *row) {
  const int classes = problem->classes, size = problem->class_size;
  const double root = sqrt(size), gamma = problem->gamma;
  const Propagator differences = propagator(problem, (1 + gamma) / (classes * root));
  const Propagator common = propagator(problem, (1 + gamma - gamma * classes) / (classes * root));
  const double scatter = exp(-problem->feature_decay * problem->end);
  double *prototypes = row + problem->samples;
  double *sums = allocate(classes), mean_sum = 0, mean_prototype = 0;
  for (int c = 0; c < classes; c++) {
    sums[c] = 0;
    for (int i = 0; i < size; i++) sums[c] += row[(size_t)c * size + i];
    mean_sum += sums[c] / classes;
    mean_prototype += prototypes[c] / classes;
  }
  for (int c = 0; c < classes; c++) {
    const double a = (sums[c] - mean_sum) / root, w = prototypes[c] - mean_prototype;
    const double a0 = mean_sum / root, w0 = mean_prototype;
    const double feature = (differences.aa * a + differences.aw * w + common.aa * a0
                            + common.aw * w0) / root;
    const double class_mean = sums[c] / size;
    for (int i = 0; i < size; i++) {
      double *x = row + (size_t)c * size + i;
      *x = feature + scatter * (*x - class_mean);
    }
    prototypes[c] = differences.aw * a + differences.ww * w + common.aw * a0 + common.ww * w0;
  }
  free(sums);
}

int main(int argc, char **argv) {
  const Problem problem = problem_from(argc, argv);
  double *state = allocate(problem.variables);
  uint64_t seed = 1;
  for (size_t i = 0; i < problem.variables; i++) state[i] = normal(&seed);
  write_array(&problem, "initial", state);
  for (int r = 0; r < problem.dimension; r++) solve_row(&problem, state + r * problem.row);
  write_array(&problem, "reference", state);
  return 0;
}
