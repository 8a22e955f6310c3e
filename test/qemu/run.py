"""Boots a guest, runs a command there and ends with its status: see --help."""

import os
import signal
import sys
import time

sys.dont_write_bytecode = True

from board import (Board, SetupError, UsageError, build_image, find_emulator,
                   find_kernel)
from guest import Guest
from outcome import NOT_FOUND, Console, Outcome, Verdict, judge
import options
import payload
import report
import terminal


def prepare(chosen):
    board = Board(chosen.board)
    memory = chosen.memory or board.number("memory")
    archive, packed, program = payload.make(board, chosen, memory)
    emulator = find_emulator(board)
    kernel = find_kernel(board, chosen.kernel, memory)
    image, built_in = build_image(board)
    if chosen.command and "CONFIG_TEST_COMMAND=y" not in built_in:
        raise SetupError("this foster is built without CONFIG_TEST_COMMAND")
    # Without init= the kernel takes foster where it can not run the other one.
    append = [f"console={board.text('console')}", "printk.time=1",
              board.text("append"),
              "init=/init" if chosen.init else "", chosen.append]
    command = [emulator, *board.words("qemu"),
               *chosen.qemu_args]
    if chosen.smp:
        command += ["-smp", str(chosen.smp)]
    if not chosen.interactive:
        # SysRq in full, for the list of tasks when the time is over.
        append += ["panic=-1", "sysrq_always_enabled"]
        command.append("-no-reboot")
    guest = Guest(command, kernel, [payload.read(image), packed],
                  " ".join(word for word in append if word), memory,
                  board.text("port-device"))
    guest.halt_is_off = board.text("power-off") == "halt"
    guest.program = program
    guest.too_big = payload.too_big(archive, memory)
    guest.burden = payload.burden(archive, packed, memory)
    return guest


def explain(outcome, verdict, guest):
    """What the preparation knows of an end that says little."""
    if outcome.kind == "not started" and outcome.status == NOT_FOUND and \
            guest.program:
        outcome.reason += guest.program.lacks()
    if verdict.pid is None and outcome.kind in (
            "no boot", "panic", "init died", "no verdict", "time out"):
        outcome.reason += guest.burden


def show(descriptor):
    def write(data):
        while data:
            data = data[os.write(descriptor, data):]
    return write


def run_command(chosen):
    begin = time.monotonic()
    console, verdict = Console(), Verdict()
    limit = 60 if chosen.time is None else chosen.time
    verbose = show(2)

    def console_received(data):
        console.add(data)
        if console.cut and guest.burden and verdict.pid is None:
            # What it runs would be cut off, or lack something.
            raise UsageError(guest.too_big)
        if chosen.verbose:
            verbose(data)
        halted()

    def verdict_received(data):
        verdict.add(data)
        halted()

    def halted():
        # With a verdict: what the command writes there must not end it. Either
        # may come first.
        if verdict.outcome and console.halted and guest.halt_is_off:
            guest.powered_off()

    complaint = ""
    try:
        guest = prepare(chosen)
        guest.port(console_received)
        guest.port(verdict_received)
        guest.port(show(1))
        guest.port(show(2))
        try:
            guest.start()
            ended = guest.run(limit)
            if not ended and console.halted and guest.halt_is_off:
                # The command may have written that, so not before.
                guest.powered_off()
                ended = True
            if not ended and console.spoke:
                guest.list_tasks()
        finally:
            guest.close()
        complaint = guest.complaint.strip()
        outcome = judge(verdict, console, ended, f"{limit:g}", guest.reason,
                        chosen.strict)
        explain(outcome, verdict, guest)
        outcome = report.add_lost(outcome,
                                  report.bring(verdict, chosen.get))
    except SetupError as error:
        outcome = Outcome("set-up", str(error))
    return report.finish(outcome, chosen, console, complaint,
                         time.monotonic() - begin)


def run_interactive(chosen):
    guest = prepare(chosen)
    console = Console()
    session = terminal.Session(guest, console)
    try:
        guest.start()
        ended = session.run(chosen.time or 0)
    finally:
        session.close()
        guest.close()
    if session.left or (ended and guest.reason == "guest-shutdown"):
        return 0
    if not ended:
        outcome = Outcome("time out", f"still running after {chosen.time:g} s")
    elif guest.reason is None:
        outcome = Outcome("set-up", "QEMU ended without a word of the guest")
    else:
        outcome = Outcome("no verdict", f"the guest ended: {guest.reason}")
    report.to_people(outcome, console, guest.complaint.strip())
    return outcome.status


def refuse(outcome, words):
    """Of what was asked for wrongly, or never came to a command."""
    print(f"{options.NAME}: {outcome.reason}", file=sys.stderr)
    chosen = options.wanted_reports(words)
    if outcome.kind == "usage":
        try:
            report.records(outcome, chosen, Console(), 0)
        except (OSError, SetupError) as error:
            print(f"{options.NAME}: no record of it: {error}", file=sys.stderr)
    return outcome.bisect() if chosen.bisect else outcome.status


def end(number, frame):
    # One is enough: what it ends takes a moment.
    for each in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)
    sys.exit(128 + number)


def main():
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    words = sys.argv[1:]
    try:
        chosen = options.parse(words)
        if chosen.help:
            print(options.HELP, end="", flush=True)
            return 0
        status = (run_interactive if chosen.interactive else run_command)(chosen)
        sys.stdout.flush()
        return status
    except UsageError as error:
        outcome = Outcome("usage", str(error))
    except SetupError as error:
        outcome = Outcome("set-up", str(error))
    except OSError as error:
        # A full disk, or nobody who reads any more; the guest is gone.
        outcome = Outcome("set-up", f"cannot write: {error.strerror}")
        # What is left in the buffer would make it status 120 at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    except KeyboardInterrupt:
        return 130
    return refuse(outcome, words)


if __name__ == "__main__":
    sys.exit(main())
