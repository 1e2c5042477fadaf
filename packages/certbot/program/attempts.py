"""
What was asked of CAs from this host, so that no attempt is wasted on a limit that is known to be
reached. Only root can read and write it.
"""
import json, os, time

STATE = "/var/lib/fairness-deploy/certbot"
RECORD = STATE + "/attempts.json"
KEPT_SECONDS = 8 * 24 * 3600


def read_attempts():
    try:
        with open(RECORD) as file:
            found = json.load(file)
    except (FileNotFoundError, ValueError):
        found = {}
    return {kind: found.get(kind, []) for kind in ("failed", "issued", "limited")}


def write_attempts(record):
    since = time.time() - KEPT_SECONDS
    recent = lambda entries: [entry for entry in entries if entry["time"] > since]
    kept = {kind: recent(entries) for kind, entries in record.items()}
    staged = RECORD + ".new"
    with open(os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(kept, file)
        file.flush()
        os.fsync(file.fileno())
    os.rename(staged, RECORD)


def entry_of(spec, now):
    return {"time": now, "server": spec["server"]}


def note_failure(spec, problems, now):
    record = read_attempts()
    for problem in problems:
        if problem["kind"] == "rateLimited":
            if problem["until"]:
                said = {"until": problem["until"], "says": problem["detail"]}
                record["limited"].append({**entry_of(spec, now), "names": sorted(spec["domains"]), **said})
        elif problem["name"]:
            record["failed"].append({**entry_of(spec, now), "name": problem["name"]})
    write_attempts(record)


def note_issued(spec, now):
    record = read_attempts()
    record["issued"].append({**entry_of(spec, now), "names": sorted(spec["domains"])})
    write_attempts(record)


def free_from(times, count, refill):
    """
    When the next one is possible: a limit allows some at once, and one more after each interval
    (https://letsencrypt.org/docs/rate-limits, "token bucket").
    """
    left, last = float(count), None
    for moment in sorted(times):
        if last is not None:
            left = min(float(count), left + (moment - last) / refill)
        left, last = max(0.0, left - 1), moment
    return 0 if last is None or left >= 1 else last + (1 - left) * refill


def limits_of(record, spec, now):
    """The limits that an attempt would run into: what, and when it is over."""
    names, found = sorted(spec["domains"]), []
    here = lambda kind: [entry for entry in record[kind] if entry["server"] == spec["server"]]
    for entry in here("limited"):
        if entry["names"] == names and entry["until"] > now:
            found.append((f"the CA said at {clock(entry['time'])}: {entry['says']}", entry["until"]))
    limits = spec.get("limits")
    if limits:
        for name in names:
            count, refill = limits["failures"]["count"], limits["failures"]["refillSeconds"]
            times = [entry["time"] for entry in here("failed") if entry["name"] == name]
            free = free_from(times, count, refill)
            if free > now:
                found.append((f"{name}: {count} validations failed within an hour", free))
        count, refill = limits["duplicates"]["count"], limits["duplicates"]["refillSeconds"]
        free = free_from([entry["time"] for entry in here("issued") if entry["names"] == names], count, refill)
        if free > now:
            found.append((f"{count} certificates for exactly these names were issued within a week", free))
    return found
