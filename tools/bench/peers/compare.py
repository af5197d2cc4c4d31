#!/usr/bin/env python3
"""Compares the answers and times that the peers left in DIRECTORY with ours.

Usage: compare.py DIRECTORY

Prints for each peer the median over its pairs, ours over the same pairs, their ratio, and how many answers are equal in
cost. Exits with 1 if a peer that answers the question differs from us or is less than 50 times slower.
"""

import csv
import statistics
import sys
from pathlib import Path

BAR = 50
PEERS = {
    "igraph": "python3-igraph get_k_shortest_paths",
    "pgrouting": "PostgreSQL, pgr_ksp",
    "kuzu": "Kuzu, acyclic paths sorted",
    "kuzu_first": "Kuzu, WSHORTEST: k = 1 only",
}


def read(file):
    with open(file) as rows:
        return {
            (row["from"], row["to"]): (float(row["milliseconds"]), [int(cost) for cost in row["costs"].split()])
            for row in csv.DictReader(rows)
        }


def main():
    folder = Path(sys.argv[1])
    ours = read(folder / "braid.csv")
    print(f"ours: median {statistics.median(time for time, _ in ours.values()):.2f} ms over {len(ours)} pairs, k = 10")
    print(f"{'peer':38} {'pairs':>5} {'median ms':>10} {'ours':>8} {'ratio':>8}  answers")
    best, wrong = None, False
    for peer, words in PEERS.items():
        file = folder / f"{peer}.csv"
        theirs = read(file) if file.exists() else {}
        if not theirs:
            print(f"{words:38} did not run")
            continue
        mine = {pair: ours[pair] for pair in theirs}
        answered = [pair for pair in theirs if theirs[pair][1]]
        first_only = peer == "kuzu_first"
        equal = sum(theirs[pair][1] == (mine[pair][1][:1] if first_only else mine[pair][1]) for pair in answered)
        their_median = statistics.median(time for time, _ in theirs.values())
        our_median = statistics.median(time for time, _ in mine.values())
        ratio = their_median / our_median
        unanswered = len(theirs) - len(answered)
        note = f"{equal} of {len(answered)} equal" + (f", {unanswered} not in time" if unanswered else "")
        print(f"{words:38} {len(theirs):5} {their_median:10.1f} {our_median:8.2f} {ratio:8.0f}  {note}")
        wrong |= equal != len(answered)
        if not first_only:
            best = min(ratio, best or ratio)
    if best is None:
        sys.exit("no peer ran")
    print(f"ahead of the best peer by {best:.0f} times (bar: {BAR})")
    sys.exit(1 if wrong or best < BAR else 0)


if __name__ == "__main__":
    main()
