#!/usr/bin/python3
"""Checks our paths against networkx, on the random graphs that networkx_questions writes.

Usage: networkx_test.py PROGRAM [FIRST_SEED LAST_SEED]

Without constraints: networkx.shortest_simple_paths ranks the paths. With constraints: networkx lists all simple paths up
to the hop limit, and they are filtered here, one by one. Costs, degrees, groups and filters are worked out here from the
plain graph; nothing of them comes from the program. Exits with 77, which ctest shows as skipped, without networkx.
"""

import json
import math
import re
import subprocess
import sys
from collections import Counter

try:
    import networkx as nx
except ImportError:
    print("networkx is not here, so paths were NOT compared with it; install python3-networkx")
    sys.exit(77)

LETTERS = {"road": "R", "lane": "L", "alley": "A", "belongs_to": "B"}


def micronats(nats):
    return round(1e6 * nats)


class World:
    """A graph as it was written, with what the definitions make of it."""

    def __init__(self, line):
        self.kinds = {kind["name"]: kind for kind in line["kinds"]}
        self.relations = {relation["name"]: relation for relation in line["relations"]}
        self.nodes = {node["id"]: node for node in line["nodes"]}
        self.edges = [edge for edge in line["edges"] if self.is_supported(edge)]
        self.group = {id: id for id, node in self.nodes.items() if self.kinds[node["kind"]]["is_group"]}
        for edge in line["edges"]:
            if self.relations[edge["relation"]]["defines_group"] and edge["primary"]:
                self.group.setdefault(edge["subject"], edge["object"])
        self.out_degree, self.in_degree = Counter(), Counter()
        for edge in self.edges:
            symmetric = self.relations[edge["relation"]]["symmetric"]
            for counter, end in ((self.out_degree, "subject"), (self.in_degree, "object")):
                counter[edge[end], edge["relation"]] += 1
                if symmetric:
                    other = "object" if end == "subject" else "subject"
                    counter[edge[other], edge["relation"]] += 1

    def is_supported(self, edge):
        strength = edge["strength"] or self.relations[edge["relation"]]["default_strength"]
        return bool(strength) and (not edge["claims_support"] or any(edge["claims_support"]))

    def is_usable(self, id, ask):
        node = self.nodes[id]
        if node["obsolete"] or id in ask["avoid"] or (ask["kinds"] and node["kind"] not in ask["kinds"]):
            return False
        return not self.kinds[node["kind"]]["needs_group"] or id in self.group

    def cost(self, edge, ask):
        relation = self.relations[edge["relation"]]
        strength = edge["strength"] or relation["default_strength"]
        factor = ask["certainty_factor"][edge["certainty"] if relation["takes_certainty"] else 0]
        half = ask["degree_exponent"] / 2
        return (
            max(1, micronats(-math.log(strength * factor)))
            + micronats(half * math.log(self.out_degree[edge["subject"], edge["relation"]]))
            + micronats(half * math.log(self.in_degree[edge["object"], edge["relation"]]))
            + micronats(-math.log(ask["hop_factor"]))
        )

    def walkable(self, ask):
        """All hops that the filters leave, as a multigraph; an edge's key is (relation, reversed)."""
        graph = nx.MultiDiGraph()
        graph.add_nodes_from(id for id in self.nodes if self.is_usable(id, ask))
        for edge in self.edges:
            relation = self.relations[edge["relation"]]
            if not relation["walkable"] or edge["subject"] == edge["object"]:
                continue
            if ask["relations"] and edge["relation"] not in ask["relations"]:
                continue
            if relation["takes_certainty"] and edge["certainty"] < ask["min_certainty"]:
                continue
            if edge["subject"] not in graph or edge["object"] not in graph:
                continue
            cost, letter = self.cost(edge, ask), LETTERS[edge["relation"]]
            for reversed in (False, True):
                start, end = ("object", "subject") if reversed else ("subject", "object")
                backwards = reversed and not relation["symmetric"]
                entered = self.nodes[edge[end]]["kind"][0]
                token = (letter.lower() if backwards else letter) + edge["sign"] + entered
                graph.add_edge(edge[start], edge[end], (edge["relation"], backwards), cost=cost, token=token)
        return graph

    def between(self, graph, source, target, ask):
        """What a path from source to target may use: inside it are no other ends, and no kind that is for ends only."""
        ends = set(ask["sources"]) | set(ask["targets"])
        inner = lambda id: id not in ends and not self.kinds[self.nodes[id]["kind"]]["ends_only"]
        return graph.subgraph([id for id in graph if id in (source, target) or inner(id)]).copy()

    def groups_on(self, nodes):
        return {self.group[id] for id in nodes if id in self.group}

    def meets_all(self, nodes, tokens, ask):
        return (
            set(ask["must_pass"]) <= set(nodes)
            and len(self.groups_on(nodes)) >= ask["min_groups"]
            and (ask["pattern"] is None or re.fullmatch(ask["pattern"], tokens) is not None)
        )


