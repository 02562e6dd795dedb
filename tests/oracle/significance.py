#!/usr/bin/env python3
"""Tables of two by two, Wilson's limits, q values and the normal tail, for unit/domain_oracle.c:

    python3 tests/oracle/significance.py > tests/data/significance.txt

Made with Python 3.11, scipy 1.17.1 (fisher_exact, chi2_contingency, false_discovery_control, norm.sf), statsmodels
0.15.0 (Table2x2.oddsratio, proportion_confint) and mpmath 1.4.1. Fisher's p are computed once more in exact
fractions, the normal tail in 40 digits: this script stops where they differ.

Published tables: Fisher's tea (The Design of Experiments, 1935) and convicts with a twin (1935); admission by sex to six
departments at Berkeley (Bickel et al. 1975, R's UCBAdmissions); transplants and deaths at Stanford (Crowley and Hu 1977,
R's jasa); aspirin and infarction (Physicians' Health Study 1988). Published p: Benjamini and Hochberg 1995, table 1.
Then 200 random tables and 200 random lists of p, with ties, zeros and ones.

    table a b c d haldane fisher_two_sided fisher_greater chi_square its_p
    wilson users n low high
    q COUNT p... q...
    tail z p
"""

import random
from fractions import Fraction
from math import comb

import mpmath
import numpy
from scipy import stats
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.proportion import proportion_confint

Z = 1.959964

PUBLISHED_TABLES = [
    (3, 1, 1, 3),
    (2, 15, 10, 3),
    (512, 313, 89, 19),
    (353, 207, 17, 8),
    (120, 205, 202, 391),
    (138, 279, 131, 244),
    (53, 138, 94, 299),
    (22, 351, 24, 317),
    (45, 30, 24, 4),
    (104, 10933, 189, 10845),
]
PUBLISHED_P = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
               0.7590, 1.0000]


def exact_fisher(a, b, c, d):
    """Two-sided and greater, as fractions."""
    ways = {x: comb(a + b, x) * comb(c + d, a + c - x) for x in range(max(0, a - d), min(a + b, a + c) + 1)}
    every = sum(ways.values())
    limit = ways[a] * Fraction(10000001, 10000000)
    return (Fraction(sum(w for w in ways.values() if w <= limit), every),
            Fraction(sum(w for x, w in ways.items() if x >= a), every))


def same(ours, theirs, what):
    if abs(ours - theirs) > 1e-10 * abs(theirs):
        raise SystemExit(f"{what}: {ours!r} and {theirs!r}")


def put(kind, *values):
    print(kind, *(f"{v:.17g}" if isinstance(v, float) else v for v in values))


def put_table(a, b, c, d):
    table = [[a, b], [c, d]]
    two_sided, greater = (stats.fisher_exact(table, side)[1] for side in ("two-sided", "greater"))
    for found, exact in zip((two_sided, greater), exact_fisher(a, b, c, d)):
        same(found, float(exact), f"Fisher's p of {table}")
    if min(a + b, c + d, a + c, b + d) > 0:
        chi_square, p = stats.chi2_contingency(table, correction=False)[:2]
    else:
        chi_square, p = 0.0, 1.0  # scipy refuses; nothing can be told
    odds_ratio = Table2x2(numpy.array(table) + 0.5).oddsratio
    put("table", a, b, c, d, float(odds_ratio), float(two_sided), float(greater), float(chi_square), float(p))


def put_wilson(users, n):
    low, high = proportion_confint(users, n, alpha=2 * stats.norm.sf(Z), method="wilson")
    put("wilson", users, n, float(max(low, 0)), float(min(high, 1)))


def put_q(p):
    put("q", len(p), *map(float, p), *map(float, stats.false_discovery_control(p)))


def put_tail(z):
    tail = float(stats.norm.sf(z))
    mpmath.mp.dps = 40
    same(tail, float(mpmath.erfc(mpmath.mpf(z) / mpmath.sqrt(2)) / 2), f"tail of {z}")
    put("tail", z, tail)


def main():
    dice = random.Random(20240701)

    for table in PUBLISHED_TABLES:
        put_table(*table)
    for i in range(200):
        largest = dice.choice([1, 3, 10, 60, 400])
        put_table(*(dice.randint(0, largest) for _ in range(4)))
    for n in (1, 2, 5, 7, 47, 1000):
        for users in sorted({0, 1, n // 2, n - 1, n}):
            put_wilson(users, n)
    for i in range(200):
        n = dice.randint(1, 10 ** dice.randint(1, 6))
        put_wilson(dice.randint(0, n), n)
    put_q(PUBLISHED_P)
    for i in range(200):
        ties = i % 2 == 0
        put_q([dice.randint(0, 6) / 6 if ties else dice.random() ** 3 for _ in range(dice.randint(1, 12))])
    for i in range(-16, 75):
        put_tail(i / 2)
    for i in range(40):
        put_tail(dice.uniform(-5, 37))


main()
