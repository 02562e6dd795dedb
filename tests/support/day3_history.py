#!/usr/bin/env python3
"""The history behind the plan's Day 3 example, as NDJSON for `growthctl emit`; tiers $3M, $5M, $8M, as day3_example.sh has them:

    day3_history.py history             contractors, what they did, who levelled up
    day3_history.py outcomes < GOALS    how goals turned out; GOALS: lines of "contractor goal_id"

47 of those who went from $3M to $5M had their lead flow on their mind when they entered the tier. 42 of these (89 %) first
of all implemented a CRM, then worked with BuildPro and LeadGen Tools; 5 did other things. 80 such contractors stayed in the tier: 16 of
them did the same, 64 did as many other things. 20 level-ups and 30 who stayed wanted to hire, so that the 47 are a
sub-cohort (70 % of the 67 level-ups) and the pattern is one of lead_improvement. Contractor 56 entered the tier two months ago.

Outcomes: every goal given is completed and rated 5 of 5 afterwards; of three in four the revenue grew, of the fourth it stayed.
"""

import json
import sys
from datetime import datetime, timedelta

START = datetime(2022, 1, 1)
SEEN_AGAIN = datetime(2024, 1, 15)
CRM = ("milestone", "implemented_crm", "Implement CRM and lead tracking")
BUILDPRO, LEADGEN = ("partner", "buildpro", "BuildPro"), ("partner", "leadgen_tools", "LeadGen Tools")
HIRED = ("milestone", "hired_ops_manager", "Hired an operations manager")
OTHERS = [("event", f"trade_show_{i}", f"Trade show {i}") for i in range(8)]


def send(topic, contractor, time, number, **value):
    event_id = f"{topic}-{contractor}-{number}"
    value = {"contractor_id": contractor, "occurred_at": time.isoformat() + "Z", **value}
    print(json.dumps({"topic": topic, "key": str(contractor), "id": event_id, "value": value}))


def profile(contractor, time, number, tier, area, revenue, **more):
    send("contractor.updated", contractor, time, number, revenue_tier=tier, team_size=8, current_stage="growth",
         focus_areas=[area], annual_revenue=revenue, **more)


def contractor(number, entry, area, actions, months=None):
    """months: when he levelled up; None: he is in the tier still."""
    profile(number, entry, 1, "3_million", area, 3.2e6, tier_since=entry.isoformat() + "Z")
    for i, (kind, item, name) in enumerate(actions):
        rating = {"satisfaction": 4 if number % 5 == 0 else 5} if kind == "partner" else {}
        send("action.recorded", number, entry + timedelta(days=20 + 25 * i + number % 10), i + 1, kind=kind, item=item,
             name=name, **rating)
    if months:
        profile(number, entry + timedelta(days=30.4375 * months), 2, "5_million", area, 5.1e6)
    elif entry < SEEN_AGAIN:
        profile(number, SEEN_AGAIN, 2, "3_million", area, 3.3e6)


def two_others(number):
    return [OTHERS[number % 8], OTHERS[(number + 3) % 8]]


def history():
    lead, hiring = "controlling_lead_flow", "hiring_skilled_team"
    supported = [CRM, BUILDPRO, LEADGEN]
    for i in range(47):
        contractor(101 + i, START + timedelta(days=7 * i), lead, supported if i < 42 else two_others(i),
                   7 + 12 * (i * 17 % 47) / 47)
    for i in range(20):
        contractor(201 + i, START + timedelta(days=11 * i), hiring, [HIRED, OTHERS[i % 8]], 8 + 12 * (i * 7 % 20) / 20)
    for i in range(80):
        contractor(301 + i, START + timedelta(days=5 * i), lead, supported if i % 5 == 4 else two_others(i))
    for i in range(30):
        contractor(401 + i, START + timedelta(days=13 * i), hiring, [HIRED, OTHERS[i % 8]] if i % 5 == 4 else two_others(i))
    contractor(56, datetime(2024, 5, 1), lead, [])


def outcomes():
    for i, line in enumerate(sys.stdin):
        number, goal = line.split()
        send("goal.completed", int(number), datetime(2024, 7, 20), 1, goal_id=goal, outcome="completed",
             revenue_impact="neutral" if i % 4 == 3 else "positive")
        send("feedback.submitted", int(number), datetime(2024, 7, 22), 1, goal_id=goal, rating=5)


{"history": history, "outcomes": outcomes}[sys.argv[1]]()
