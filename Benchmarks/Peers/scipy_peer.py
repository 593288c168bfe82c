"""SciPy's explicit Runge-Kutta methods, stepped without keeping the trajectory."""

import scipy.integrate

from reference import from_arguments, measure

problem, method, tolerance = from_arguments()
solver_type = {"RK45": scipy.integrate.RK45, "DOP853": scipy.integrate.DOP853}[method]
initial = problem.read("initial")


def integrate(end):
    solver = solver_type(
        lambda t, state: problem.derivative(state), 0, initial, end, rtol=tolerance, atol=tolerance
    )
    while solver.status == "running":
        solver.step()
    assert solver.status == "finished"
    return solver.y, solver.nfev


measure("SciPy", problem, method, integrate)
