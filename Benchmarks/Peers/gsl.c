/* GSL's odeiv2 on the whole state: what its manual suggests, with a threaded right-hand side. */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_odeiv2.h>
#include <stdlib.h>
#include <string.h>

#include "problem.h"

typedef struct {
  Problem *problem;
  gsl_odeiv2_system system;
  gsl_odeiv2_driver *driver;
} Workspace;

static int right_hand_side(double t, const double y[], double dydt[], void *problem) {
  (void)t;
  differentiate(problem, y, dydt);
  return GSL_SUCCESS;
}

static const gsl_odeiv2_step_type *step_type(const char *name) {
  if (!strcmp(name, "rkf45")) return gsl_odeiv2_step_rkf45;
  if (!strcmp(name, "rkck")) return gsl_odeiv2_step_rkck;
  require(!strcmp(name, "rk8pd"), "unknown method");
  return gsl_odeiv2_step_rk8pd;
}

static void *create(Problem *problem) {
  Workspace *own = malloc(sizeof *own);
  own->problem = problem;
  own->system = (gsl_odeiv2_system){right_hand_side, NULL, problem->variables, problem};
  own->driver = gsl_odeiv2_driver_alloc_y_new(&own->system, step_type(problem->method),
                                              problem->end / 100, problem->tolerance,
                                              problem->tolerance);
  require(own->driver != NULL, "GSL has no memory");
  return own;
}

static void integrate(void *workspace, double *state, double end) {
  Workspace *own = workspace;
  double t = 0;
  gsl_odeiv2_driver_reset_hstart(own->driver, end / 100);
  const int status = gsl_odeiv2_driver_apply(own->driver, &t, end, state);
  require(status == GSL_SUCCESS, "GSL failed");
}

int main(int argc, char **argv) {
  return measure(&(Peer){"GSL, whole state", create, integrate}, argc, argv);
}
