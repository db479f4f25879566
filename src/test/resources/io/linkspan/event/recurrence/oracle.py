"""Random calendars and what they mean, from python-dateutil and zoneinfo.

Usage: oracle.py SEED COUNT. Writes one JSON object a line: first {"probes": {zone: [offset, ...]}},
the offsets at noon of every tenth day of 2018 to 2028, so that zones about which the two databases
differ can be left out; then {"ics", "zones", "home", "from", "to", "spans": [[start, end], ...]}.

It keeps to what RFC 5545 defines and dateutil follows: BYSETPOS of a week only where DTSTART starts
the week, no BYDAY that mixes plain and numbered weekdays, no week counted from the end beyond -51, no
week beyond 51: where the first of January belongs to the year before, dateutil miscounts its weeks (2022).
"""
import datetime as datetime_module
import json
import random
import sys
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

ZONES = [
    "UTC", "Europe/Berlin", "Europe/London", "Europe/Dublin", "America/New_York",
    "America/Los_Angeles", "America/St_Johns", "America/Sao_Paulo", "America/Havana",
    "Asia/Kathmandu", "Asia/Kolkata", "Asia/Tehran", "Asia/Tokyo", "Australia/Lord_Howe",
    "Australia/Adelaide", "Africa/Casablanca", "Africa/Cairo", "Pacific/Apia", "Pacific/Chatham",
    "Pacific/Auckland", "Antarctica/Troll",
]
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
UTC = timezone.utc
datetime_module.MAXYEAR = 2031  # where dateutil gives up on rules that never match


def some(r, values, most):
    return sorted(r.sample(list(values), r.randint(1, most)))


def listed(values):
    return ",".join(str(v) for v in values)


def rule(r, start, dated, finest):
    """The text of a rule, without COUNT and UNTIL."""
    freq = r.choice(["YEARLY", "MONTHLY", "WEEKLY", "DAILY"] if not finest else finest)
    parts = ["FREQ=" + freq]
    if r.random() < 0.4:
        parts.append("INTERVAL=%d" % r.choice([1, 2, 3, 4, 5, 7, 12]))
    wkst = r.choice(DAYS) if r.random() < 0.3 else None
    week_first = DAYS.index(wkst or "MO")
    signed_days = list(range(1, 32)) + list(range(-31, 0))
    expands = False
    if r.random() < (0.5 if freq == "YEARLY" else 0.2):
        parts.append("BYMONTH=" + listed(some(r, range(1, 13), 4)))
    kind = r.random()
    if freq in ("YEARLY", "MONTHLY"):
        if kind < 0.3:
            parts.append("BYMONTHDAY=" + listed(some(r, signed_days, 4)))
            expands = True
        elif kind < 0.6:
            most = 53 if freq == "YEARLY" and "BYMONTH" not in "".join(parts) else 5
            nths = [n for n in range(-most, most + 1) if n]
            if r.random() < 0.7:
                days = sorted({"%d%s" % (r.choice(nths), d) for d in some(r, DAYS, 3)})
            else:
                days = some(r, DAYS, 4)
            parts.append("BYDAY=" + listed(days))
            expands = True
        elif kind < 0.7 and freq == "YEARLY":
            year_days = list(range(1, 367)) + list(range(-366, 0))
            parts.append("BYYEARDAY=" + listed(some(r, year_days, 6)))
            expands = True
        elif kind < 0.8 and freq == "YEARLY":
            weeks = list(range(1, 52)) + list(range(-51, 0))
            parts.append("BYWEEKNO=" + listed(some(r, weeks, 5)))
            parts.append("BYDAY=" + listed(some(r, DAYS, 3)))
            expands = True
        elif kind < 0.85:
            parts.append("BYMONTHDAY=" + listed(some(r, range(1, 32), 12)))
            parts.append("BYDAY=" + listed(some(r, DAYS, 3)))
            expands = True
    elif freq == "WEEKLY":
        if kind < 0.7:
            parts.append("BYDAY=" + listed(some(r, DAYS, 5)))
            expands = start.weekday() == week_first
    elif kind < 0.4:
        parts.append("BYDAY=" + listed(some(r, DAYS, 5)))
    elif kind < 0.55:
        parts.append("BYMONTHDAY=" + listed(some(r, signed_days, 12)))
    elif kind < 0.6:
        parts.append("BYYEARDAY=" + listed(some(r, range(1, 367), 100)))
    if not dated:
        if r.random() < 0.15:
            parts.append("BYHOUR=" + listed(some(r, range(24), 3)))
        if r.random() < 0.1:
            parts.append("BYMINUTE=" + listed(some(r, range(60), 3)))
        if r.random() < 0.03:
            parts.append("BYSECOND=" + listed(some(r, range(60), 2)))
    if expands and r.random() < 0.3:
        parts.append("BYSETPOS=" + listed(sorted(set(r.choices([1, 2, 3, 4, -1, -2, -3], k=2)))))
    if wkst:
        parts.append("WKST=" + wkst)
    return ";".join(parts)


