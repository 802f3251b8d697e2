"""Times networkx or igraph on one graph: `python_child.py NAME FILE COUNT`; the answer is what parts.ts calls PartsAnswer."""

import array
import json
import re
import sys
import time


def read_edges(file):
    both = array.array("i")
    with open(file, "rb") as source:
        both.frombytes(source.read())
    half = len(both) // 2
    return both[:half], both[half:]


def with_networkx(count, edges):
    import networkx

    yield
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(zip(*edges))
    yield
    components = list(networkx.strongly_connected_components(graph))
    yield
    condensed = networkx.condensation(graph, components)
    yield len(list(networkx.topological_sort(condensed))), condensed.number_of_edges()


def with_igraph(count, edges):
    import igraph

    yield
    graph = igraph.Graph(n=count, edges=zip(*edges), directed=True)
    yield
    components = graph.connected_components(mode="strong")
    yield
    condensed = components.cluster_graph(combine_edges=False)
    condensed.simplify()
    yield len(condensed.topological_sorting()), condensed.ecount()


def peak_mib():
    with open("/proc/self/status") as status:
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read()).group(1)) / 1024


def main():
    name, file, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    parts = {"networkx": with_networkx, "igraph": with_igraph}[name](count, read_edges(file))
    next(parts)
    at, cpu, found = [time.perf_counter()], time.process_time(), None
    for found in parts:
        at.append(time.perf_counter())
    build, components, order = [1000 * (b - a) for a, b in zip(at, at[1:])]
    answer = {
        "buildMs": build,
        "componentsMs": components,
        "orderMs": order,
        "cpuMs": 1000 * (time.process_time() - cpu),
        "peakMiB": peak_mib(),
        "components": found[0],
        "edgesBetween": found[1],
    }
    print(json.dumps(answer))


main()
