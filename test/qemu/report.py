"""An outcome for people, for programs and for a CI."""

import html
import json
import sys

from board import SetupError
from options import NAME
from outcome import Outcome


def _write(path, text):
    if path == "-":
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise SetupError(f"{path}: {error.strerror}") from error


def to_people(outcome, console, complaint):
    if outcome.reason is None:
        return
    print(f"{NAME}: {outcome.reason}", file=sys.stderr)
    if complaint:
        print(f"QEMU: {complaint}", file=sys.stderr)
    if outcome.kind in ("exit", "signal", "not started", "usage"):
        return
    if console.tail():
        print("the console's last lines:", file=sys.stderr)
        for line in console.tail():
            print(f"  {line}", file=sys.stderr)


def to_json(path, outcome, chosen, console, seconds):
    _write(path, json.dumps({
        "kind": outcome.kind,
        "status": outcome.status,
        "reason": outcome.reason,
        "command": chosen.command,
        "board": chosen.board,
        "seconds": round(seconds, 3),
        "panic": console.panic,
        "complaint": console.complaint,
        "console": console.tail() if outcome.reason else [],
    }) + "\n")


def _escaped(text):
    """XML knows no control characters but tab and newline."""
    return html.escape("".join(character for character in text
                               if character >= " " or character in "\t\n"))


def _quoted(text):
    return f'"{_escaped(text)}"'


def to_junit(path, outcome, chosen, console, seconds):
    name = _quoted(" ".join(chosen.command))
    bad = outcome.status != 0
    kind = "error" if outcome.kind in ("set-up", "usage") else "failure"
    reason = outcome.reason or f"status {outcome.status}"
    tail = _escaped("\n".join(console.tail()))
    case = (f"<{kind} type={_quoted(outcome.kind)} "
            f"message={_quoted(reason)}>{tail}</{kind}>"
            if bad else "")
    _write(path, f'<?xml version="1.0" encoding="UTF-8"?>\n'
           f'<testsuite name={_quoted(chosen.board)} tests="1" '
           f'failures="{int(bad and kind == "failure")}" '
           f'errors="{int(bad and kind == "error")}">'
           f'<testcase name={name} time="{seconds:.3f}">{case}</testcase>'
           f'</testsuite>\n')


def to_tap(path, outcome, chosen, console, seconds):
    """One test. A "#" in its name would begin a directive."""
    name = " ".join([chosen.board, "--", *chosen.command])
    lines = ["1..1", ("not ok" if outcome.status else "ok") + " 1 - " +
             " ".join(name.split()).replace("\\", "\\\\").replace("#", "\\#")]
    lines += ["  ---", f"  kind: {outcome.kind}", f"  status: {outcome.status}",
              f"  reason: {json.dumps(outcome.reason)}",
              f"  seconds: {seconds:.3f}"]
    if outcome.reason:
        lines.append(f"  console: {json.dumps(console.tail())}")
    _write(path, "\n".join([*lines, "  ...", ""]))


def bring(verdict, files):
    """Writes what --get asked for; names of those that did not come."""
    lost = []
    for number, (source, target) in enumerate(files):
        data = verdict.complete(number)
        if data is None:
            lost.append(source)
            continue
        try:
            with open(target, "wb") as file:
                file.write(data)
        except OSError as error:
            raise SetupError(f"--get {target}: {error.strerror}") from error
    return lost


def add_lost(outcome, lost):
    """The outcome, where files of --get did not come."""
    if not lost:
        return outcome
    text = f"--get: did not come: {' '.join(lost)}"
    if outcome.kind == "exit" and not outcome.status:
        return Outcome("set-up", text)
    outcome.reason = f"{outcome.reason}; {text}" if outcome.reason else text
    return outcome


def records(outcome, chosen, console, seconds):
    for path, write in ((chosen.json, to_json), (chosen.junit, to_junit),
                        (chosen.tap, to_tap)):
        if path:
            write(path, outcome, chosen, console, seconds)


def finish(outcome, chosen, console, complaint, seconds):
    """Status to end with."""
    to_people(outcome, console, complaint)
    records(outcome, chosen, console, seconds)
    return outcome.bisect() if chosen.bisect else outcome.status
