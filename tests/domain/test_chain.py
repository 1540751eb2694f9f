"""The chain of entries proves itself, says where it breaks, and needs neither database nor portal."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from portal.domain import chain
from portal.domain.chain import GENESIS, HASHED, Problem, Verification, entry_hash, parse_anchor, verify

Entry = dict[str, Any]


def log(length: int = 6, algorithm: str = "sha256") -> list[Entry]:
    entries: list[Entry] = []
    for number in range(1, length + 1):
        entry: Entry = {
            "number": number,
            "at": f"2026-07-0{number}T08:00:00.000000+00:00",
            "actor_id": 7,
            "actor": "王经办（drafter）",
            "act": "edit",
            "object_kind": "table",
            "object_id": "1",
            "object_name": "2020 年 610002 办事处工作经费绩效目标表",
            "detail": "{}",
            "algorithm": algorithm,
            "previous": entries[-1]["hash"] if entries else GENESIS,
        }
        entries.append(entry | {"hash": entry_hash(entry)})
    return entries


def anchor(entry: Entry) -> tuple[int, str]:
    return entry["number"], entry["hash"]


def numbers(result: Verification) -> list[int | None]:
    return [problem.number for problem in result.problems]


# --- a sound log ---------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", chain.ALGORITHMS)
def test_sound_log_verifies_and_tells_its_head(algorithm: str) -> None:
    entries = log(6, algorithm)
    result = verify(iter(entries), [anchor(entries[3])])
    assert result.to_json() == {
        "ok": True,
        "entries": 6,
        "head": {"number": 6, "hash": entries[-1]["hash"]},
        "anchors": [f"4:{entries[3]['hash']}"],
        "problems": [],
    }


def test_empty_log_verifies_with_the_head_of_no_entry() -> None:
    assert verify([]).to_json() == {
        "ok": True,
        "entries": 0,
        "head": {"number": 0, "hash": "0" * 64},
        "anchors": [],
        "problems": [],
    }


def test_log_whose_algorithm_was_changed_on_the_way_verifies() -> None:
    entries = log(2)
    third = entries[1] | {"number": 3, "algorithm": "sm3", "previous": entries[1]["hash"]}
    assert verify([*entries, third | {"hash": entry_hash(third)}]).ok


def test_hash_is_the_sha256_of_the_canonical_json_of_all_other_fields() -> None:
    entry = dict.fromkeys(HASHED, "x") | {"algorithm": "sha256", "number": 1, "actor_id": None, "actor": "王"}
    text = (
        '{"act":"x","actor":"王","actor_id":null,"algorithm":"sha256","at":"x","detail":"x","number":1,'
        '"object_id":"x","object_kind":"x","object_name":"x","previous":"x"}'
    )
    assert entry_hash(entry) == hashlib.sha256(text.encode("utf-8")).hexdigest()


def test_unknown_algorithm_has_no_hash() -> None:
    with pytest.raises(ValueError, match="md5"):
        entry_hash(log(1)[0] | {"algorithm": "md5"})


# --- tampering -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted({*HASHED, "hash"} - {"number", "previous"}))
def test_changed_field_is_found_at_its_entry(name: str) -> None:
    entries = log()
    entries[2][name] = 8 if name == "actor_id" else f"{entries[2][name]}0"
    first = verify(entries).problems[0]
    assert first == Problem(3, "第 3 号的内容与其校验值不符。")


def test_changed_previous_hash_is_found_as_content_and_as_a_broken_link() -> None:
    entries = log()
    entries[2]["previous"] = "1" * 64
    assert verify(entries).problems == [
        Problem(3, "第 3 号与前一条接不上。"),
        Problem(3, "第 3 号的内容与其校验值不符。"),
    ]


def test_changed_number_is_found_and_the_next_one_does_not_follow() -> None:
    entries = log()
    entries[2]["number"] = 33
    assert numbers(verify(entries)) == [33, 33, 4]


def test_changed_entry_with_its_hash_made_anew_is_found_at_the_next() -> None:
    entries = log()
    entries[2]["actor"] = "别人"
    entries[2]["hash"] = entry_hash(entries[2])
    assert verify(entries).problems == [Problem(4, "第 4 号与前一条接不上。")]


@pytest.mark.parametrize("place", [0, 2])
def test_deletion_is_found_where_the_entry_is_missing(place: int) -> None:
    entries = log()
    del entries[place]
    assert verify(entries).problems == [
        Problem(place + 2, f"编号不连续：应为第 {place + 1} 号，实为第 {place + 2} 号。")
    ]


def test_reordering_is_found() -> None:
    entries = log()
    entries[2], entries[3] = entries[3], entries[2]
    assert set(numbers(verify(entries))) == {3, 4, 5}


def test_insertion_is_found() -> None:
    entries = log()
    forged = entries[2] | {"actor": "别人", "previous": entries[1]["hash"]}
    entries.insert(2, forged | {"hash": entry_hash(forged)})
    assert verify(entries).problems == [Problem(3, "编号不连续：应为第 4 号，实为第 3 号。")]


def test_insertion_that_renumbers_the_rest_is_found_at_every_entry_behind() -> None:
    entries = log()
    forged = entries[2] | {"actor": "别人", "previous": entries[1]["hash"]}
    rest = [entry | {"number": entry["number"] + 1} for entry in entries[2:]]
    result = verify([*entries[:2], forged | {"hash": entry_hash(forged)}, *rest])
    assert sorted({number for number in numbers(result) if number}) == [4, 5, 6, 7]


def test_truncation_shows_against_an_anchor_alone() -> None:
    entries = log()
    assert verify(entries[:4]).ok
    assert verify(entries[:4], [anchor(entries[5])]).problems == [
        Problem(6, "留存的第 6 号在记录中不存在：记录可能被截断。")
    ]


def test_log_rewritten_from_an_entry_on_shows_against_an_anchor_alone() -> None:
    entries = log()
    kept = [anchor(entries[1]), anchor(entries[4])]
    for n in range(3, 6):
        entries[n] |= {"actor": "别人", "previous": entries[n - 1]["hash"]}
        entries[n]["hash"] = entry_hash(entries[n])
    assert verify(entries).ok
    assert verify(entries, kept).problems == [Problem(5, "第 5 号的校验值与留存的不同。")]


def test_several_breaks_are_all_told() -> None:
    entries = log()
    entries[1]["actor"] = entries[4]["actor"] = "别人"
    assert numbers(verify(entries)) == [2, 5]


@pytest.mark.parametrize("name", sorted({*HASHED, "hash"} - {"number"}))
def test_entry_that_lacks_a_field_is_a_problem_and_not_a_crash(name: str) -> None:
    entries = log()
    del entries[2][name]
    assert 3 in numbers(verify(entries))


@pytest.mark.parametrize(
    ("name", "value"),
    [("detail", 1.5), ("actor", {"a": {1, 2}}), ("algorithm", ["sha256"]), ("hash", None), ("previous", None)],
)
def test_field_of_another_type_is_a_problem_and_not_a_crash(name: str, value: object) -> None:
    entries = log()
    entries[2][name] = value
    assert 3 in numbers(verify(entries))


@pytest.mark.parametrize("number", [None, "3", 3.5, [3]])
def test_number_that_is_none_is_a_problem_and_not_a_crash(number: object) -> None:
    entries = log()
    entries[2]["number"] = number
    assert not verify(entries).ok


# --- anchors -------------------------------------------------------------------------------------


def test_anchors_may_come_from_an_iterator() -> None:
    entries = log()
    result = verify(entries, (pair for pair in [(2, "f" * 64), (9, "a" * 64)]))
    assert result.anchors == [f"2:{'f' * 64}", f"9:{'a' * 64}"]
    assert numbers(result) == [2, 9]


def test_two_anchors_of_one_number_are_both_held_against_the_log() -> None:
    entries = log()
    assert numbers(verify(entries, [(2, "f" * 64), anchor(entries[1])])) == [2]
    assert numbers(verify(entries, [anchor(entries[1]), (2, "f" * 64)])) == [2]


def test_shortened_anchor_is_enough() -> None:
    entries = log()
    number, digits = anchor(entries[2])
    assert verify(entries, [(number, digits[:16])]).ok


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"12:{'a' * 64}", (12, "a" * 64)),
        (f" 12:{'0123456789abcdef'} ", (12, "0123456789abcdef")),
        (f"12:{'ABCDEF' * 4}", (12, "abcdef" * 4)),
        (f"12：\u200b{'a' * 64}", (12, "a" * 64)),
    ],
)
def test_anchor_is_read_as_printed(text: str, expected: tuple[int, str]) -> None:
    assert parse_anchor(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12",
        "12:",
        "head",
        f":{'a' * 64}",
        f"12:{'a' * 15}",
        f"12:{'a' * 65}",
        f"12:{'g' * 64}",
        f"-1:{'a' * 64}",
        f"１２:{'a' * 64}",
        f"1.5:{'a' * 64}",
    ],
)
def test_what_is_no_anchor_is_refused(text: str) -> None:
    with pytest.raises(ValueError) as refusal:
        parse_anchor(text)
    assert str(refusal.value) == text


# --- times, keys ---------------------------------------------------------------------------------


def with_time(at: str) -> list[Entry]:
    """A log whose fourth entry has the time `at`, hashed anew from there on."""
    entries = log()
    entries[3]["at"] = at
    for n in range(3, 6):
        entries[n]["previous"] = entries[n - 1]["hash"]
        entries[n]["hash"] = entry_hash(entries[n])
    return entries


def test_time_that_runs_backwards_is_found_at_its_entry() -> None:
    assert verify(with_time("2026-07-03T07:59:59.999999+00:00")).problems == [Problem(4, "第 4 号的时间早于前一条。")]
    assert verify(with_time("2026-07-03T08:00:00.000000+00:00")).ok  # the same time


@pytest.mark.parametrize("at", ["2026-07-04 08:00:00", "2026-07-04T16:00:00.000000+08:00", "", "9"])
def test_time_written_in_another_way_is_found(at: str) -> None:
    assert verify(with_time(at)).problems == [Problem(4, "第 4 号的时间不是系统的写法。")]


@pytest.mark.parametrize(("known", "found"), [([4], []), ([3, 5], [4]), ("nonsense", [4])])
def test_time_that_an_upgrade_knew_to_run_backwards_is_no_problem(known: object, found: list[int]) -> None:
    entries = with_time("2026-07-03T07:59:59.999999+00:00")
    entries[5] |= {"act": chain.BASELINE, "detail": json.dumps({"backwards": known})}
    entries[5]["hash"] = entry_hash(entries[5])
    assert numbers(verify(entries)) == found


def test_added_key_is_found_at_its_entry() -> None:
    entries = log()
    entries[2]["note"] = ""
    assert verify(entries).problems[0] == Problem(3, "第 3 号的位置上不是一条完整的审计记录。")
