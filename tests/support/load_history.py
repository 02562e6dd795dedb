#!/usr/bin/env python3
"""Puts what `growthctl simulate --outcomes` writes straight into the tables of cohort-analyzer, without Kafka and workers:

    growthctl simulate -n 20000 --outcomes | load_history.py 2024-06-30 | psql …
    growthctl simulate -n 20000 | load_history.py 2024-06-30 --votes | psql …

A goal's outcome becomes a vote on the pattern of the tier that the contractor is in at the history's end, which is the
day given: what goal-enricher and success-tracker make of it. In the simulation a goal's success depends on four groups of
tiers only. With --votes there are instead up to three votes of each contractor, on patterns of his tier, and each
pattern has a success rate of its own, from 0.15 to 0.95.
"""

import json
import random
import sys
import uuid

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:growth-patterns")
TIERS = ["0_5_million", "5_10_million", "11_20_million", "21_30_million", "31_50_million", "51_75_million",
         "76_100_million", "101_150_million", "151_300_million", "300_plus_million"]
TYPES = ["revenue_growth", "team_expansion", "lead_improvement", "operational_improvement", "customer_retention", "financial_health"]
OBSERVATIONS = ("contractor_observations (contractor_id, occurred_at, event_id, heard_until, revenue_tier, team_size, team_band, "
                "current_stage, focus_areas, annual_revenue, tier_since, status)")
ACTIONS = "contractor_actions (contractor_id, occurred_at, event_id, kind, item, name, satisfaction)"
VOTES = ("pattern_votes (goal_uuid, pattern_key, voter, outcome, goal_created_at, occurred_at, event_id, satisfaction, "
         "revenue_impact)")


def identity(*parts):
    """As common/base/identity.h: netstrings."""
    return uuid.uuid5(NAMESPACE, "".join(f"{len(part.encode())}:{part}," for part in parts))


def cell(value):
    if value is None:
        return r"\N"
    text = value if isinstance(value, str) else json.dumps(value)
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def observation(event, value):
    team = value.get("team_size")
    return (value["contractor_id"], value["occurred_at"], event["id"], value["occurred_at"], value["revenue_tier"],
            team if isinstance(team, int) else None, team if isinstance(team, str) else None, value.get("current_stage"),
            value.get("focus_areas"), value.get("annual_revenue"), value.get("tier_since"), value.get("status"))


def action(event, value):
    return (value["contractor_id"], value["occurred_at"], event["id"], value["kind"], value["item"], value.get("name"),
            value.get("satisfaction"))


def pattern_key(tier, kind):
    return f"{tier}>{TIERS[TIERS.index(tier) + 1]}/{kind}"


def vote(event, value, tier, created):
    key = pattern_key(tier, "revenue_growth")
    return (value["goal_id"], key, str(identity("voter", str(value["contractor_id"]), key)), value["outcome"], created,
            value["occurred_at"], event["id"], value.get("satisfaction"), value.get("revenue_impact"))


def spread_votes(contractor, tier, created):
    """Complete or not, happy or not, all by the pattern's own rate."""
    dice = random.Random(f"voter {contractor}")
    for kind in dice.sample(TYPES, dice.randint(1, 3)):
        key = pattern_key(tier, kind)
        rate = 0.15 + 0.8 * random.Random(f"rate of {key}").random()
        outcome = "completed" if dice.random() < rate else "abandoned"
        satisfaction = sum(dice.random() < rate for _ in range(4)) + 1
        goal = identity("goal", str(contractor), key)
        yield (str(goal), key, str(identity("voter", str(contractor), key)), outcome, created, created, f"vote-{goal}", satisfaction,
               "positive" if dice.random() < rate else "negative")


class Table:
    """Rows of a table, written as COPY commands of some thousand each."""

    def __init__(self, name):
        self.name, self.rows = name, []

    def add(self, row):
        self.rows.append("\t".join(map(cell, row)))
        if len(self.rows) == 10000:
            self.flush()

    def flush(self):
        print(f"COPY {self.name} FROM STDIN;", *self.rows, "\\.", sep="\n")
        self.rows.clear()


def main():
    created = sys.argv[1] + "T00:00:00Z"
    spread = sys.argv[2:] == ["--votes"]
    observations, actions, votes = map(Table, (OBSERVATIONS, ACTIONS, VOTES))
    tier, upstream = {}, set()

    for line in sys.stdin:
        event = json.loads(line)
        value = event["value"]
        if event["topic"] == "contractor.updated":
            observations.add(observation(event, value))
            tier[value["contractor_id"]] = value["revenue_tier"]
        elif event["topic"] == "action.recorded":
            actions.add(action(event, value))
        elif event["topic"] == "goal.created":
            upstream.add(value["goal_id"])
        elif event["topic"] == "goal.completed" and value["goal_id"] not in upstream:
            if tier[value["contractor_id"]] != TIERS[-1]:
                votes.add(vote(event, value, tier[value["contractor_id"]], created))
    for contractor in tier if spread else ():
        if tier[contractor] != TIERS[-1]:
            for row in spread_votes(contractor, tier[contractor], created):
                votes.add(row)
    for table in (observations, actions, votes):
        table.flush()


main()
