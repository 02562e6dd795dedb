#!/usr/bin/env python3
"""Puts what `growthctl simulate --outcomes` writes straight into the tables of cohort-analyzer, without Kafka and workers:

    growthctl simulate -n 20000 --outcomes | load_history.py 2024-06-30 | psql …

A goal's outcome becomes a vote on the pattern that the goal is of, by its id: what goal-enricher and success-tracker make
of it. The goals were made at the history's end, which is the day given. Goals from upstream are no votes.
"""

import json
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


def goals_of(contractor, tier):
    """The goals that a contractor in the tier can have got, by id: the keys of their patterns."""
    keys = [f"{tier}>{TIERS[TIERS.index(tier) + 1]}/{kind}" for kind in TYPES] if tier != TIERS[-1] else []
    return {str(identity("goal", str(contractor), key, key.split("/")[1])): key for key in keys}


def vote(event, value, key, created):
    return (value["goal_id"], key, str(identity("voter", str(value["contractor_id"]), key)), value["outcome"], created,
            value["occurred_at"], event["id"], value.get("satisfaction"), value.get("revenue_impact"))


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
    observations, actions, votes = map(Table, (OBSERVATIONS, ACTIONS, VOTES))
    tier = {}

    for line in sys.stdin:
        event = json.loads(line)
        value = event["value"]
        if event["topic"] == "contractor.updated":
            observations.add(observation(event, value))
            tier[value["contractor_id"]] = value["revenue_tier"]
        elif event["topic"] == "action.recorded":
            actions.add(action(event, value))
        elif event["topic"] == "goal.completed":
            key = goals_of(value["contractor_id"], tier[value["contractor_id"]]).get(value["goal_id"])
            if key:
                votes.add(vote(event, value, key, created))
    for table in (observations, actions, votes):
        table.flush()


if __name__ == "__main__":
    main()
