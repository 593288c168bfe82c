/* SUNDIALS on the whole state: ARKODE's explicit Runge-Kutta methods and CVODE's Adams methods. */
#include <arkode/arkode_erkstep.h>
#include <cvode/cvode.h>
#include <stdlib.h>
#include <string.h>
#include <sunnonlinsol/sunnonlinsol_fixedpoint.h>

#include "problem.h"
#include "sundials_vector.h"

typedef struct {
  Problem *problem;
  SUNContext context;
  N_Vector state;
  void *solver;
  int is_adams;
} Workspace;

static int right_hand_side(realtype t, N_Vector y, N_Vector derivative, void *problem) {
  (void)t;
  differentiate(problem, N_VGetArrayPointer(y), N_VGetArrayPointer(derivative));
  return 0;
}

static void check(int status) { require(status >= 0, "SUNDIALS failed"); }

static void create_adams(Workspace *own) {
  Problem *problem = own->problem;
  own->solver = CVodeCreate(CV_ADAMS, own->context);
  check(CVodeInit(own->solver, right_hand_side, 0, own->state));
  check(CVodeSStolerances(own->solver, problem->tolerance, problem->tolerance));
  check(CVodeSetUserData(own->solver, problem));
  check(CVodeSetMaxNumSteps(own->solver, 1000000));
  SUNNonlinearSolver fixed_point = SUNNonlinSol_FixedPoint(own->state, 0, own->context);
  check(CVodeSetNonlinearSolver(own->solver, fixed_point));
}

static void create_runge_kutta(Workspace *own, ARKODE_ERKTableID table) {
  Problem *problem = own->problem;
  own->solver = ERKStepCreate(right_hand_side, 0, own->state, own->context);
  require(own->solver != NULL, "SUNDIALS has no memory");
  check(ERKStepSStolerances(own->solver, problem->tolerance, problem->tolerance));
  check(ERKStepSetUserData(own->solver, problem));
  check(ERKStepSetTableNum(own->solver, table));
  check(ERKStepSetMaxNumSteps(own->solver, 1000000));
}

static void *create(Problem *problem) {
  Workspace *own = calloc(1, sizeof *own);
  own->problem = problem;
  check(SUNContext_Create(NULL, &own->context));
  double *zeros = calloc(problem->variables, sizeof(double));
  own->state = make_vector(problem->variables, zeros, problem->threads, own->context);
  own->is_adams = !strcmp(problem->method, "cvode_adams");
  if (own->is_adams) create_adams(own);
  else if (!strcmp(problem->method, "arkode_dopri5"))
    create_runge_kutta(own, ARKODE_DORMAND_PRINCE_7_4_5);
  else if (!strcmp(problem->method, "arkode_fehlberg8"))
    create_runge_kutta(own, ARKODE_FEHLBERG_13_7_8);
  else require(0, "unknown method");
  return own;
}

static void integrate(void *workspace, double *state, double end) {
  Workspace *own = workspace;
  double t;
  double *zeros = N_VGetArrayPointer(own->state);
  N_VSetArrayPointer(state, own->state);
  if (own->is_adams) {
    check(CVodeReInit(own->solver, 0, own->state));
    check(CVodeSetStopTime(own->solver, end));
    check(CVode(own->solver, end, own->state, &t, CV_NORMAL));
  } else {
    check(ERKStepReInit(own->solver, right_hand_side, 0, own->state));
    check(ERKStepSetStopTime(own->solver, end));
    check(ERKStepEvolve(own->solver, end, own->state, &t, ARK_NORMAL));
  }
  N_VSetArrayPointer(zeros, own->state);
}

int main(int argc, char **argv) {
  return measure(&(Peer){"SUNDIALS", create, integrate}, argc, argv);
}
