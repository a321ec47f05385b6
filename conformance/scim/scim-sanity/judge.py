"""Runs the probe of scim-sanity in its strict mode. Everything must pass."""

import json
import os
import subprocess

# As a function and not by the command line, where everyone could read the token.
from scim_sanity.probe.runner import run_probe_api

BASE = os.environ["DOORWARD_PUBLIC_URL"] + "/scim/v2"
# Resource types of an expired draft (draft-abbey-scim-agent-extension), which the probe
# skips when a server does not advertise them. Nothing else may be skipped.
NO_SUCH_TYPE = {"Agent CRUD Lifecycle", "AgenticApplication CRUD Lifecycle", "Agent Rapid Lifecycle"}
# How many checks version 0.7.4 has for users and groups.
CHECKS = 28


def doorward(*words):
    ran = subprocess.run([os.environ["DOORWARD_BIN"], *words, "--json"],
                         check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(ran.stdout)


def token():
    """The probe adds a member who does not exist and wants 200: a connection can be set to
    drop such ids instead of refusing them."""
    made = doorward("connection", "create", "--name", "scim-sanity", "--kind", "generic")
    doorward("connection", "set", made["id"], "unknown_members=drop")
    return made["token"]


def main():
    report = run_probe_api(BASE, token=token(), strict=True)
    results = [found for found in report["results"] if found["name"] not in NO_SUCH_TYPE]
    failing = [found for found in results if found["status"] != "pass"]
    for found in failing:
        print(f"FAILED {found['name']} ({found['status']}): {found.get('message', '')}")
    failed = len(failing)
    if len(results) < CHECKS:
        print(f"only {len(results)} of {CHECKS} checks ran")
        failed += 1
    print(f"{len(results) - len(failing)} passed, {failed} failed")
    raise SystemExit(failed != 0)


main()
