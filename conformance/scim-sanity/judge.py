"""Runs the probe of scim-sanity in its strict mode and compares what fails with what
not-built-yet.txt names."""

import json
import os
import subprocess
from pathlib import Path

# As a function and not by the command line, where everyone could read the token.
from scim_sanity.probe.runner import run_probe_api

BASE = os.environ["DOORWARD_PUBLIC_URL"] + "/scim/v2"
# Resource types of an expired draft (draft-abbey-scim-agent-extension), which the probe
# skips when a server does not advertise them. Nothing else may be skipped.
NO_SUCH_TYPE = {"Agent CRUD Lifecycle", "AgenticApplication CRUD Lifecycle", "Agent Rapid Lifecycle"}
# How many checks version 0.7.4 has for users and groups.
CHECKS = 28


def api_key():
    made = subprocess.run(
        [os.environ["DOORWARD_BIN"], "api-key", "create", "--name", "scim-sanity",
         "--scope", "scim", "--expires-in", "1d", "--json"],
        check=True, stdout=subprocess.PIPE, text=True,
    )
    return json.loads(made.stdout)["key"]


def listed():
    lines = (Path(__file__).parent / "not-built-yet.txt").read_text().splitlines()
    return {name for line in lines if (name := line.split("#")[0].strip())}


def main():
    report = run_probe_api(BASE, token=api_key(), strict=True)
    results = [found for found in report["results"] if found["name"] not in NO_SUCH_TYPE]
    expected = listed()
    failing = {found["name"] for found in results if found["status"] != "pass"}
    for found in results:
        if found["name"] in failing - expected:
            print(f"FAILED {found['name']} ({found['status']}): {found.get('message', '')}")
    for name in sorted(expected - failing):
        print(f"FAILED {name}: listed in not-built-yet.txt, but it does not fail: take it off the list")
    for name in sorted(expected & failing):
        print(f"not built yet: {name}")
    failed = len(failing ^ expected)
    if len(results) < CHECKS:
        print(f"only {len(results)} of {CHECKS} checks ran")
        failed += 1
    passed = sum(found["status"] == "pass" for found in results)
    print(f"{passed} passed, {failed} failed")
    raise SystemExit(failed != 0)


main()
