"""`flask tables`: import and export of the real document, and check and convert without a database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from portal import create_app, queries
from portal.demo.story import SEED
from portal.domain import actions
from portal.domain.documents import PerformanceText, without_ids
from portal.formats import files
from portal.models import AuditEntry, Change, IndexedIndicator, IndexedSentence, TargetTable
from tests.cli.conftest import Run, one_line
from tests.databases import DATA, on_sqlite, settings
from tests.jobs.converters import DOC, giving
from tests.world import DUE, OFFICE, World, sound_project

ROOT = Path(__file__).parents[2]
PLACE = ("--office", OFFICE, "--year", "2020")


def import_seed(run: Run, *more: str, by: str = "drafter") -> dict[str, object]:
    result = run("tables", "import", SEED, *PLACE, "--by", by, "--json", *more)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_demo_ships_the_very_document_of_the_tests() -> None:
    assert SEED.read_bytes() == (DATA / "gucheng-2020.txt").read_bytes()


def test_import_brings_in_the_whole_document(world: World, run: Run) -> None:
    report = import_seed(run)
    assert {"department", "tables", "findings", "unplaced", "converted"} < set(report)
    assert (report["created"], report["replaced"], report["unchanged"]) == (9, 0, 0)
    shown = queries.tables.visible_texts_of_office(world.session, world.actor("drafter"), OFFICE, 2020)
    documents = [each.document for each in shown]
    assert [document.kind for document in documents] == ["department"] + ["project"] * 8
    assert sum(len(document.indicators) for document in documents[1:]) == 27
    assert world.session.scalar(select(func.sum(TargetTable.total_fen))) == 202528000
    assert {"E8"} <= {finding["rule"] for finding in report["findings"]}


def test_import_says_what_it_did(run: Run) -> None:
    assert "已导入：新建 9 张" in run("tables", "import", SEED, *PLACE, "--by", "drafter").stdout
    dry = run("tables", "import", SEED, *PLACE, "--by", "drafter", "--dry-run", "--replace")
    assert "没有写入：将新建 0 张，替换 0 张，未变 9 张" in dry.stdout


def test_dry_run_leaves_nothing(world: World, run: Run) -> None:
    head = queries.record.head(world.session)
    assert import_seed(run, "--dry-run")["created"] == 9
    assert [world.session.scalar(select(func.count()).select_from(m)) for m in (TargetTable, Change)] == [0, 0]
    assert queries.record.head(world.session) == head


def test_second_import_is_refused_by_name_and_changes_nothing_with_replace(run: Run) -> None:
    import_seed(run)
    line = one_line(run("tables", "import", SEED, *PLACE, "--by", "drafter"))
    assert "《居委会主任退休补贴绩效目标表》" in line
    assert "--replace" in line
    report = import_seed(run, "--replace")
    assert (report["created"], report["replaced"], report["unchanged"]) == (0, 0, 9)


@pytest.mark.parametrize(
    ("office", "by", "sentence"),
    [
        ("620001", "outsider", "不能把别的单位的表导入本单位"),
        (OFFICE, "outsider", "没有为这个单位填报的权限"),
        (OFFICE, "reviewer", "没有为这个单位填报的权限"),
        (OFFICE, "nobody", "没有名为“nobody”的账号"),
    ],
)
def test_import_acts_with_the_rights_of_the_person_named(
    world: World, run: Run, office: str, by: str, sentence: str
) -> None:
    result = run("tables", "import", SEED, "--office", office, "--year", "2020", "--by", by)
    assert sentence in one_line(result)
    assert world.session.scalar(select(func.count()).select_from(TargetTable)) == 0


def test_import_into_a_year_that_is_not_open(run: Run) -> None:
    result = run("tables", "import", SEED, "--office", OFFICE, "--year", "2031", "--by", "drafter")
    assert one_line(result) == "系统里没有 2031 年度。"


def test_export_by_the_operator_holds_the_working_copies(world: World, run: Run, tmp_path: Path) -> None:
    import_seed(run)
    result = run("tables", "export", *PLACE, "--format", "text", "-o", tmp_path / "out.txt")
    assert result.exit_code == 0, result.output
    text = files.read("out.txt", (tmp_path / "out.txt").read_bytes()).text
    assert _comparable(text) == _comparable(files.read("in.txt", SEED.read_bytes()).text)
    entry = world.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()
    assert (entry.act, entry.actor_id) == ("export", None)
    assert f"{entry.number}:{entry.hash}" in result.stdout
    assert f"{entry.number}:{entry.hash}" in (tmp_path / "out.txt").read_text("utf-8")


def test_export_by_somebody_holds_what_they_may_see(run: Run, tmp_path: Path) -> None:
    import_seed(run)
    out = tmp_path / "out.json"
    arguments = ("tables", "export", *PLACE, "--format", "json", "-o", out, "--by")
    assert "无权查看" in one_line(run(*arguments, "reviewer"))
    assert not list(tmp_path.glob("*out*"))
    assert run(*arguments, "head").exit_code == 0
    assert len(json.loads(out.read_text("utf-8"))["tables"]) == 8


@on_sqlite
def test_export_to_excel_can_come_back_only_from_somebody_of_the_office(run: Run, tmp_path: Path) -> None:
    import_seed(run)
    out = tmp_path / "out.xlsx"
    assert run("tables", "export", *PLACE, "--format", "xlsx", "-o", out).exit_code == 0
    assert files.returned_copy(out.read_bytes()) is None
    assert _comparable(files.read("out.xlsx", out.read_bytes()).text) == _comparable(
        files.read("in.txt", SEED.read_bytes()).text
    )
    assert run("tables", "export", *PLACE, "--format", "xlsx", "-o", out, "--by", "head").exit_code == 0
    assert files.returned_copy(out.read_bytes()) is not None


@on_sqlite
@pytest.mark.parametrize("where", ["nowhere/out.json", "."])
def test_export_that_cannot_be_written_is_one_line_and_no_entry(
    world: World, run: Run, tmp_path: Path, where: str
) -> None:
    import_seed(run)
    head = queries.record.head(world.session)
    assert one_line(run("tables", "export", *PLACE, "--format", "json", "-o", tmp_path / where))
    assert queries.record.head(world.session) == head


@on_sqlite
def test_format_to_come_is_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    to_come = next((name for name in ("pdf", "xlsx") if name not in files.WRITERS), None)
    if to_come is None:
        pytest.skip("every format can be written")
    result = run("tables", "export", *PLACE, "--format", to_come, "-o", tmp_path / "out")
    assert f"还不能导出 {to_come}" in one_line(result)


# --- without a database --------------------------------------------------------------------------


@pytest.fixture(params=["sqlite:////nonexistent/portal.db", "postgresql://nobody@127.0.0.1:1/nothing"])
def run_without_database(request: pytest.FixtureRequest, tmp_path: Path) -> Run:
    app = create_app(settings(request.param, tmp_path / "instance"))
    return lambda *args: app.test_cli_runner().invoke(args=[str(arg) for arg in args])


def test_check_needs_no_database_and_finds_the_application_itself(tmp_path: Path) -> None:
    environ = {k: v for k, v in os.environ.items() if k != "FLASK_APP"}
    environ |= {"DATABASE_URL": "sqlite:////nonexistent/portal.db", "INSTANCE": str(tmp_path)}
    command = [sys.executable, "-m", "flask", "tables", "check", SEED, "--year", "2020", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)
    assert set(report) == {"department", "tables", "findings", "unplaced", "converted"}
    assert len(report["tables"]) == 8
    wanted = {"rule": "E8", "severity": "error", "table": 3, "path": "goals"}
    assert any(wanted.items() <= finding.items() for finding in report["findings"])


def test_convert_there_and_back_keeps_everything(run_without_database: Run, tmp_path: Path) -> None:
    as_json, back = tmp_path / "out.json", tmp_path / "back.txt"
    for source, target in ((SEED, as_json), (as_json, back)):
        assert run_without_database("tables", "convert", source, "-o", target).exit_code == 0
    first, last = (files.read(path.name, path.read_bytes()).text for path in (SEED, back))
    assert _comparable(first) == _comparable(last)


def test_commands_that_need_one_say_so_in_one_line(run_without_database: Run) -> None:
    assert one_line(run_without_database("users", "list")).startswith("数据库无法使用")


@on_sqlite
@pytest.mark.parametrize("content", ["binary", "empty", "enormous", "wrong encoding", "missing", "folder"])
@pytest.mark.parametrize("command", ["check", "import"])
def test_file_that_is_no_document_is_one_line(
    world: World, run: Run, tmp_path: Path, content: str, command: str
) -> None:
    path = tmp_path / "file.txt"
    match content:
        case "binary":
            path.write_bytes(bytes(range(256)) * 40)
        case "empty":
            path.write_bytes(b"")
        case "enormous":
            with path.open("wb") as file:
                file.truncate(50_000_000)
        case "wrong encoding":
            path.write_bytes(SEED.read_text("utf-8").encode("utf-32"))
        case "folder":
            path.mkdir()
    more = ("--year", "2020") if command == "check" else (*PLACE, "--by", "drafter")
    assert str(path) in one_line(run("tables", command, path, *more))
    assert world.session.scalar(select(func.count()).select_from(TargetTable)) == 0


def _comparable(text: PerformanceText) -> PerformanceText:
    department = without_ids(text.department) if text.department else None
    return PerformanceText(department, tuple(without_ids(table) for table in text.tables))


# --- the index -----------------------------------------------------------------------------------


def test_index_is_made_anew_from_what_was_submitted(world: World, run: Run) -> None:
    world.submitted()
    world.draft(sound_project(2, "610-1301-JBN-ABI7", "车辆保险费"))
    everything = select(IndexedSentence.hash, IndexedSentence.table_id).order_by(IndexedSentence.hash)
    before = world.session.execute(everything).all()
    world.session.execute(delete(IndexedSentence))
    world.session.commit()
    assert run("tables", "index").stdout == "已编入 1 张表的语句，0 张表的指标，2 张表的文字。\n"
    assert world.session.execute(everything).all() == before != []


def test_index_of_indicators_is_made_anew_from_what_was_approved(world: World, run: Run) -> None:
    world.approved()
    reopened = world.approved(sound_project(2, "610-1301-JBN-ABI7", "车辆保险费"))
    world.act(reopened, actions.REOPEN, "approver", reason="理由", due=DUE)
    world.edit(reopened, "indicators/aaaa/level3", "尚未批复的指标")
    everything = select(IndexedIndicator.__table__).order_by(IndexedIndicator.table_id, IndexedIndicator.row_id)  # type: ignore[arg-type]
    before = world.session.execute(everything).all()
    world.session.execute(delete(IndexedIndicator))
    world.session.commit()
    assert run("tables", "index").stdout == "已编入 2 张表的语句，2 张表的指标，2 张表的文字。\n"
    assert world.session.execute(everything).all() == before
    assert [row.level3 for row in before[4:]] == ["发放工资人数", "工资发放及时率", "居民诉求办结率", "居民满意度"]


def test_check_reads_a_file_in_the_form_that_is_named(run: Run) -> None:
    said = run("tables", "check", SEED, "--year", "2024", "--form", "hebei-2021").stdout
    assert "第 1 张表：表样没有“资金用途”，原文 非税收入用于弥补单位经费" in said
    assert "E12 年度总体目标" not in said and "E11" not in said


def test_check_convert_and_import_read_a_doc_where_libreoffice_is(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.doc"
    path.write_bytes(DOC)
    monkeypatch.setenv("SOFFICE", giving(tmp_path))
    assert "项目绩效目标表 1 张，指标 4 条" in run("tables", "check", path, "--year", "2020").stdout
    assert run("tables", "convert", path, "-o", tmp_path / "new.docx").exit_code == 0
    assert files.read("new.docx", (tmp_path / "new.docx").read_bytes()).text.tables
    assert "已导入：新建 1 张" in run("tables", "import", path, *PLACE, "--by", "drafter").stdout

    monkeypatch.setenv("SOFFICE", "")
    assert "选“另存为”" in one_line(run("tables", "check", path, "--year", "2020"))
