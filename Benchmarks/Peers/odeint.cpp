/* Boost.odeint on the whole state with a threaded right-hand side; its own algebra for OpenMP is
   four times slower than its algebra for one thread. */
#include <boost/numeric/odeint.hpp>
#include <cstring>
#include <vector>

extern "C" {
#include "problem.h"
}

namespace odeint = boost::numeric::odeint;
using State = std::vector<double>;

struct Workspace {
  Problem *problem;
  State state;
};

template <class Method> static void follow(Workspace *own, double end) {
  const double tolerance = own->problem->tolerance;
  auto right_hand_side = [own](const State &y, State &derivative, double) {
    differentiate(own->problem, y.data(), derivative.data());
  };
  odeint::integrate_adaptive(odeint::make_controlled(tolerance, tolerance, Method()),
                             right_hand_side, own->state, 0.0, end, end / 100);
}

static void *create(Problem *problem) {
  require(!std::strcmp(problem->method, "dopri5") || !std::strcmp(problem->method, "fehlberg78"),
          "unknown method");
  return new Workspace{problem, State(problem->variables)};
}

static void integrate(void *workspace, double *state, double end) {
  auto *own = static_cast<Workspace *>(workspace);
  std::memcpy(own->state.data(), state, own->state.size() * sizeof(double));
  if (!std::strcmp(own->problem->method, "dopri5"))
    follow<odeint::runge_kutta_dopri5<State>>(own, end);
  else
    follow<odeint::runge_kutta_fehlberg78<State>>(own, end);
  std::memcpy(state, own->state.data(), own->state.size() * sizeof(double));
}

int main(int argc, char **argv) {
  const Peer peer = {"Boost.odeint", create, integrate};
  return measure(&peer, argc, argv);
}
