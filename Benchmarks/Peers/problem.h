/* The reference problem of the side-by-side benchmark: the regularised gradient flow

       H' = W M - lambda_H H        W' = H M' - lambda_W W        M = (1/n) ((1+gamma) L - gamma 1 1')

   of C classes with N samples each and gamma = 1/(C-1), from 0 to 5/sigma, sigma = 1/((C-1) sqrt N),
   lambda_H = 0.1 sigma, lambda_W = 0.2 sigma. A state is p rows (h, w) of CN + C numbers. */
#ifndef PROBLEM_H
#define PROBLEM_H

#include <stddef.h>

typedef struct {
  int classes, class_size, dimension;
  size_t samples, row, variables;
  double gamma, sigma, feature_decay, prototype_decay, end;
  double tolerance;
  int threads;
  const char *method, *folder;
  long calls; /* of the right-hand side, since the start of the integration */
} Problem;

/* What a peer offers: a work space made once, and integration from 0 to `end` in place. */
typedef struct {
  const char *package;
  void *(*create)(Problem *problem);
  void (*integrate)(void *workspace, double *state, double end);
} Peer;

/* Sizes and constants; ends the program when `argv` is not
   FOLDER C N p [METHOD TOLERANCE THREADS]. */
Problem problem_from(int argc, char **argv);

/* Derivative of one row, and of all rows on the problem's threads. */
void differentiate_row(const Problem *problem, const double *row, double *derivative);
void differentiate(Problem *problem, const double *state, double *derivative);

/* Runs a peer and prints one line of JSON: seconds, errors, calls, peak memory. */
int measure(const Peer *peer, int argc, char **argv);

double seconds_now(void);
double *allocate(size_t count);
void require(int condition, const char *message);
void read_array(const Problem *problem, const char *name, double *array);
void write_array(const Problem *problem, const char *name, const double *array);

#endif
