#!/usr/bin/python3
"""python3-igraph's get_k_shortest_paths on the graph and the first PAIRS pairs in DIRECTORY; writes igraph.csv there.

Usage: igraph_peer.py DIRECTORY PAIRS
"""

import csv
import sys
import time

try:
    import igraph
except ImportError:
    sys.exit("igraph: not here; install python3-igraph")


def main():
    folder, pairs = sys.argv[1], int(sys.argv[2])
    with open(f"{folder}/nodes.csv") as file:
        node_count = sum(1 for _ in file) - 1
    with open(f"{folder}/arcs.csv") as file:
        arcs = [tuple(map(int, row)) for row in list(csv.reader(file))[1:]]
    graph = igraph.Graph(n=node_count, edges=[arc[:2] for arc in arcs], directed=True)
    costs = [arc[2] for arc in arcs]
    with open(f"{folder}/pairs.csv") as file:
        questions = [tuple(map(int, row)) for row in list(csv.reader(file))[1:]][:pairs]
    with open(f"{folder}/igraph.csv", "w") as out:
        print("from,to,milliseconds,costs", file=out)
        for source, target in questions:
            start = time.perf_counter()
            paths = graph.get_k_shortest_paths(source, target, k=10, mode="out", weights=costs, output="epath")
            elapsed = 1e3 * (time.perf_counter() - start)
            found = sorted(sum(costs[arc] for arc in path) for path in paths)
            print(f"{source},{target},{elapsed:.3f},{' '.join(map(str, found))}", file=out, flush=True)
    print(f"igraph {igraph.__version__}: {len(questions)} pairs")


if __name__ == "__main__":
    main()
