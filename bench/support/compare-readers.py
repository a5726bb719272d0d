"""Compares an export in CSV with the same one in Parquet, sample by sample, as DuckDB and as pandas read them.

Prints a line for each; exits with 1 if a sample differs. Takes the paths of both files.
"""

import sys

import duckdb
import pandas

CSV, PARQUET = sys.argv[1:]


def with_duckdb():
    # Each column in its order: a missing, additional or moved sample makes all later ones differ.
    return duckdb.execute(
        """
        SELECT count(*), count(*) FILTER (
          c.time IS DISTINCT FROM p.time OR c.price IS DISTINCT FROM p.price OR c.sentiment IS DISTINCT FROM p.sentiment
        )
        FROM read_csv($1, header = true, columns = {'time': 'TIMESTAMPTZ', 'price': 'DOUBLE', 'sentiment': 'DOUBLE'}) c
        POSITIONAL JOIN read_parquet($2) p
        """,
        [CSV, PARQUET],
    ).fetchone()


def with_pandas():
    parquet = pandas.read_parquet(PARQUET)
    csv = pandas.read_csv(CSV, float_precision="round_trip")
    csv["time"] = pandas.to_datetime(csv["time"], format="ISO8601", utc=True).astype(parquet["time"].dtype)
    if len(csv) != len(parquet):
        return len(csv), abs(len(csv) - len(parquet))
    same = (csv == parquet) | (csv.isna() & parquet.isna())
    return len(csv), int((~same.all(axis=1)).sum())


failed = False
for name, compare in (("DuckDB", with_duckdb), ("pandas", with_pandas)):
    samples, different = compare()
    print(f"{name}: {samples:,} samples, {different:,} differ")
    failed |= different > 0 or samples == 0
sys.exit(failed)
