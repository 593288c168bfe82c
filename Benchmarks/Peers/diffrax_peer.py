"""diffrax on the processor in double precision; compilation is timed apart."""

import time

import diffrax
import jax
import jax.numpy as jnp

from reference import from_arguments, measure

jax.config.update("jax_enable_x64", True)

problem, method, tolerance = from_arguments()
solver = {"Tsit5": diffrax.Tsit5, "Dopri5": diffrax.Dopri5, "Dopri8": diffrax.Dopri8}[method]()
stages = {"Tsit5": 6, "Dopri5": 6, "Dopri8": 13}[method]
initial = jnp.asarray(problem.read("initial"))


@jax.jit
def solve(end, state):
    solution = diffrax.diffeqsolve(
        diffrax.ODETerm(lambda t, y, _: problem.derivative(y, jnp)),
        solver,
        0.0,
        end,
        None,
        state,
        stepsize_controller=diffrax.PIDController(rtol=tolerance, atol=tolerance),
        max_steps=100_000,
    )
    return solution.ys[0], solution.stats["num_steps"]


def integrate(end):
    state, steps = solve(end, initial)
    state.block_until_ready()
    return state, int(steps) * stages


start = time.perf_counter()
solve.lower(problem.end, initial).compile()
compilation = time.perf_counter() - start
measure("diffrax", problem, method, integrate, compilation_seconds=compilation)