def ends_of(graph, ask):
    for source in sorted(set(ask["sources"])):
        for target in sorted(set(ask["targets"])):
            if source in graph and target in graph:
                yield source, target


def rank(world, ask):
    """All paths, in order, by enumeration and filters."""
    graph = world.walkable(ask)
    paths = []
    for source, target in ends_of(graph, ask):
        if source == target:
            if world.meets_all([source], "", ask):
                paths.append((0, 0, [source], []))
            continue
        part = world.between(graph, source, target, ask)
        for path in nx.all_simple_edge_paths(part, source, target, cutoff=ask["max_hops"]):
            hops = [part.edges[edge] for edge in path]
            nodes = [source] + [edge[1] for edge in path]
            if world.meets_all(nodes, "".join(hop["token"] for hop in hops), ask):
                cost = sum(hop["cost"] for hop in hops)
                paths.append((cost, len(hops), nodes, [list(edge[2]) for edge in path]))
    paths.sort()
    if ask["distinct_nodes"]:
        first = {}
        for path in paths:
            first.setdefault(tuple(path[2]), path)
        paths = list(first.values())
    return [[cost, nodes, hops] for cost, _, nodes, hops in paths][: ask["max_paths"]]


def rank_unconstrained(world, ask):
    """The first paths by networkx's own ranking, those that tie with the last included, then cut in our order."""
    graph = world.walkable(ask)
    plain = nx.DiGraph()
    plain.add_nodes_from(graph)
    for start, end, key, hop in graph.edges(keys=True, data=True):
        best = (hop["cost"], list(key))
        if not plain.has_edge(start, end) or best < plain.edges[start, end]["best"]:
            plain.add_edge(start, end, best=best, cost=best[0])
    paths = []
    for source, target in ends_of(graph, ask):
        if source == target:
            return [[0, [source], []]]
        part = world.between(plain, source, target, ask)
        try:
            for nodes in nx.shortest_simple_paths(part, source, target, weight="cost"):
                hops = [part.edges[edge]["best"] for edge in zip(nodes, nodes[1:])]
                cost = sum(hop[0] for hop in hops)
                if len(paths) >= ask["max_paths"] and cost > paths[-1][0]:
                    break
                if len(hops) <= ask["max_hops"]:
                    paths.append((cost, len(hops), nodes, [hop[1] for hop in hops]))
        except nx.NetworkXNoPath:
            pass
    paths.sort()
    return [[cost, nodes, hops] for cost, _, nodes, hops in paths][: ask["max_paths"]]


def main():
    program = sys.argv[1]
    seeds = sys.argv[2:4] or ["1", "60"]
    written = subprocess.run([program, *seeds], stdout=subprocess.PIPE, check=True, text=True).stdout
    asked, answered, paths, wrong = Counter(), Counter(), 0, 0
    for line in map(json.loads, written.splitlines()):
        world = World(line)
        for number, ask in enumerate(line["questions"]):
            form = ask["form"]
            want = (rank_unconstrained if form == "shortest_simple_paths" else rank)(world, ask)
            asked[form] += 1
            answered[form] += bool(want)
            paths += len(want)
            if ask["cut"] or ask["answer"] != want:
                wrong += 1
                print(f"seed {line['seed']}, question {number} ({form}): {json.dumps(ask)}\n  networkx: {want}")
    for form in asked:
        print(f"{form}: {asked[form]} questions, {answered[form]} with an answer")
    print(f"{paths} paths, networkx {nx.__version__}, {wrong} answers differ")
    # Questions that nothing answers show little: the generator must be worth its name.
    dull = [form for form in asked if answered[form] < asked[form] / 3]
    if wrong or len(asked) < 2 or dull:
        sys.exit(f"failed: {wrong} differ; too few answers for {dull}" if dull else "failed")


if __name__ == "__main__":
    main()
