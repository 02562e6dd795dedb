#!/usr/bin/env python3
"""Measures of predictions, for unit/growthctl_metrics.c:

    python3 tests/oracle/validation.py > tests/data/validation.txt

Made with Python 3.11, numpy 2.4.6, scipy 1.17.1 (spearmanr) and scikit-learn 1.9.1 (roc_auc_score, brier_score_loss). The calibration
error is the textbook's: ten bins of equal width by prediction, weighted by their numbers. The standard error of the AUC is that of
DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988), from all pairs, as the paper writes it.

150 random lists, most with ties; observed is 0 or 1 (kind b) or anything in [0, 1] (kind c). nan: cannot be said.

    list KIND COUNT predicted observed... auc its_standard_error brier error spearman median_of_predicted
"""

import random
import warnings

import numpy
from scipy.stats import spearmanr
from sklearn.metrics import brier_score_loss, roc_auc_score

warnings.simplefilter("ignore")  # of constant lists, which give nan


def calibration_error(predicted, observed):
    bins = numpy.minimum((predicted * 10).astype(int), 9)
    return sum((bins == i).sum() / len(bins) * abs(predicted[bins == i].mean() - observed[bins == i].mean())
               for i in range(10) if (bins == i).any())


def auc_error(predicted, wins):
    won, lost = predicted[wins][:, None], predicted[~wins][None, :]
    if won.size < 2 or lost.size < 2:
        return float("nan")
    higher = (won > lost) + (won == lost) / 2
    return (higher.mean(axis=1).var(ddof=1) / won.size + higher.mean(axis=0).var(ddof=1) / lost.size) ** 0.5


def put(kind, predicted, observed):
    wins = observed > 0.5
    auc = roc_auc_score(wins, predicted) if 0 < wins.sum() < len(wins) else float("nan")
    brier = brier_score_loss(observed, predicted) if kind == "b" else ((predicted - observed) ** 2).mean()
    spearman = spearmanr(predicted, observed).statistic if len(predicted) > 1 else float("nan")
    results = (auc, auc_error(predicted, wins), brier, calibration_error(predicted, observed), spearman, numpy.median(predicted))
    print("list", kind, len(predicted), *(f"{v:.17g}" for pair in zip(predicted, observed) for v in pair),
          *(f"{float(v):.17g}" for v in results))


def main():
    dice = random.Random(20240702)

    for i in range(150):
        n = dice.choice([1, 2, 3, 5, 9, 20, 40])
        grain = dice.choice([4, 20, 1 << 20])
        kind = "bc"[i % 2]
        predicted = numpy.array([dice.randint(0, grain) / grain for _ in range(n)])
        observed = numpy.array([float(dice.random() < p) if kind == "b" else dice.randint(0, grain) / grain
                                for p in predicted])
        put(kind, predicted, observed)


main()
