"""Measurements over HTTP for one database at one size: pages, concurrent clients, saves, actions."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from bench import by_field
from bench.client import Visitor, largest_form, latencies, quantile, throughput
from bench.generator import PASSWORD
from bench.report import Report
from bench.server import Served
from bench.subjects import APPROVER, REVIEWER, Subject, Subjects

CLIENTS = 16
QUEUE_TO_BARE = 0.40
MEMORY = 150.0
_ROUNDS = 2
"""Queue and bare page alternate, so that other load of the machine affects both."""
_DEALS = 5
"""How often the writers reconnect: the kernel assigns connections to workers at random, often unevenly."""


class Measurement:
    """All requests to one portal; figures go to `report` under `where`. written: acknowledged saves per path."""

    def __init__(self, report: Report, where: str, portal: Served, bare: Served, subjects: Subjects) -> None:
        self.report, self.where, self.portal, self.bare, self.subjects = report, where, portal, bare, subjects
        self.people: dict[str, Visitor] = {}
        self.written: dict[str, int] = {}

    def run(self, samples: int, seconds: float) -> None:
        """Measure pages, then many clients at once, then writes."""
        self._warm_up()
        self._pages(samples, seconds * 2)
        self._many(seconds)
        self._saves(samples, seconds * 2)
        self._by_field(samples, seconds * 2)
        self._moves("submit", self.subjects.submitted, seconds * 2)
        self._moves("approve", self.subjects.approved, seconds * 2)
        for memory in self.portal.memory()[-1:]:
            remark = f"{memory.own:.0f} MiB without mapped files"
            self.report.add(self.where, "largest worker", memory.resident, "MiB", most=MEMORY, remark=remark)
        for visitor in self.people.values():
            visitor.close()

    def visitor(self, username: str) -> Visitor:
        """Return the session of a person; sign in at the first call."""
        if username not in self.people:
            self.people[username] = Visitor(self.portal.port)
            self.people[username].sign_in(username, PASSWORD)
        return self.people[username]

    def _warm_up(self) -> None:
        for username in (REVIEWER, APPROVER):
            visitor = self.visitor(username)
            asked = [visitor.request(path) for path in ("/", self.subjects.deep[username], self._shown(0))]
            throughput(self.portal.port, asked, CLIENTS, 1.0)
        throughput(self.bare.port, [Visitor(self.bare.port).request("/")], CLIENTS, 1.0)

    def _shown(self, number: int) -> str:
        return f"/tables/{self.subjects.shown[number % len(self.subjects.shown)].id}"

    def _pages(self, samples: int, seconds: float) -> None:
        reviewer, approver, deep = self.visitor(REVIEWER), self.visitor(APPROVER), self.subjects.deep
        bare = Visitor(self.bare.port)
        for what, visitor, path in (
            ("bare page", bare, "/"),
            ("queue, reviewer", reviewer, "/"),
            ("queue, reviewer, deep", reviewer, deep[REVIEWER]),
            ("queue, approver", approver, "/"),
            ("queue, approver, deep", approver, deep[APPROVER]),
        ):
            self._add_latencies(what, latencies(_reading(visitor, [path]), samples, seconds))
        shown = [self._shown(n) for n in range(len(self.subjects.shown))]
        self._add_latencies("table page", latencies(_reading(reviewer, shown), samples, seconds))

    def _many(self, seconds: float) -> None:
        reviewer, approver, bare = self.visitor(REVIEWER), self.visitor(APPROVER), Visitor(self.bare.port)
        pages = [reviewer.request(self._shown(n)) for n in range(len(self.subjects.shown))]
        asked = {
            "bare page": (self.bare, [bare.request("/")]),
            "queue, reviewer": (self.portal, [reviewer.request("/")]),
            "queue, approver": (self.portal, [approver.request("/")]),
            "table page": (self.portal, pages),
        }
        rates, costs = dict.fromkeys(asked, 0.0), dict.fromkeys(asked, 0.0)
        for _ in range(_ROUNDS):
            for what, (server, requests) in asked.items():
                used, begun = server.cpu_seconds(), time.perf_counter()
                rate = throughput(server.port, requests, CLIENTS, seconds / _ROUNDS)
                answers = rate * (time.perf_counter() - begun)
                rates[what] += rate / _ROUNDS
                costs[what] += (server.cpu_seconds() - used) / answers / _ROUNDS * 1000
        for what, rate in rates.items():
            remark = f"{costs[what]:.1f} ms of CPU each in the server"
            self.report.add(self.where, f"{what}, {CLIENTS} clients", rate, "1/s", remark=remark)
        for what in ("queue, reviewer", "queue, approver"):
            ratio = rates[what] / rates["bare page"]
            remark = f"{costs['bare page'] / max(costs[what], 1e-9):.2f} by CPU"
            self.report.add(self.where, f"{what}, to the bare page", ratio, "", least=QUEUE_TO_BARE, remark=remark)

    def _saves(self, samples: int, seconds: float) -> None:
        """Measure saves of the whole form, each with one changed field."""
        forms = {subject.id: self._edit_form(subject) for subject in self.subjects.saved}

        def save(number: int) -> float:
            subject = self.subjects.saved[number % len(self.subjects.saved)]
            path, form, drafter = f"/tables/{subject.id}/edit", forms[subject.id], self.visitor(subject.drafter)
            version = dict(form)["version"]
            changes = {"goals": f"1、第{number + 1}次保存的目标。", "version": str(int(version))}
            answer = drafter.post(path, [(name, changes.get(name, text)) for name, text in form])
            after = self._edit_form(subject)  # also shows the flash message, which would otherwise stay in the cookie
            if int(dict(after)["version"]) != int(version) + 1:
                raise RuntimeError(f"saving table {subject.id} did not save")
            forms[subject.id] = after
            return answer.seconds

        self._add_latencies("save", latencies(save, samples, seconds))

    def _by_field(self, samples: int, seconds: float) -> None:
        """Measure saving by field; sets `written`, the saves that the change log must contain."""
        everybody = by_field.writers(self.portal.port, self.subjects.saved, PASSWORD)
        self._add_latencies("save by field", by_field.one_at_a_time(everybody[0], samples, seconds), p50=20.0)
        for writer in everybody:
            writer.open()
        rates = [by_field.all_at_once(self.portal.port, everybody, seconds / _DEALS) for _ in range(_DEALS)]
        what, remark = f"saves by field, {by_field.WRITERS} clients", f"{min(rates):.0f} to {max(rates):.0f}"
        self.report.add(self.where, what, sum(rates) / _DEALS, "1/s", least=by_field.SAVES_A_SECOND, remark=remark)
        self.written = {f"indicators/{each.row}/description": each.acknowledged for each in everybody}

    def _edit_form(self, subject: Subject) -> list[tuple[str, str]]:
        return largest_form(self.visitor(subject.drafter).get(f"/tables/{subject.id}/edit").text)

    def _moves(self, name: str, subjects: list[Subject], seconds: float) -> None:
        def move(number: int) -> float:
            subject = subjects[number]
            visitor = self.visitor(APPROVER if name == "approve" else subject.head)
            path = f"/tables/{subject.id}/{name}"
            answer = visitor.post(path, largest_form(visitor.get(path).text))
            visitor.get(answer.header("location"))
            return answer.seconds

        self._add_latencies(name, latencies(move, len(subjects), seconds))

    def _add_latencies(self, what: str, found: list[float], p50: float | None = None) -> None:
        for part, most in ((50, p50), (95, None)):
            value = quantile(found, part / 100) * 1000
            self.report.add(self.where, f"{what}, p{part}", value, "ms", most=most, remark=f"{len(found)} samples")


def _reading(visitor: Visitor, paths: Sequence[str]) -> Callable[[int], float]:
    """Return a function that gets one of `paths` after the other."""
    return lambda number: visitor.get(paths[number % len(paths)]).seconds
