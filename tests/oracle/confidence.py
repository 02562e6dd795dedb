#!/usr/bin/env python3
"""The confidence of three patterns after each of 500 outcomes, for integration/confidence.c and e2e/confidence.sh:

    python3 tests/oracle/confidence.py > tests/data/confidence.txt

Source: section 6 of the project's statistics ("Confidence"), written from its text alone; Python's standard library. All votes are
counted anew after each outcome. Any Python 3 gives the same file (Random(2024)).

    y = (0.5 [completed] + 0.3 (satisfaction-1)/4 + 0.2 impact)/(weights present); impact positive 1, neutral 0.5, negative 0
    a goal never heard of again: y = 0 from 180 days after its creation, undone if it completes later
    a contractor has one vote: mean y of his goals, weight 2^(-age/540 d) by his latest outcome; a = sum w y, b = sum w (1-y)
    m = sum a / sum (a+b) over all patterns, 0.5 until there are 30 voters; nu = 5 n/(n+20) 5/(5+a+b)
    alpha = 2m + nu c + a, beta = 2(1-m) + nu(1-c) + b; confidence = 20 % quantile of Beta(alpha, beta), if n + voters < 10 at
    most (n + voters)/20; expected success = alpha/(alpha+beta)

as_of is the latest time of an outcome so far. Some outcomes replace an earlier one of their goal, some come late, many goals stay
open, contractors have several goals. A line an outcome, then a confidence and an expected success a pattern:

    ID GOAL VOTER PATTERN OUTCOME CREATED OCCURRED RATING IMPACT  CONFIDENCE EXPECTED  CONFIDENCE EXPECTED  CONFIDENCE EXPECTED

Numbers are decimal, times are microseconds since 1970, "-" is absent. The patterns' n and c are below; so are they in the tests.
"""

import random
from fractions import Fraction
from math import exp, lgamma, log

PATTERNS = ((6, 0.2), (40, 0.8), (12, 0.47))  # n, c
OUTCOMES = 500
DAY = 86400 * 10**6
START = 18993 * DAY  # 2022-01-01


def score(outcome, rating, impact):
    """In fractions of 1."""
    total, weights = Fraction(outcome == "completed", 2), Fraction(1, 2)
    if rating is not None:
        total, weights = total + Fraction(3, 10) * Fraction(rating - 1, 4), weights + Fraction(3, 10)
    if impact in ("positive", "neutral", "negative"):
        total += Fraction(2, 10) * {"positive": Fraction(1), "neutral": Fraction(1, 2), "negative": Fraction(0)}[impact]
        weights += Fraction(2, 10)
    return total / weights


def votes(goals, as_of):
    """a, b, voters."""
    by_voter = {}
    for voter, outcome, created, occurred, rating, impact in goals:
        if outcome != "open" and occurred <= as_of:
            by_voter.setdefault(voter, []).append((occurred, score(outcome, rating, impact)))
        elif created + 180 * DAY <= as_of:
            by_voter.setdefault(voter, []).append((created + 180 * DAY, Fraction(0)))
    a = b = 0.0
    for words in by_voter.values():
        y = sum(s for _, s in words) / len(words)
        weight = 2.0 ** (-(as_of - max(t for t, _ in words)) / (540 * DAY))
        a, b = a + weight * float(y), b + weight * float(1 - y)
    return a, b, len(by_voter)


def fraction_of_beta(x, p, q):
    """The continued fraction of the incomplete beta function, backwards from a depth that is always enough here."""
    value = 0.0
    for m in range(400, 0, -1):
        even = m * (q - m) * x / ((p + 2 * m - 1) * (p + 2 * m))
        odd = -(p + m) * (p + q + m) * x / ((p + 2 * m) * (p + 2 * m + 1))
        value = even / (1 + odd / (1 + value))
    first = -(p + q) * x / (p + 1)
    return 1 / (1 + first / (1 + value))


def beta_below(x, p, q):
    front = exp(lgamma(p + q) - lgamma(p) - lgamma(q) + p * log(x) + q * log(1 - x))
    if x < (p + 1) / (p + q + 2):
        return front * fraction_of_beta(x, p, q) / p
    return 1 - front * fraction_of_beta(1 - x, q, p) / q


def quantile(share, p, q):
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if beta_below(middle, p, q) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def confidences(latest, as_of):
    counted = [votes([goal[1:] for goal in latest.values() if goal[0] == i], as_of) for i in range(len(PATTERNS))]
    voters = sum(v for _, _, v in counted)
    m = sum(a for a, _, _ in counted) / sum(a + b for a, b, _ in counted) if voters >= 30 else 0.5
    for (n, c), (a, b, v) in zip(PATTERNS, counted):
        nu = 5 * n / (n + 20) * 5 / (5 + a + b)
        alpha, beta = 2 * m + nu * c + a, 2 * (1 - m) + nu * (1 - c) + b
        value = quantile(0.2, alpha, beta)
        yield min(value, (n + v) / 20) if n + v < 10 else value
        yield alpha / (alpha + beta)


def outcomes(rng):
    """Mostly in the order of their times, but some late; each of a goal of one contractor on one pattern."""
    goals = []
    for i in range(OUTCOMES):
        now = START + i * 2 * DAY + rng.randrange(DAY)
        if goals and rng.random() < 0.55:
            goal, voter, pattern, created = goals[rng.randrange(max(0, len(goals) - 60), len(goals))]
            outcome = rng.choices(("completed", "abandoned", "open"), ((6, 2, 1), (8, 1, 1), (2, 6, 1))[pattern])[0]
            occurred = max(created, now - (rng.randrange(40) * DAY if rng.random() < 0.2 else 0))
        else:
            pattern = rng.randrange(len(PATTERNS))
            goal, voter, created = len(goals) + 1, 1 + pattern * 1000 + rng.randrange(90), now
            goals.append((goal, voter, pattern, created))
            outcome, occurred = "open", now
        closed = outcome != "open"
        rating = rng.randrange(1, 6) if closed and rng.random() < 0.6 else None
        impact = rng.choice(("positive", "neutral", "negative", "too_early")) if closed and rng.random() < 0.6 else None
        yield f"o-{i:03}", goal, voter, pattern, outcome, created, occurred, rating, impact


def main():
    latest, words, as_of = {}, {}, 0
    for identity, goal, voter, pattern, outcome, created, occurred, rating, impact in outcomes(random.Random(2024)):
        as_of = max(as_of, occurred)
        if (occurred, identity) > words.get(goal, (0, "")):
            words[goal] = occurred, identity
            latest[goal] = pattern, voter, outcome, created, occurred, rating, impact
        print(identity, goal, voter, pattern, outcome, created, occurred, "-" if rating is None else rating, impact or "-",
              *(f"{value:.13f}" for value in confidences(latest, as_of)))


main()
