"""Solves wave problems with OR-Tools CP-SAT: one JSON object a line on standard input, one answer a line on standard output.

The model is the contract of src/graph/waves/problem.ts, no more and no less. Rates come as whole numbers, with the weights
of callers first in them; the caller of this program judges what it returns by its own rules and objective.
"""

import json
import sys
import threading
import time

import ortools
from ortools.sat.python import cp_model


LIMITS = [("size", "maxSize"), ("traffic", "maxTraffic"), ("critical", "maxCritical")]


def solve(problem, seconds, workers):
    model, x, b = model_of(problem)
    for group, wave in enumerate(problem["hint"] or []):
        model.add_hint(x[group], wave)
        for w, joins in b[group].items():
            model.add_hint(joins, w == wave)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = 1
    solver.parameters.linearization_level = 2
    watch = threading.Thread(target=stop_after, args=(solver, time.process_time() + seconds), daemon=True)
    started, cpu_started = time.monotonic(), time.process_time()
    watch.start()
    status = solver.status_name(solver.solve(model))
    found = status in ("OPTIMAL", "FEASIBLE")
    return {
        "status": status,
        "objective": solver.objective_value if found else None,
        "bound": solver.best_objective_bound,
        "wave": [solver.value(each) for each in x] if found else None,
        "seconds": round(time.monotonic() - started, 3),
        "cpuSeconds": round(time.process_time() - cpu_started, 3),
        "ortools": ortools.__version__,
    }


def stop_after(solver, cpu_seconds):
    """A limit of CPU time: a busy machine leaves the search as long as a quiet one does."""
    while time.process_time() < cpu_seconds:
        time.sleep(0.05)
    solver.stop_search()


def model_of(problem):
    """Assignment variables b[g][w], thresholds y[g][t]: g joins in wave t or before, and `used`: the last wave is w or later."""
    model = cp_model.CpModel()
    waves = range(1, problem["mostWaves"] + 1)
    groups = range(problem["count"])
    b = [{w: model.new_bool_var(f"b{g},{w}") for w in waves} for g in groups]
    y = [{w: model.new_bool_var(f"y{g},{w}") for w in waves} for g in groups]
    used = {w: model.new_bool_var(f"used{w}") for w in waves}
    x = [model.new_int_var(1, problem["mostWaves"], f"x{g}") for g in groups]
    for g in groups:
        model.add_exactly_one(b[g].values())
        model.add(x[g] == sum(w * b[g][w] for w in waves))
        for w in waves:
            below = y[g][w - 1] if w > 1 else 0
            model.add(y[g][w] == below + b[g][w])
            model.add_implication(b[g][w], used[w])
            if w < problem["earliest"][g] or w > problem["latest"][g]:
                model.add(b[g][w] == 0)
    # Without an empty wave after the last pin a plan keeps all rules and costs no more.
    may_be_empty = max(problem["earliest"]) - 1
    for w in waves:
        if w > 1:
            model.add_implication(used[w], used[w - 1])
        if w > may_be_empty:
            model.add(sum(b[g][w] for g in groups) >= used[w])
        add_limits(model, problem, b, used[w], w)
        if w <= may_be_empty + 1:
            add_first_limits(model, problem, b, y, w)
    for first, second in problem["before"]:
        for w in waves:
            model.add_implication(y[second][w], y[first][w])
    for members, most in problem["apart"]:
        for w in waves:
            model.add(sum(b[g][w] for g in members) <= most)
    model.minimize(objective_of(model, problem, x, y, used, waves))
    return model, x, b


def add_limits(model, problem, b, used, w):
    """A group that is larger than a limit by itself has its wave alone; all others share what the limits say."""
    limits, groups = problem["limits"], range(problem["count"])
    caps = [(problem[of], limits[most]) for of, most in LIMITS if limits[most] is not None]
    alone = [g for g in groups if any(of[g] > most for of, most in caps)]
    shared = [g for g in groups if g not in set(alone)]
    for of, most in caps:
        model.add(sum(of[g] * b[g][w] for g in shared) <= most * used)
    if alone:
        by_itself = sum(b[g][w] for g in alone)
        model.add(by_itself <= 1)
        for g in shared:
            model.add(b[g][w] + by_itself <= 1)
    if limits["maxPerOwner"] is not None:
        for owner in set(problem["owner"]) - {-1}:
            own = [b[g][w] for g in groups if problem["owner"][g] == owner]
            if len(own) > limits["maxPerOwner"]:
                model.add(sum(own) <= limits["maxPerOwner"])


def add_first_limits(model, problem, b, y, w):
    """They bind wave w where no group has joined before it: the first wave is the first that anything joins in."""
    limits, groups = problem["limits"], range(problem["count"])
    is_first = model.new_bool_var(f"first{w}")
    if w == 1:
        model.add(is_first == 1)
    else:
        for g in groups:
            model.add_implication(y[g][w - 1], ~is_first)
        model.add(is_first + sum(y[g][w - 1] for g in groups) >= 1)
    if limits["firstMaxCritical"] is not None:
        critical = sum(problem["critical"][g] * b[g][w] for g in groups)
        model.add(critical <= limits["firstMaxCritical"]).only_enforce_if(is_first)
    most = limits["firstMaxSize"]
    if most is None:
        return
    shared = [g for g in groups if problem["size"][g] <= most]
    model.add(sum(problem["size"][g] * b[g][w] for g in shared) <= most).only_enforce_if(is_first)
    for g in set(groups) - set(shared):
        others = sum(b[o][w] for o in groups if o != g)
        model.add(others == 0).only_enforce_if([is_first, b[g][w]])


def objective_of(model, problem, x, y, used, waves):
    """Each call counts once a threshold that its two sides are on different sides of."""
    last = sum(used.values())
    terms = [problem["lambda"] * last]
    for u, v, first_u, first_v in problem["pairs"]:
        for t in list(waves)[:-1]:
            # first_u: what a wave costs with u inside and v outside; first_v: the other way round.
            for one, other, cost in ((u, v, first_u), (v, u, first_v)):
                if cost > 0:
                    cut = model.new_bool_var("")
                    model.add(cut >= y[one][t] - y[other][t])
                    terms.append(cost * cut)
    for g, rate in enumerate(problem["outside"]):
        if rate > 0:
            terms.append(rate * (last - x[g] + 1))
    for g, rate in enumerate(problem["inside"]):
        if rate > 0:
            terms.append(rate * (x[g] - 1))
    return sum(terms)


def main():
    seconds, workers = float(sys.argv[1]), int(sys.argv[2])
    for line in sys.stdin:
        problem = json.loads(line)
        print(json.dumps({"digest": problem["digest"], **solve(problem, seconds, workers)}), flush=True)


main()
