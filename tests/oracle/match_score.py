#!/usr/bin/env python3
"""Match scores of 1,000 random pairs of a contractor and a pattern, for unit/domain_match_oracle.c:

    python3 tests/oracle/match_score.py > tests/data/match_scores.txt

Source: section 7 of the project's statistics ("Matching and boosts"), written from its text alone; Python's standard library, in
exact fractions but for logarithm and root. Any Python 3 gives the same file (Random(2024)).

    match_score = 0.30 T + 0.40 F + 0.15 M + 0.15 G
    T: contractor's tier = from 1; one below 0.5; one above 0.25; else 0. Unknown tier: no match.
    F: with u_i the usage rates of the pattern's focus areas P and the contractor's areas A:
       sum over A and P of u / (sum over P of u + 0.25 |A without P|). Either empty: 0.5.
    M: max(0, 1 - |ln(a/b)|/ln 4), b = median team of levellers at entry; bands "11_50" = sqrt(11*50), "201_plus" = 201.
       Missing: 0.5.
    G: share of the contractor's stage among levellers at entry / largest such share (unseen stage 0). Missing: 0.5.

A line a pair, "-" where something is missing, lists with commas:

    TIER TEAM STAGE AREAS FROM_TIER MEDIAN STAGE=SHARE,... AREA=USAGE,... T F M G SCORE
"""

import random
from fractions import Fraction
from math import log, sqrt

TIERS = ["0_5_million", "5_10_million", "11_20_million", "21_30_million", "31_50_million", "51_75_million",
         "76_100_million", "101_150_million", "151_300_million", "300_plus_million"]
AREAS = ["greenfield_growth", "operational_efficiency", "controlling_lead_flow", "closing_sales", "referral_growth",
         "hiring_skilled_team", "installing_systems", "customer_experience", "solar_panels", "kitchens"]
STAGES = ["startup", "growth", "scaling", "established", "mature", "wind_down"]
TEAMS = ["1", "2", "5", "7", "12", "30", "80", "400", "0", "1_10", "11_50", "11-50", "51_200", "201_plus", "201+", "50_11",
         "several"]
PAIRS = 1000


def people(team):
    """None: missing, or not a size."""
    if team is None:
        return None
    if team.isdigit():
        return int(team) or None
    for sign in "_-":
        low, _, high = team.partition(sign)
        if low.isdigit() and high.isdigit():
            return sqrt(int(low) * int(high)) if 0 < int(low) <= int(high) else None
    digits = team.removesuffix("_plus").removesuffix("+")
    return int(digits) if digits.isdigit() else None


def tier_part(own, start):
    if own not in TIERS or start not in TIERS:
        return None
    return {0: Fraction(1), -1: Fraction(1, 2), 1: Fraction(1, 4)}.get(TIERS.index(own) - TIERS.index(start), Fraction(0))


def focus_part(own, listed):
    if not own or not listed:
        return Fraction(1, 2)
    own = set(own)
    shared = sum((usage for area, usage in listed.items() if area in own), Fraction(0))
    return shared / (sum(listed.values()) + Fraction(1, 4) * len(own - set(listed)))


def team_part(team, median):
    size = people(team)
    if size is None or median is None:
        return 0.5
    return max(0.0, 1 - abs(log(size / float(median))) / log(4))


def stage_part(stage, shares):
    if stage is None or not shares:
        return Fraction(1, 2)
    return shares.get(stage, Fraction(0)) / max(shares.values())


def score(profile, pattern):
    tier = tier_part(profile["tier"], pattern["from"])
    if tier is None:
        return 0.0, 0.0, 0.0, 0.0, 0.0
    parts = (float(tier), float(focus_part(profile["areas"], pattern["areas"])),
             float(team_part(profile["team"], pattern["median"])), float(stage_part(profile["stage"], pattern["stages"])))
    return (*parts, 0.30 * parts[0] + 0.40 * parts[1] + 0.15 * parts[2] + 0.15 * parts[3])


def near(rng, tier):
    """Mostly a tier that can match."""
    if rng.random() < 0.2:
        return rng.choice([*TIERS, "of_tomorrow"])
    return TIERS[min(len(TIERS) - 1, max(0, TIERS.index(tier) + rng.choice([-1, 0, 0, 0, 1])))]


def rates(rng, names, count):
    return {name: Fraction(rng.randint(1, 100), 100) for name in rng.sample(names, count)}


def pair(rng):
    start = rng.choice(TIERS)
    pattern = {
        "from": start,
        "median": None if rng.random() < 0.1 else Fraction(rng.randint(2, 400), 2),
        "stages": rates(rng, STAGES[:5], rng.choice([0, 1, 2, 3, 5])),
        "areas": rates(rng, AREAS, rng.choice([0, 1, 2, 3, 6])),
    }
    own = rng.choices(AREAS, k=rng.choice([0, 1, 2, 3, 5]))  # some of them twice
    profile = {
        "tier": near(rng, start),
        "team": None if rng.random() < 0.15 else rng.choice(TEAMS),
        "stage": None if rng.random() < 0.15 else rng.choice(STAGES),
        "areas": own,
    }
    return profile, pattern


def listed(values):
    return ",".join(f"{name}={float(value)!r}" for name, value in values.items()) or "-"


def main():
    rng = random.Random(2024)
    for _ in range(PAIRS):
        profile, pattern = pair(rng)
        median = pattern["median"]
        print(profile["tier"], profile["team"] or "-", profile["stage"] or "-", ",".join(profile["areas"]) or "-",
              pattern["from"], "-" if median is None else repr(float(median)), listed(pattern["stages"]),
              listed(pattern["areas"]), *(f"{part:.17g}" for part in score(profile, pattern)))


main()
