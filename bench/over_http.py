"""Measurements over HTTP for one database at one size: pages, concurrent clients, saves, actions."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from bench import by_field
from bench.client import Visitor, largest_form, latencies, posting_forms, quantile, throughput
from bench.generator import PASSWORD
from bench.pages import PAGES, MeasuredPage
from bench.report import Report
from bench.server import Served
from bench.shapes import DISTRICT
from bench.subjects import APPROVER, TOGETHER, Subject, Subjects
from portal.domain.batches import APPROVE_MANY

CLIENTS = 16
QUEUE_TO_BARE = {"sqlite": 0.45, "postgresql": 0.40}
"""Least answers per second, to those of the bare page."""
APPROVED_TOGETHER = 5.0
"""Most seconds for approving TOGETHER tables at once."""
MEMORY = 150.0
_ROUNDS = 2
"""Queue and bare page alternate, so that other load of the machine affects both."""
_DEALS = 5
"""How often the writers reconnect: the kernel assigns connections to workers at random, often unevenly."""


class Measurement:
    """All requests to one portal; figures go to `report` under `where`. written: acknowledged saves per path.

    database, shape: names, for the aims.
    """

    def __init__(
        self, report: Report, database: str, shape: str, portal: Served, bare: Served, subjects: Subjects
    ) -> None:
        self.report, self.portal, self.bare, self.subjects = report, portal, bare, subjects
        self.database, self.shape, self.where = database, shape, f"{database} {shape}"
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
        self._approve_together()
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
        for page in PAGES:
            asked = [self._viewer(page).request(path) for path in page.paths(self.subjects)]
            throughput(self.portal.port, asked, CLIENTS, 0.3)
        throughput(self.bare.port, [Visitor(self.bare.port).request("/")], CLIENTS, 0.3)

    def _pages(self, samples: int, seconds: float) -> None:
        bare = Visitor(self.bare.port)
        self._add_latencies("bare page", latencies(_reading(bare, ["/"]), samples, seconds))
        for page in PAGES:
            act = _reading(self._viewer(page), page.paths(self.subjects))
            used = self.portal.cpu_seconds()
            found = latencies(act, samples, seconds)
            cost = (self.portal.cpu_seconds() - used) / len(found) * 1000
            p50 = page.p50.get(self.shape)
            self._add_latencies(page.what, found, p50=p50, remark=f"{cost:.1f} ms of CPU each in the server")

    def _viewer(self, page: MeasuredPage) -> Visitor:
        return self.visitor(self.subjects.username(page.viewer))

    def _many(self, seconds: float) -> None:
        asked = {"bare page": (self.bare, [Visitor(self.bare.port).request("/")])}
        for page in PAGES:
            if page.is_crowded:
                requests = [self._viewer(page).request(path) for path in page.paths(self.subjects)]
                asked[page.what] = (self.portal, requests)
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
            self.report.add(
                self.where, f"{what}, to the bare page", ratio, "", least=self._least_ratio(what), remark=remark
            )

    def _least_ratio(self, what: str) -> float | None:
        is_aim = what == "queue, reviewer" and self.shape == DISTRICT.name
        return QUEUE_TO_BARE[self.database] if is_aim else None

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

    def _approve_together(self) -> None:
        """Approve many tables in one act; the page that follows goes on until none waits, as its script does."""
        together, approver = self.subjects.together, self.visitor(APPROVER)
        if not together:
            return
        path, ticked = f"/decide/{APPROVE_MANY.name}", [("table", str(subject.id)) for subject in together]
        begun = time.perf_counter()
        answer = approver.post(path, largest_form(approver.get(f"{path}?{urlencode(ticked)}").text) + ticked)
        results = answer.header("location")
        while len(forms := posting_forms(approver.get(results).text)) > 1:
            approver.post(results, max(forms, key=len))
        seconds = time.perf_counter() - begun
        most = APPROVED_TOGETHER * len(together) / TOGETHER
        self.report.add(self.where, f"approving {len(together)} at once", seconds, "s", most=most)

    def _add_latencies(self, what: str, found: list[float], p50: float | None = None, remark: str = "") -> None:
        for part, most in ((50, p50), (95, None)):
            value, samples = quantile(found, part / 100) * 1000, f"{len(found)} samples"
            told = f"{samples}, {remark}" if remark else samples
            self.report.add(self.where, f"{what}, p{part}", value, "ms", most=most, remark=told)


def _reading(visitor: Visitor, paths: Sequence[str]) -> Callable[[int], float]:
    """Return a function that gets one of `paths` after the other."""
    return lambda number: visitor.get(paths[number % len(paths)]).seconds