def local_text(t, dated=False):
    return t.strftime("%Y%m%d") if dated else t.strftime("%Y%m%dT%H%M%S")


def instant(naive, zone):
    """fold=0: before the change in a gap, the first in an overlap."""
    return int(naive.replace(tzinfo=zone).timestamp())


def stated(name, naive, zone, form, r):
    """A line that names a local time, in one of the forms that mean the same."""
    if form == "date":
        return "%s;VALUE=DATE:%s" % (name, local_text(naive, True))
    if form == "floating":
        return "%s:%s" % (name, local_text(naive))
    if form == "utc" or r.random() < 0.3:
        moment = datetime.fromtimestamp(instant(naive, zone), UTC)
        return "%s:%sZ" % (name, local_text(moment.replace(tzinfo=None)))
    return "%s;TZID=%s:%s" % (name, zone.key, local_text(naive))


def calendar(r):
    home = ZoneInfo(r.choice(ZONES))
    zone = ZoneInfo(r.choice(ZONES))
    form = r.choices(["zoned", "date", "floating", "utc"], [12, 4, 2, 2])[0]
    if form in ("date", "floating"):
        zone = home
    if form == "utc":
        zone = ZoneInfo("UTC")
    dated = form == "date"
    fine = r.random() < 0.12 and not dated
    start = datetime(r.randint(2019, 2025), r.randint(1, 12), r.randint(1, 28))
    if r.random() < 0.25:  # near a change of the clock
        start = start.replace(month=r.choice([3, 4, 9, 10, 11]))
    if not dated:
        start += timedelta(hours=r.randint(0, 23), minutes=r.choice([0, 0, 15, 30, 45, 59]))
    if fine:
        window_from = start + timedelta(days=r.randint(-1, 6))
        window_to = window_from + timedelta(hours=r.randint(1, 60))
    else:
        window_from = start + timedelta(days=r.randint(-40, 500))
        window_to = window_from + timedelta(days=r.randint(1, 400))
    w_from = instant(window_from, UTC)
    w_to = instant(window_to, UTC)

    lines = []

    def line(name, naive, in_zone=zone, in_form=form):
        if in_form == "zoned" and name == "DTSTART":
            return "%s;TZID=%s:%s" % (name, in_zone.key, local_text(naive))
        return stated(name, naive, in_zone, in_form, r)

    # how long
    lines.append(line("DTSTART", start))
    days, seconds = 0, 0
    how = r.random()
    if dated:
        days = r.choice([1, 1, 1, 2, 5, 14])
        if how < 0.4:
            lines.append(line("DTEND", start + timedelta(days=days)))
        elif how < 0.7:
            lines.append("DURATION:P%dD" % days)
        else:
            days = 1
    elif how < 0.5:
        end = start + timedelta(minutes=r.choice([15, 30, 60, 90, 480, 1440, 4000]))
        seconds = instant(end, zone) - instant(start, zone)
        if seconds < 0:  # the end lies in the hour that comes twice
            return None
        lines.append(line("DTEND", end))
    elif how < 0.7:
        days = r.randint(1, 3)
        seconds = r.choice([0, 3600])
        lines.append("DURATION:P%dD%s" % (days, "T1H" if seconds else ""))
    elif how < 0.9:
        seconds = r.choice([900, 3600, 86400])
        lines.append("DURATION:PT%dS" % seconds)

    def ends(naive, begun, d=None, s=None, z=zone):
        d = days if d is None else d
        s = seconds if s is None else s
        return (instant(naive + timedelta(days=d), z) if d else begun) + s

    # the instances by their rule
    last = window_to + timedelta(days=40)  # a change of all later ones can bring them in
    locals_ = {start}
    if r.random() < 0.93:
        text = rule(r, start, dated, ["HOURLY", "MINUTELY", "SECONDLY"] if fine else None)
        if fine and r.random() < 0.8:
            text += ";INTERVAL=%d" % r.choice([1, 2, 7, 45, 90]) if "INTERVAL" not in text else ""
        if "SECONDLY" in text and "INTERVAL" not in text:
            text += ";INTERVAL=600"
        count = r.randint(1, 60) if r.random() < 0.3 else None
        until, until_kind = None, None
        if count is None and r.random() < 0.3:
            until = start + timedelta(days=r.randint(0, 700), minutes=r.choice([0, 0, 1, 600]))
            until_kind = "date" if dated else r.choice(["same", "utc", "date"])
        try:
            rules = rrulestr(text, dtstart=start)
            synced = next(iter(rules), None) == start
        except ValueError:
            return None
        left = None if count is None else count - (0 if synced else 1)
        for t in rules:
            if t > last or left is not None and left <= 0:
                break
            if until is not None:
                if until_kind == "date" and t.date() > until.date():
                    break
                if until_kind == "same" and t > until:
                    break
                if until_kind == "utc" and instant(t, zone) > instant(until, UTC):
                    break
            locals_.add(t)
            if left is not None:
                left -= 1
            if len(locals_) > 4000:
                return None
        if count is not None:
            text += ";COUNT=%d" % count
        if until is not None:
            text += ";UNTIL=" + {
                "date": local_text(until, True),
                "same": local_text(until) + ("Z" if form == "utc" else ""),
                "utc": local_text(until) + "Z",
            }[until_kind]
        lines.append("RRULE:" + text)
    gone = set()
    if r.random() < 0.1 and not fine:
        text = rule(r, start, dated, None)
        try:
            for t in rrulestr(text, dtstart=start):
                if t > last:
                    break
                gone.add(t)
        except ValueError:
            return None
        locals_ -= gone
        lines.append("EXRULE:" + text)

    spans = {}  # by original start, an instant: the same one is there once
    for t in sorted(locals_):
        begun = instant(t, zone)
        spans.setdefault(begun, (t, begun, ends(t, begun)))

    # extra dates
    for _ in range(r.choice([0, 0, 0, 1, 3])):
        t = start + timedelta(days=r.randint(1, 300))
        if not dated:
            t += timedelta(minutes=r.choice([0, 0, 75]))
        begun = instant(t, zone)
        if begun in spans or t in gone:
            continue
        if not dated and r.random() < 0.4:
            lines.append(
                "RDATE;VALUE=PERIOD;TZID=%s:%s/PT2H" % (zone.key, local_text(t))
                if form == "zoned" else "RDATE;VALUE=PERIOD:%s%s/PT2H"
                % (local_text(t), "Z" if form == "utc" else ""))
            spans[begun] = (t, begun, begun + 7200)
        else:
            lines.append(line("RDATE", t))
            spans[begun] = (t, begun, ends(t, begun))

    # exclusions
    known = sorted(spans)
    for key in r.sample(known, min(len(known), r.choice([0, 0, 1, 2, 5]))):
        if key not in spans:
            continue
        t = spans[key][0]
        if instant(t, zone) != key or r.random() < 0.15 and not dated:
            day = t.date()
            lines.append("EXDATE;VALUE=DATE:" + local_text(t, True))
            for other in [k for k, v in spans.items() if v[0].date() == day]:
                del spans[other]
        else:
            lines.append(line("EXDATE", t))
            del spans[key]

    # changed occurrences
    events = []
    known = sorted(spans)
    chosen = sorted(r.sample(known, min(len(known), r.choice([0, 0, 0, 1, 2, 4]))))
    ranged = r.choice(chosen) if chosen and r.random() < 0.3 else None
    changed = {}
    for key in chosen:
        t, begun, ended = spans[key]
        event = ["RECURRENCE-ID" + line("", t)]
        if key == ranged:
            event[0] = event[0].replace("RECURRENCE-ID", "RECURRENCE-ID;RANGE=THISANDFUTURE", 1)
        elif r.random() < 0.25:
            event += [line("DTSTART", t), "STATUS:CANCELLED"]
            changed[key] = None
            events.append(event)
            continue
        moved = t + timedelta(days=r.choice([0, 0, 1, -1, 9, -30]))
        if not dated:
            moved += timedelta(minutes=r.choice([0, 60, -60, 95]))
        to_zone = ZoneInfo(r.choice(ZONES)) if form == "zoned" and r.random() < 0.3 else zone
        d, s = (r.randint(1, 4), 0) if dated else (0, r.choice([600, 5400, 90000]))
        event.append(line("DTSTART", moved, to_zone))
        event.append("DURATION:P%dD" % d if dated else "DURATION:PT%dS" % s)
        begun = instant(moved, to_zone)
        changed[key] = (moved, begun, ends(moved, begun, d, s, to_zone))
        if key == ranged:
            shift = moved - t
            for later in [k for k in known if k > key and k not in chosen]:
                to = spans[later][0] + shift
                at = instant(to, to_zone)
                changed[later] = (to, at, ends(to, at, d, s, to_zone))
        events.append(event)
    spans.update(changed)

    found = sorted(
        (v[1], v[2]) for v in spans.values()
        if v and v[1] < w_to and (v[2] > w_from or v[1] == v[2] and v[1] >= w_from))
    out = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:x"] + lines + ["END:VEVENT"]
    for event in events:
        out += ["BEGIN:VEVENT", "UID:x"] + event + ["END:VEVENT"]
    ics = "\r\n".join(out + ["END:VCALENDAR", ""])
    used = {zone.key, home.key} | {z for z in ZONES if z in ics}
    return {"ics": ics, "zones": sorted(used), "home": home.key, "from": w_from, "to": w_to,
            "spans": found}


def main():
    seed, count = sys.argv[1], int(sys.argv[2])
    noon = [datetime(2018, 1, 1, 12, tzinfo=UTC) + timedelta(days=10 * i) for i in range(366)]
    print(json.dumps({"probes": {
        z: [int(t.astimezone(ZoneInfo(z)).utcoffset().total_seconds()) for t in noon]
        for z in ZONES}}))
    made, i = 0, 0
    while made < count:
        i += 1
        result = calendar(random.Random("%s-%d" % (seed, i)))
        if result:
            print(json.dumps(result))
            made += 1


main()
