#!/usr/bin/env bash
# hyparquet-writer 0.17.0 with DuckDB 2.0.1, polars 2.1.0 and pandas 3.1.1: readers disagree on whether a TIMESTAMP column is in UTC.
#
# Expected: one file, one meaning. The Parquet format says that the older annotation TIMESTAMP_MILLIS means "adjusted to UTC".
# Seen: the writer's type 'TIMESTAMP' sets that older annotation alone. pandas reads instants in UTC; DuckDB and polars read local times
#   without a zone. In DuckDB, a cast to TIMESTAMPTZ then moves each time by the session's zone: by four hours for New York. With an
#   explicit schema whose logical type says isAdjustedToUTC, all three agree.
# Consequence: write the logical type yourself. Do not rely on type: 'TIMESTAMP'.
#
# Node.js 20 or later with npm, Python 3.11 or later with pip. Exits with 0 while it behaves as described, else with 1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-fund --no-audit hyparquet-writer@0.17.0
python3 -m venv python
python/bin/pip install --quiet duckdb==2.0.1 polars==2.1.0 pandas==3.1.1 pyarrow==26.0.1
cat >write.mjs <<'JAVASCRIPT'
import { parquetWriteFile } from 'hyparquet-writer';
const time = Date.UTC(2026, 6, 1);
await parquetWriteFile({
  filename: 'type.parquet',
  columnData: [{ name: 'time', data: [new Date(time)], type: 'TIMESTAMP' }],
});
const logical_type = { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' };
await parquetWriteFile({
  filename: 'schema.parquet',
  columnData: [{ name: 'time', data: [BigInt(time)] }],
  schema: [
    { name: 'root', num_children: 1 },
    { name: 'time', type: 'INT64', repetition_type: 'REQUIRED', logical_type },
  ],
});
JAVASCRIPT
node write.mjs
seen=$(python/bin/python - <<'PYTHON'
import duckdb, pandas, polars

duckdb.sql("SET timezone = 'America/New_York'")
for name in ("type", "schema"):
    file = f"{name}.parquet"
    kind, instant = duckdb.sql(f"SELECT typeof(time), epoch(time::TIMESTAMPTZ) FROM '{file}'").fetchall()[0]
    print(f"{name}: pandas {pandas.read_parquet(file).time.dtype.tz}, polars {polars.read_parquet(file).schema['time'].time_zone}, "
          f"DuckDB {kind}, {(instant - 1782864000) / 3600:g} h off")
PYTHON
)
echo "$seen"
# Output on 2026-11-30:
#   type: pandas UTC, polars None, DuckDB TIMESTAMP, 4 h off
#   schema: pandas UTC, polars UTC, DuckDB TIMESTAMP WITH TIME ZONE, 0 h off
[ "$seen" = "type: pandas UTC, polars None, DuckDB TIMESTAMP, 4 h off
schema: pandas UTC, polars UTC, DuckDB TIMESTAMP WITH TIME ZONE, 0 h off" ]
