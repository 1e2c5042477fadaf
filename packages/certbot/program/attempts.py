"""
What was asked of CAs from this host, so that no attempt is wasted on a limit that is known to be
reached. Only root can read and write it.
"""
import json, os, time

KEPT_SECONDS = 8 * 24 * 3600


def record_path(request):
    return request["state"] + "/attempts.json"


def read_attempts(request):
    try:
        with open(record_path(request)) as file:
            found = json.load(file)
    except (FileNotFoundError, ValueError):
        found = {}
    return {kind: found.get(kind, []) for kind in ("failed", "issued", "limited")}


def write_attempts(request, record):
    since = time.time() - KEPT_SECONDS
    recent = lambda entries: [entry for entry in entries if entry["time"] > since]
    kept = {kind: recent(entries) for kind, entries in record.items()}
    path = record_path(request)
    staged = path + ".new"
    with open(os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(kept, file)
        file.flush()
        os.fsync(file.fileno())
    os.rename(staged, path)


def entry_of(request, now):
    return {"time": now, "server": request["server"]}


def note_failure(request, problems, now):
    record = read_attempts(request)
    for problem in problems:
        if problem["kind"] == "rateLimited":
            if problem["until"]:
                said = {"until": problem["until"], "says": problem["detail"]}
                record["limited"].append({**entry_of(request, now), "names": sorted(request["names"]), **said})
        elif problem["name"]:
            record["failed"].append({**entry_of(request, now), "name": problem["name"]})
    write_attempts(request, record)


def note_issued(request, now):
    record = read_attempts(request)
    record["issued"].append({**entry_of(request, now), "names": sorted(request["names"])})
    write_attempts(request, record)


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


def limits_of(record, request, now):
    """The limits that an attempt would run into: what, and when it is over."""
    names, found = sorted(request["names"]), []
    here = lambda kind: [entry for entry in record[kind] if entry["server"] == request["server"]]
    for entry in here("limited"):
        if entry["names"] == names and entry["until"] > now:
            found.append((f"the CA said at {clock(entry['time'])}: {entry['says']}", entry["until"]))
    limits = request.get("limits")
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
