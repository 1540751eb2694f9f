"""Small faulty changes of a module, each as a replacement of a part of its text.

Left out, since no test can or should notice them:
- annotations, code under `if TYPE_CHECKING`, `__repr__`, assertions, `raise NotImplementedError`;
- texts: docstrings, messages, labels, f-strings; a string is changed only where a decision depends on it;
- log calls; arguments and decorators that only cache, name, document or type (see the sets below).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_COMPARISONS = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
}
_ARITHMETIC = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "+"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "/"),
    ast.Mod: ("%", "*"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
}
_FUNCTIONS = {"any": "all", "all": "any", "min": "max", "max": "min", "sorted": "list"}
_SAME_VALUES = {
    "tuple",
    "list",
    "frozenset",
    "set",
    "dict",
    "iter",
    "str",
    "len",
    "super",
    "cast",
    "isinstance",
    "type",
}
_DROPPED_METHODS = {"strip", "lstrip", "rstrip", "lower", "upper", "casefold", "distinct", "order_by", "where", "limit"}
_DECIDING_METHODS = {"get", "startswith", "endswith", "split", "partition", "rpartition", "replace", "removeprefix"}
_IMMATERIAL_ARGUMENTS = {
    "encoding", "ensure_ascii", "eq", "errors", "help", "kw_only", "label", "maxsize", "metavar", "order",
    "slots", "frozen", "stacklevel", "strict", "synchronize_session", "passive_deletes", "innerjoin", "doc", "exist_ok",
}  # fmt: skip
_IMMATERIAL_DECORATORS = {
    "cache", "cached_property", "contextmanager", "dataclass", "final", "lru_cache", "overload", "override", "property",
    "staticmethod", "classmethod", "unique", "wraps", "abstractmethod",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """Replaces the bytes from start to end of the module's text. lines: those of the statement that holds it."""

    kind: str
    start: int
    end: int
    text: str
    lines: range

    def apply(self, source: bytes) -> bytes:
        return source[: self.start] + self.text.encode() + source[self.end :]


def places(source: bytes) -> list[list[Change]]:
    """The changes at each place of a module; not every one is Python."""
    return _Finder(source).places()


def is_python(source: bytes) -> bool:
    try:
        compile(source, "", "exec", ast.PyCF_ONLY_AST)
    except SyntaxError:
        return False
    return True


