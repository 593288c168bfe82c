/* Dormand and Prince's pair of order 5 as one writes it by hand for a state that does not fit in
   cache: stage by stage over the whole state, each stage one fused pass that forms its argument row
   by row and differentiates it while the row is in cache. Nine vectors of the state's size. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "problem.h"

enum { STAGES = 7 };

static const double a[STAGES][STAGES] = {
    {0},
    {1. / 5},
    {3. / 40, 9. / 40},
    {44. / 45, -56. / 15, 32. / 9},
    {19372. / 6561, -25360. / 2187, 64448. / 6561, -212. / 729},
    {9017. / 3168, -355. / 33, 46732. / 5247, 49. / 176, -5103. / 18656},
    {35. / 384, 0, 500. / 1113, 125. / 192, -2187. / 6784, 11. / 84}};

/* Order 5 less order 4. */
static const double e[STAGES] = {71. / 57600,      0,         -71. / 16695, 71. / 1920,
                                 -17253. / 339200, 22. / 525, -1. / 40};

typedef struct {
  Problem *problem;
  double *next, *k[STAGES];
} Workspace;

/* The argument of a stage for one row; STAGE is a constant where this is used. */
#define FORM(STAGE)                                                         \
  for (size_t i = 0; i < count; i++) {                                      \
    double sum = 0;                                                         \
    for (int j = 0; j < STAGE; j++) sum += a[STAGE][j] * k[j][i];           \
    argument[i] = y[i] + h * sum;                                           \
  }

static void form(int stage, size_t count, double h, const double *restrict y,
                 const double *const *k, double *restrict argument) {
  switch (stage) {
  case 1: FORM(1) break;
  case 2: FORM(2) break;
  case 3: FORM(3) break;
  case 4: FORM(4) break;
  case 5: FORM(5) break;
  case 6: FORM(6) break;
  }
}

static double squared_error(size_t count, double h, double tolerance, const double *restrict y,
                            const double *restrict next, const double *const *k) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) {
    double error = 0;
    for (int j = 0; j < STAGES; j++) error += e[j] * k[j][i];
    const double size = fabs(y[i]) > fabs(next[i]) ? fabs(y[i]) : fabs(next[i]);
    const double ratio = h * error / (tolerance + tolerance * size);
    sum += ratio * ratio;
  }
  return sum;
}

/* One pass over the state; the last one returns the summed squares of the weighted error. */
static double pass(Workspace *own, int stage, double h, const double *state) {
  Problem *problem = own->problem;
  const size_t row = problem->row;
  double sum = 0;
  problem->calls++;
#pragma omp parallel num_threads(problem->threads) reduction(+ : sum) if (problem->threads > 1)
  {
    double *scratch = allocate(row);
#pragma omp for schedule(static)
    for (int r = 0; r < problem->dimension; r++) {
      const double *k[STAGES];
      for (int j = 0; j < STAGES; j++) k[j] = own->k[j] + r * row;
      const double *y = state + r * row;
      double *argument = stage == STAGES - 1 ? own->next + r * row : scratch;
      form(stage, row, h, y, k, argument);
      differentiate_row(problem, argument, own->k[stage] + r * row);
      if (stage == STAGES - 1)
        sum += squared_error(row, h, problem->tolerance, y, argument, k);
    }
    free(scratch);
  }
  return sum;
}

static void swap(double **x, double **y) {
  double *kept = *x;
  *x = *y;
  *y = kept;
}

static void integrate(void *workspace, double *state, double end) {
  Workspace *own = workspace;
  Problem *problem = own->problem;
  double *given = state;
  double t = 0, h = end / 100;
  differentiate(problem, state, own->k[0]);
  while (t < end) {
    const int is_last = t + 1.0001 * h >= end;
    if (is_last) h = end - t;
    double sum = 0;
    for (int stage = 1; stage < STAGES; stage++) sum = pass(own, stage, h, state);
    const double error = sqrt(sum / problem->variables);
    const double factor = fmin(5, fmax(0.2, 0.9 * pow(fmax(error, 1e-10), -0.2)));
    if (error <= 1) {
      t = is_last ? end : t + h;
      swap(&state, &own->next);
      swap(&own->k[0], &own->k[STAGES - 1]);
    }
    h *= factor;
  }
  if (state != given) {
    swap(&state, &own->next);
    memcpy(given, own->next, problem->variables * sizeof(double));
  }
}

static void *create(Problem *problem) {
  Workspace *own = malloc(sizeof *own);
  require(!strcmp(problem->method, "dopri5"), "unknown method");
  own->problem = problem;
  own->next = allocate(problem->variables);
  for (int j = 0; j < STAGES; j++) own->k[j] = allocate(problem->variables);
  return own;
}

int main(int argc, char **argv) {
  return measure(&(Peer){"hand-fused C", create, integrate}, argc, argv);
}
