"""Every public function of `community/` says what it does, what it returns and what it raises.

Properties and dunder methods may be described by a noun phrase. A function need not name an exception that it raises
and catches itself; whether it names those of functions that it calls is its author's choice.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]

Function = ast.FunctionDef | ast.AsyncFunctionDef

NOTHING = {None, "None", "NoReturn", "Never"}
GENERATORS = {"Iterator", "Iterable", "Generator", "AsyncIterator", "AsyncGenerator"}
SAYS_RETURN = re.compile(r"\b(?:[Rr]eturns?|[Yy]ields?)\b")
VAGUE = re.compile(r"\b(?:[Ww]hoever|lest|[Ss]ettle\w*|[Kk]eepers?|[Ss]hel(?:f|ves)|[Pp]ostman)\b")
SAYS_RAISE = re.compile(r"\b[Rr]aises?\b")


class PublicFunction(NamedTuple):
    """A function that other modules may call, with its qualified name."""

    name: str
    node: Function


def list_modules() -> list[Path]:
    """Return the modules whose docstrings are checked."""
    return [*sorted((ROOT / "community").rglob("*.py")), ROOT / "models" / "base.py"]


@cache
def list_packages() -> dict[str, list[Path]]:
    """Return the modules whose docstrings are checked, by their folders."""
    modules: dict[str, list[Path]] = {}
    for path in list_modules():
        modules.setdefault(str(path.parent.relative_to(ROOT)), []).append(path)
    return modules


def list_public_functions(tree: ast.Module) -> Iterator[PublicFunction]:
    """Yield the public functions of a module and the public methods of its public classes."""
    yield from _functions_of(tree, prefix="")


def find_faults(source: str) -> list[str]:
    """Return a sentence for each public function whose docstring leaves something out."""
    faults = []
    for name, node in list_public_functions(ast.parse(source)):
        said = ast.get_docstring(node)
        if not said:
            faults.append(f"{node.lineno} {name} has no docstring")
            continue
        if _is_command(node):  # its docstring is its help text, for operators
            continue
        if returns_something(node) and not _may_be_a_noun(node) and not SAYS_RETURN.search(said):
            faults.append(f"{node.lineno} {name} does not say what it returns")
        faults += [
            f"{node.lineno} {name} does not say that it raises {error}"
            for error in sorted(list_raised(node))
            if not _says_raised(said, error)
        ]
    return faults


def find_vague(source: str) -> list[str]:
    """Return the docstrings of a module whose subject cannot be found."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    said = [ast.get_docstring(node) or "" for node in ast.walk(ast.parse(source)) if isinstance(node, documented)]
    return [each for each in said if VAGUE.search(each)]


def returns_something(node: Function) -> bool:
    """Return whether a caller gets a value: not of `None`, nor of a generator that yields `None`."""
    returns = node.returns
    if isinstance(returns, ast.Subscript) and ast.unparse(returns.value).rpartition(".")[2] in GENERATORS:
        returns = returns.slice.elts[0] if isinstance(returns.slice, ast.Tuple) else returns.slice
    return (ast.unparse(returns) if returns else None) not in NOTHING


def list_raised(node: Function) -> set[str]:
    """Return the names of the exceptions that the function's own `raise` statements let out."""
    return set(_raised_in(node.body))


def _functions_of(parent: ast.Module | ast.ClassDef, prefix: str) -> Iterator[PublicFunction]:
    for node in _statements(parent.body):
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _functions_of(node, prefix=f"{prefix}{node.name}.")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_public(node):
            yield PublicFunction(prefix + node.name, node)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a body and of the branches below it: a function may stand under an `if`."""
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try):
            yield from _statements([child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)])


def _is_public(node: Function) -> bool:
    if "overload" in _decorators(node) or node.name in {"__init__", "__post_init__"}:
        return False
    return _is_dunder(node) or not node.name.startswith("_")


def _is_dunder(node: Function) -> bool:
    return node.name.startswith("__") and node.name.endswith("__")


def _may_be_a_noun(node: Function) -> bool:
    return _is_dunder(node) or bool({"property", "cached_property", "hybrid_property"} & _decorators(node))


def _is_command(node: Function) -> bool:
    return bool({"command", "group"} & _decorators(node))


def _decorators(node: Function) -> set[str]:
    found = (item.func if isinstance(item, ast.Call) else item for item in node.decorator_list)
    return {ast.unparse(item).rpartition(".")[2] for item in found}


def _raised_in(body: Sequence[ast.AST], caught: frozenset[str] = frozenset()) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.Raise):
            error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            name = ast.unparse(error).rpartition(".")[2] if isinstance(error, ast.Name | ast.Attribute) else ""
            if name[:1].isupper() and name not in caught:
                yield name
        elif isinstance(node, ast.Try):
            yield from _raised_in(node.body, caught | _caught_by(node))
            handlers = [statement for handler in node.handlers for statement in handler.body]
            yield from _raised_in([*handlers, *node.orelse, *node.finalbody], caught)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.expr):
            yield from _raised_in(list(ast.iter_child_nodes(node)), caught)


def _caught_by(node: ast.Try) -> frozenset[str]:
    kinds = [handler.type for handler in node.handlers if handler.type]
    names = [name for kind in kinds for name in (kind.elts if isinstance(kind, ast.Tuple) else [kind])]
    return frozenset(ast.unparse(name).rpartition(".")[2] for name in names)


def _says_raised(said: str, error: str) -> bool:
    return bool(SAYS_RAISE.search(said)) and bool(re.search(rf"\b{error}\b", said))


# A case for each package: one for each module costs more than what it looks at.
@pytest.mark.parametrize("package", list_packages())
def test_docstrings_say_what_is_returned_and_raised(package: str) -> None:
    faults = {path.name: find_faults(path.read_text()) for path in list_packages()[package]}
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize("package", list_packages())
def test_docstrings_have_plain_subjects(package: str) -> None:
    vague = {path.name: find_vague(path.read_text()) for path in list_packages()[package]}
    assert {name: found for name, found in vague.items() if found} == {}


SPECIMEN = """
class Open:
    @property
    def size(self) -> int:
        '''The number of notes.'''
    def take(self) -> int:
        '''Take one.'''
    def _hidden(self) -> int: ...
    def __len__(self) -> int:
        '''The number of notes.'''
class _Closed:
    def take(self) -> int: ...
def silent(): ...
def noun() -> bool:
    '''Whether it is one.'''
def whole() -> bool:
    '''Return whether it is one. Raises LookupError.'''
    if True:
        raise LookupError("none")
def early() -> None:
    '''Close it.'''
    match 1:
        case 1:
            raise errors.EarlyError
def caught() -> None:
    '''Close it.'''
    try:
        raise ValueError
    except (ValueError, TypeError):
        raise
def in_handler() -> None:
    '''Close it. Raises something.'''
    try:
        pass
    except ValueError as error:
        raise TypeError from error
def within() -> None:
    '''Close it.'''
    def inner() -> None:
        raise ValueError
@contextmanager
def held() -> Iterator[None]:
    '''Hold it during the block.'''
def listed() -> Iterator[int]:
    '''The numbers.'''
@main.command("serve")
def serve() -> None:
    '''Run it.'''
    raise ClickException
"""


def test_faults_are_found() -> None:
    assert [fault.partition(" ")[2] for fault in find_faults(SPECIMEN)] == [
        "Open.take does not say what it returns",
        "silent has no docstring",
        "noun does not say what it returns",
        "early does not say that it raises EarlyError",
        "in_handler does not say that it raises TypeError",
        "listed does not say what it returns",
    ]
