#!/usr/bin/env bash
# @fontsource-variable/inter 5.3.0: `font-variant-numeric: tabular-nums` changes the hyphen, the space and the brackets too.
#
# Expected: the feature "tnum" gives digits one width and leaves other characters alone.
# Seen: Inter's "tnum" also replaces the hyphen with a glyph 41 % wider, as wide as a digit, and narrows the space, the comma and the
#   full stop. The en dash, the slash and the currency signs stay as they are. A date such as 2026-11-30 gets visible gaps around its
#   hyphens, and words beside the number move when the feature is switched on.
# Consequence: set tabular-nums on the numbers alone, and not on the text or the dates around them.
#
# Node.js 20 or later with npm, Python 3 with pip. Exits with 0 while it behaves as described, else with 1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-fund --no-audit @fontsource-variable/inter@5.3.0
python3 -m venv python
python/bin/pip install --quiet fonttools==4.68.0 brotli
seen=$(python/bin/python - <<'PYTHON'
from fontTools.ttLib import TTFont

font = TTFont("node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2")
table, names, widths = font["GSUB"].table, font.getBestCmap(), font["hmtx"]
tabular = {}
for record in table.FeatureList.FeatureRecord:
    if record.FeatureTag == "tnum":
        for index in record.Feature.LookupListIndex:
            for part in table.LookupList.Lookup[index].SubTable:
                tabular.update(getattr(getattr(part, "ExtSubTable", part), "mapping", {}))
for label, character in (("1", "1"), ("8", "8"), ("hyphen", "-"), ("space", " "), ("comma", ","), ("en dash", "–"), ("slash", "/")):
    name = names[ord(character)]
    print(f"{label}: {widths[name][0]} -> {widths[tabular.get(name, name)][0]}")
PYTHON
)
echo "$seen"
# Output on 2026-11-30, in units of 1/2048 em:
#   1: 833 -> 1328
#   8: 1267 -> 1328
#   hyphen: 942 -> 1328
#   space: 576 -> 550
#   comma: 590 -> 550
#   en dash: 1024 -> 1024
#   slash: 738 -> 738
grep -q '^hyphen: 942 -> 1328$' <<<"$seen" && grep -q '^space: 576 -> 550$' <<<"$seen" && grep -q '^slash: 738 -> 738$' <<<"$seen"
