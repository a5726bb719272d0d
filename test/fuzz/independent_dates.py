"""Reads dates, one JSON string a line, and writes what email.utils and dateutil make of each: seconds since 1970, or null."""

import json
import re
import sys
import warnings
from email.utils import mktime_tz, parsedate_tz

from dateutil.parser import parse

warnings.simplefilter("ignore")
HOURS = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "UT": 0}
SECONDS = {name: hours * 3600 for name, hours in HOURS.items()}


def by_email(text):
    if re.search(r"\b[ap]\.?m\b", text, re.IGNORECASE):
        return None  # It knows no halves of a day, and passes over them.
    fields = parsedate_tz(text)
    return None if fields is None or fields[9] is None else mktime_tz(fields)


def by_dateutil(text):
    date = parse(text, tzinfos=SECONDS)
    return None if date.tzinfo is None else date.timestamp()


def read(reader, text):
    try:
        return reader(text)
    except Exception:  # Whatever they throw, they do not read it.
        return None


for line in sys.stdin:
    date = json.loads(line)
    print(json.dumps([read(by_email, date), read(by_dateutil, date)]))