class _Finder:
    def __init__(self, source: bytes) -> None:
        self._source = source
        starts, at = [0], 0
        for line in source.splitlines(keepends=True):
            at += len(line)
            starts.append(at)
        self._starts = starts
        self._statement = range(0)
        self._in_function = False

    def places(self) -> list[list[Change]]:
        return [found for found in self._of(ast.parse(self._source)) if found]

    def _of(self, node: ast.AST) -> Iterator[list[Change]]:
        """The changes of `node` and of all below it."""
        if _is_left_out(node):
            return
        outer = self._statement, self._in_function
        if isinstance(node, (ast.stmt, ast.match_case, ast.excepthandler)):
            self._statement = self._lines(node)
        yield list(self._at(node))
        self._in_function |= isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        for child in _children(node):
            yield from self._of(child)
        self._statement, self._in_function = outer

    def _at(self, node: ast.AST) -> Iterator[Change]:
        match node:
            case ast.Compare():
                yield from self._comparison(node)
            case ast.BoolOp():
                yield from self._connection(node)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield self._change("not removed", node, f"({self._text(operand)})")
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                yield from self._between("operator", left, right, *_ARITHMETIC[type(op)])
            case ast.Constant(value=value):
                yield from self._constant(node, value)
            case ast.Call():
                yield from self._call(node)
            case ast.Set(elts=elements) | ast.List(elts=elements):
                yield from self._elements(node, elements)
            case ast.Tuple(elts=elements) if not self._in_function:  # in functions most are unpacked
                yield from self._elements(node, elements)
            case ast.IfExp(test=test) | ast.If(test=test) | ast.While(test=test):
                if not isinstance(test, (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Constant, ast.NamedExpr)):
                    yield self._change("condition inverted", test, f"(not {self._text(test)})")
            case ast.comprehension(ifs=conditions):
                yield from (self._change("filter dropped", each, "True") for each in conditions)
            case ast.FunctionDef(decorator_list=decorators) | ast.AsyncFunctionDef(decorator_list=decorators):
                yield from self._decorators(decorators)
            case ast.stmt():
                yield from self._simple_statement(node)

    # --- kinds -----------------------------------------------------------------------------------

    def _comparison(self, node: ast.Compare) -> Iterator[Change]:
        operands = [node.left, *node.comparators]
        for left, op, right in zip(operands, node.ops, operands[1:], strict=False):
            yield from self._between("comparison", left, right, *_COMPARISONS[type(op)])
            if isinstance(right, ast.Tuple) and self._in_function:
                yield from self._elements(right, right.elts)

    def _elements(self, node: ast.expr, elements: list[ast.expr]) -> Iterator[Change]:
        if len(elements) > 1 and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            yield from (self._without(node, elements, number) for number in range(len(elements)))

    def _connection(self, node: ast.BoolOp) -> Iterator[Change]:
        old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        for left, right in zip(node.values, node.values[1:], strict=False):
            yield from self._between("and/or", left, right, old, new)
        for dropped in node.values:
            if not any(isinstance(inner, ast.NamedExpr) for inner in ast.walk(dropped)):
                kept = [f"({self._text(value)})" for value in node.values if value is not dropped]
                yield self._change("condition dropped", node, f"({f' {old} '.join(kept)})")

    def _constant(self, node: ast.Constant, value: object) -> Iterator[Change]:
        if isinstance(value, bool):
            yield self._change("constant", node, str(not value))
        elif isinstance(value, int | float):
            yield self._change("constant", node, repr(value + 1))
            if value > 0:
                yield self._change("constant", node, repr(value - 1))

    def _call(self, node: ast.Call) -> Iterator[Change]:
        for keyword in node.keywords:
            if keyword.arg and keyword.arg not in _IMMATERIAL_ARGUMENTS:
                yield self._without(node, [*node.args, *node.keywords], [*node.args, *node.keywords].index(keyword))
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in _FUNCTIONS and node.args:
                yield self._change("function", node.func, _FUNCTIONS[name])
            case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]):
                if name[0].islower() and name not in _SAME_VALUES and not isinstance(argument, ast.Starred):
                    yield self._change("call dropped", node, f"({self._text(argument)})")
            case ast.Call(func=ast.Attribute(attr=name, value=value)) if name in _DROPPED_METHODS:
                yield self._change("call dropped", node, self._text(value))
        if isinstance(node.func, ast.Attribute) and node.func.attr in _DECIDING_METHODS:
            yield from (self._string(argument) for argument in node.args if _is_string(argument))

    def _decorators(self, decorators: list[ast.expr]) -> Iterator[Change]:
        for decorator in decorators:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name not in _IMMATERIAL_DECORATORS and name != "setter":
                start, end = self._span(decorator)
                start = self._source.rindex(b"@", 0, start)
                yield Change("decorator dropped", start, end, "# dropped", self._statement)

    def _simple_statement(self, node: ast.stmt) -> Iterator[Change]:
        match node:
            case ast.Expr(value=ast.Call() | ast.Await()):
                yield self._change("statement dropped", node, "pass")
            case ast.Expr(value=ast.Yield() | ast.YieldFrom()):
                yield self._change("statement dropped", node, "yield from ()")
            case ast.AugAssign() | ast.Raise() | ast.Delete() | ast.Continue() | ast.Break():
                yield self._change("statement dropped", node, "pass")
            case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
                yield self._change("statement dropped", node, "pass")
            case ast.Return(value=ast.expr() as value):
                if isinstance(value, (ast.Compare, ast.BoolOp)):
                    yield self._change("return value", value, f"(not ({self._text(value)}))")
                elif not (isinstance(value, ast.Constant) and value.value is None):
                    yield self._change("return value", value, "None")

    def _string(self, node: ast.expr) -> Change:
        return self._change("string", node, repr(f"{ast.literal_eval(self._text(node))}?"))

    # --- parts of the text -----------------------------------------------------------------------

    def _between(self, kind: str, left: ast.expr, right: ast.expr, old: str, new: str) -> Iterator[Change]:
        """Replaces the operator between two operands; strings that are compared are changed as well."""
        start, end = self._span(left)[1], self._span(right)[0]
        pattern = rf"(?<![\w<>=!]){re.escape(old)}(?![\w=])" if old[0].isalpha() else re.escape(old)
        if found := re.search(pattern.encode(), self._source[start:end]):
            yield Change(kind, start + found.start(), start + found.end(), new, self._statement)
        if kind == "comparison":
            yield from (self._string(operand) for operand in (left, right) if _is_string(operand))

    def _without(self, node: ast.expr, parts: Sequence[ast.expr | ast.keyword], dropped: int) -> Change:
        """Leaves one part of a display or call out, with its comma."""
        kind = "argument dropped" if isinstance(node, ast.Call) else "element dropped"
        start, end = self._span(parts[dropped])
        rest = re.match(rb"\s*,\s*", self._source[end : self._span(node)[1]])
        if rest:
            end += rest.end()
        elif dropped:
            start = self._span(parts[dropped - 1])[1]
        return Change(kind, start, end, "", self._statement)

    def _change(self, kind: str, node: ast.AST, text: str) -> Change:
        return Change(kind, *self._span(node), text, self._statement)

    def _text(self, node: ast.AST) -> str:
        start, end = self._span(node)
        return self._source[start:end].decode()

    def _span(self, node: ast.AST) -> tuple[int, int]:
        start = self._starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]
        return start, self._starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]

    def _lines(self, node: ast.AST) -> range:
        """The lines of a statement; of a compound one those of its head."""
        if isinstance(node, ast.match_case):
            return range(node.pattern.lineno, node.body[0].lineno)
        body = getattr(node, "body", None)
        last = body[0].lineno - 1 if body else node.end_lineno  # type: ignore[attr-defined]
        return range(node.lineno, max(last, node.lineno) + 1)  # type: ignore[attr-defined]


def _children(node: ast.AST) -> Iterator[ast.AST]:
    skipped = {"annotation", "returns", "type_comment", "msg"}
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "cast":
        skipped.add("args")
    for name, value in ast.iter_fields(node):
        if name not in skipped:
            yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, ast.AST))


def _is_left_out(node: ast.AST) -> bool:
    match node:
        case ast.JoinedStr() | ast.Assert() | ast.Import() | ast.ImportFrom():
            return True
        case ast.FunctionDef(name="__repr__"):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Raise(exc=ast.Name(id="NotImplementedError")):
            return True
        case ast.Expr(value=ast.Constant() | ast.Call(func=ast.Name(id="assert_never"))):
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)))):
            return "log" in name
        case ast.keyword(arg=str(name)):
            return name in _IMMATERIAL_ARGUMENTS
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
    return False


def _is_string(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
