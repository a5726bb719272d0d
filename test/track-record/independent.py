"""The track record from raw samples, computed apart from the service, with numpy.

Reads a CSV with the columns time (epoch milliseconds), price and sentiment from standard input, in any order; takes the range
as two epoch milliseconds. Prints JSON: for each horizon, the groups, the difference, and half the width of both intervals.
"""

import csv
import json
import sys
from collections import defaultdict

import numpy as np

HOUR = 3_600_000
HORIZONS = (1, 4, 24, 168)
REPLICATES = 20_000
TOLERANCE = 1e-9


def read(stream):
    prices, sentiments = {}, {}
    for row in csv.DictReader(stream):
        time = int(row["time"])
        if row["price"]:
            prices[time] = float(row["price"])
        if row["sentiment"]:
            sentiments[time] = float(row["sentiment"])
    return prices, sentiments


def by_hour(values):
    hours = defaultdict(list)
    for time in sorted(values):
        hours[time // HOUR].append((time, values[time]))
    return hours


def direction(means, least):
    known = [mean for mean in means if mean is not None]
    if len(known) < 2:
        return None
    first, last = known[0], known[-1]
    if abs(last - first) <= TOLERANCE * max(abs(first), abs(last), least):
        return 0
    return 1 if last > first else -1


def verdicts_of(prices, sentiments, first, end):
    def mean(hours, hour):
        return float(np.mean([value for _, value in hours[hour]])) if hour in hours else None

    verdicts = {}
    for hour in range(first, end):
        if hour not in prices and hour not in sentiments:
            continue
        three = (hour - 2, hour - 1, hour)
        price = direction([mean(prices, one) for one in three], 0)
        sentiment = direction([mean(sentiments, one) for one in three], 1e-3)
        verdicts[hour] = None if price is None or sentiment is None else price == 1 and sentiment == 1
    return verdicts


def changes_of(prices, verdicts, horizon, end):
    """The hour, its verdict, and the prices before and after."""
    for hour, verdict in sorted(verdicts.items()):
        at = hour + 1 + horizon
        if hour in prices and at < end and at in prices:
            yield hour, verdict, prices[hour][-1][1], prices[at][0][1]


def group(hours, rows):
    before = np.array([row[2] for row in rows])
    after = np.array([row[3] for row in rows])
    if not rows:
        return {"hours": hours, "known": 0}
    change = after / before - 1
    return {
        "hours": hours,
        "known": len(rows),
        "higher": float(np.count_nonzero(after > before) / len(rows)),
        "median_change": float(np.median(change)),
        "mean_change": float(np.mean(change)),
    }


def independent_hours(rows, horizon):
    count, free = 0, -1
    for hour, *_ in rows:
        if hour >= free:
            count, free = count + 1, hour + horizon + 4
    return count


def shares(blocks):
    """The difference of shares and its standard error, for one or more lists of blocks (the last axis but one)."""
    totals = blocks.sum(axis=-2)
    lit, higher, other, other_higher = np.moveaxis(totals, -1, 0)
    share, other_share = higher / lit, other_higher / other
    influence = (blocks[..., 1] - share[..., None] * blocks[..., 0]) / lit[..., None] - (
        blocks[..., 3] - other_share[..., None] * blocks[..., 2]
    ) / other[..., None]
    count = blocks.shape[-2]
    return share - other_share, np.sqrt(count / (count - 1) * (influence**2).sum(axis=-1))


def difference(rows, horizon, first, end, held):
    length = max(2 * (horizon + 3), 24, -(-held // 300))
    blocks = np.zeros((-(-(end - first) // length), 4))
    for hour, verdict, before, after in rows:
        if verdict is not None:
            column = 0 if verdict else 2
            blocks[(hour - first) // length, column] += 1
            blocks[(hour - first) // length, column + 1] += after > before
    blocks = blocks[blocks.sum(axis=1) > 0]
    value, error = shares(blocks)
    random = np.random.default_rng(2026)
    deviations = []
    for _ in range(REPLICATES // 500):
        drawn = blocks[random.integers(len(blocks), size=(500, len(blocks)))]
        with np.errstate(all="ignore"):
            values, errors = shares(drawn)
            deviations.append(np.abs(values - value) / errors)
    far = np.nan_to_num(np.concatenate(deviations), nan=np.inf)
    return {
        "higher": float(value),
        "half_95": float(np.quantile(far, 0.95) * error),
        "half_joint": float(np.quantile(far, 1 - 0.05 / len(HORIZONS)) * error),
    }


def main():
    first, end = (int(text) // HOUR for text in sys.argv[1:3])
    prices, sentiments = (by_hour(values) for values in read(sys.stdin))
    verdicts = verdicts_of(prices, sentiments, first, end)
    records = []
    for horizon in HORIZONS:
        rows = list(changes_of(prices, verdicts, horizon, end))
        lit = [row for row in rows if row[1] is True]
        not_lit = [row for row in rows if row[1] is False]
        hours = list(verdicts.values())
        independent = {"lit": independent_hours(lit, horizon), "not_lit": independent_hours(not_lit, horizon)}
        records.append(
            {
                "lit": group(hours.count(True), lit),
                "not_lit": group(hours.count(False), not_lit),
                "all": group(len(hours), rows),
                "independent_hours": independent,
                "difference": difference(rows, horizon, first, end, len(verdicts)) if min(independent.values()) >= 40 else None,
            }
        )
    json.dump(records, sys.stdout)


main()
