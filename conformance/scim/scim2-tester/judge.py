"""Runs `scim2 test` and compares what fails with what not-built-yet.txt names."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
BASE = os.environ["DOORWARD_PUBLIC_URL"] + "/scim/v2"
GOOD = {"SUCCESS", "COMPLIANT", "ACCEPTABLE"}
RESULT = re.compile(
    r"^(SUCCESS|COMPLIANT|ACCEPTABLE|DEVIATION|ERROR|CRITICAL|SKIPPED) (\w+)$"
)


def api_key():
    made = subprocess.run(
        [os.environ["DOORWARD_BIN"], "api-key", "create", "--name", "scim2-tester",
         "--scope", "scim", "--expires-in", "1d", "--json"],
        check=True, stdout=subprocess.PIPE, text=True,
    )
    return json.loads(made.stdout)["key"]


def resource_types(key):
    asked = urllib.request.Request(
        BASE + "/ResourceTypes", headers={"Authorization": "Bearer " + key}
    )
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return [found["name"] for found in json.load(answer)["Resources"]]


def run_tester(key):
    """The tester's report; its exit code says no more than the report does."""
    ran = subprocess.run(
        [str(Path(sys.executable).parent / "scim2"), "--url", BASE, "test", "--verbose"],
        # The key goes by environment: a command line can be read by everyone.
        env={**os.environ, "SCIM_CLI_HEADERS": "Authorization: Bearer " + key, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=600,
    )
    return ran.stdout


def results(report, types):
    """Yields (name, status, reason). The tester does not print the resource type, but goes
    through the types in order, and each begins with its creation."""
    seen, current = -1, None
    for line in report.splitlines():
        line = re.sub(r"\x1b\[[0-9;]*m", "", line)
        if match := RESULT.match(line):
            if current:
                yield named(current, types)
            status, check = match.groups()
            seen += check == "object_creation"
            current = (seen, status, check, [])
        elif current:
            current[3].append(line)
    if current:
        yield named(current, types)


def named(found, types):
    """A name that is the same in every run: without the tester's random values."""
    seen, status, check, lines = found
    words = [types[seen]] if seen >= 0 else []
    words.append(check)
    # The PATCH checks report one result an attribute, and quote its name.
    attribute = re.search(r"'([^']+)'", lines[0]) if lines and check.startswith("check_") else None
    if attribute:
        words.append(attribute[1])
    return " ".join(words), status, "\n".join(lines)


def listed():
    lines = (HERE / "not-built-yet.txt").read_text().splitlines()
    return {name for line in lines if (name := line.split("#")[0].strip())}


def main():
    key = api_key()
    report = run_tester(key)
    found = list(results(report, resource_types(key)))
    expected = listed()
    failing = {name for name, status, _ in found if status not in GOOD}
    for name, status, reason in found:
        if status not in GOOD and name not in expected:
            print(f"FAILED {name} ({status})\n{reason[:2000]}")
    for name in sorted(expected - failing):
        print(f"FAILED {name}: listed in not-built-yet.txt, but it does not fail: take it off the list")
    for name in sorted(expected & failing):
        print(f"not built yet: {name}")
    if len(found) < 20:
        print(report)
        print("the tester gave up early")
        raise SystemExit(1)
    passed = sum(status in GOOD for _, status, _ in found)
    failed = len((failing - expected) | (expected - failing))
    print(f"{passed} passed, {failed} failed")
    raise SystemExit(failed != 0)


main()
