#!/usr/bin/env bash
# pandas 3.1.1: one time with milliseconds makes the whole column text, without a warning.
#
# Expected: read_csv(parse_dates=["time"]) reads RFC 3339 times with and without a fraction, such as `2021-07-07T17:00:00Z` and
#   `2021-07-07T17:30:18.370Z`. The fraction is optional in RFC 3339, and many writers omit it when it is zero. DuckDB 2.0.1 and
#   polars 2.1.0 read both as times.
# Seen: the column is text. The first row decides the format, another row does not match it, and parse_dates gives up silently.
#   If all rows have a fraction, or none has, the column is a time.
# Consequence: write the same number of digits in each row of an export for pandas.
#
# Python 3.11 or later with pip. Exits with 0 while it behaves as described, else with 1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet pandas==3.1.1 duckdb==2.0.1 polars==2.1.0
python/bin/python -W error - <<'PYTHON'
import duckdb, pandas, polars

def types(name, rows):
    with open(f"{name}.csv", "w") as file:
        file.write("time,price\n" + "".join(f"{time},1\n" for time in rows))
    read = {
        "pandas": str(pandas.read_csv(f"{name}.csv", parse_dates=["time"]).time.dtype),
        "duckdb": duckdb.sql(f"select typeof(time) from '{name}.csv'").fetchall()[0][0],
        "polars": str(polars.read_csv(f"{name}.csv", try_parse_dates=True)["time"].dtype),
    }
    print(name, read)
    return read

mixed = types("mixed", ["2021-07-07T17:00:00Z", "2021-07-07T17:30:18.370Z"])
alike = types("alike", ["2021-07-07T17:00:00.000Z", "2021-07-07T17:30:18.370Z"])
as_described = (
    not mixed["pandas"].startswith("datetime")
    and alike["pandas"].startswith("datetime")
    and mixed["duckdb"].startswith("TIMESTAMP")
    and mixed["polars"].startswith("Datetime")
)
raise SystemExit(not as_described)
PYTHON
