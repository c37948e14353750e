"""Puts imports off until what they bring is used: what Python 3.15 calls lazy imports.

Of what botocore and the others import, the half is never used by a function that only speaks to
DynamoDB, and importing is what a cold start consists of. So in a package

    from tempfile import NamedTemporaryFile

    def write(): NamedTemporaryFile()

runs as if it said

    def _bring_0(): (the import, and then _wanted_0 = False)

    def write():
        if _wanted_0: _bring_0()
        NamedTemporaryFile()

Only where nobody can tell the difference: the import is a statement of the module itself, and its
names are used in functions alone and bound nowhere else. Who asks the module for such a name from
outside is answered by a `__getattr__` that brings it. (Somebody could: who says `import a` and
counts on another's `import a.b`. The journeys through the packages would.) Regular expressions
wait in the same way: urllib3 and botocore compile dozens, for addresses in IPv6, buckets, ARNs.
"""

import ast
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, takewhile

Import = ast.Import | ast.ImportFrom
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class _Deferred:
    """A statement that waits; `names` are those that it binds."""

    number: int
    statement: ast.stmt
    names: frozenset[str]

    @property
    def wanted(self) -> str:
        return f"_wanted_{self.number}"

    @property
    def bring(self) -> str:
        return f"_bring_{self.number}"


def deferred(module: ast.Module, parts: frozenset[str] = frozenset()) -> ast.Module:
    """The module with what can wait put off. `parts` are the modules in it, if it is a package."""
    if "__getattr__" in {name for one in module.body for name in _bound(one)}:
        return module
    waiting = _waiting(module, parts)
    for function in _functions(module):
        _check_first(function, waiting)
    if waiting or parts:
        _replace(module, waiting, parts)
    return ast.fix_missing_locations(module)


def star_imports(module: ast.Module) -> Iterator[tuple[str, int]]:
    """Modules (and how relative they are) of which another wants everything at once."""
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            yield node.module or "", node.level


def _waiting(module: ast.Module, parts: frozenset[str]) -> list[_Deferred]:
    bound = Counter(_bound_anywhere(module))
    able = {
        statement: names
        for statement in module.body
        if (names := _brought(statement, parts)) and all(bound[name] == 1 for name in names)
    }
    # What one that cannot wait makes use of cannot wait either, so until all that are left can.
    while True:
        at_once = _used_at_once(module, able)
        left = {one: names for one, names in able.items() if not names & at_once}
        if len(left) == len(able):
            return [_Deferred(n, one, names) for n, (one, names) in enumerate(left.items())]
        able = left


def _brought(statement: ast.stmt, parts: frozenset[str]) -> frozenset[str]:
    """The names that a statement binds, if it is of a kind that may wait."""
    if isinstance(statement, Import):
        return frozenset(_bound(statement)) if _may_wait(statement, parts) else frozenset()
    match statement:
        case ast.Assign(
            targets=[ast.Name(id=name)],
            value=ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr="compile")),
        ):
            return frozenset({name})
    return frozenset()


def _may_wait(statement: Import, parts: frozenset[str]) -> bool:
    """Not what is called like a part."""
    if isinstance(statement, ast.Import):
        return True
    if statement.module == "__future__" or statement.names[0].name == "*":
        return False
    return not parts & {alias.asname or alias.name for alias in statement.names}


def _used_at_once(module: ast.Module, waiting: Container[ast.stmt]) -> set[str]:
    """The names that the module uses while it is imported: everywhere but in functions."""
    later = any("annotations" in names for names in map(_from_future, module.body))
    found, todo = set[str](), list[ast.AST](one for one in module.body if one not in waiting)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, Function):
            todo += _beside_the_body(node, annotations=not later)
        elif not isinstance(node, Import):
            todo += ast.iter_child_nodes(node)
    return found


def _beside_the_body(function: Function, *, annotations: bool) -> list[ast.AST]:
    """What runs when a function is defined: decorators, defaults, and mostly annotations."""
    arguments = function.args
    now = [*function.decorator_list, *arguments.defaults, *filter(None, arguments.kw_defaults)]
    if not annotations:
        return list[ast.AST](now)
    typed = [argument.annotation for argument in _arguments(arguments) if argument.annotation]
    return [*now, *typed, *([function.returns] if function.returns else [])]


def _from_future(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
        return [alias.name for alias in statement.names]
    return []


def _bound_anywhere(module: ast.Module) -> Iterator[str]:
    """Every name as often as something binds it, in whatever scope: a name that is also an
    argument somewhere is left alone."""
    return chain.from_iterable(map(_bound, ast.walk(module)))


def _bound(node: ast.AST) -> list[str]:
    match node:
        case ast.Import() | ast.ImportFrom():
            return [(alias.asname or alias.name).partition(".")[0] for alias in node.names]
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
            return [name]
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            return names
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            return [name]
        case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            return [name]
    return []


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    extra = [one for one in (arguments.vararg, arguments.kwarg) if one]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *extra]


def _functions(node: ast.AST) -> Iterator[Function]:
    """The outermost ones: what is within them has been waited for when it runs."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            yield child
        elif not isinstance(child, ast.Lambda):
            yield from _functions(child)


def _check_first(function: Function, waiting: Iterable[_Deferred]) -> None:
    for one in waiting:
        if _uses(function, one.names):
            _check_within(function.body, one)


def _check_within(block: list[ast.stmt], one: _Deferred) -> None:
    """Before the first statement that needs it; and if it is only one of the ways that an `if` may
    go that does, on that way."""
    for place, statement in enumerate(block):
        if isinstance(statement, ast.If) and not _uses(statement.test, one.names):
            _check_within(statement.body, one)
            _check_within(statement.orelse, one)
        elif _uses(statement, one.names):
            block.insert(place, _check(one))
            return


def _uses(part: ast.AST, names: frozenset[str]) -> bool:
    return any(isinstance(node, ast.Name) and node.id in names for node in ast.walk(part))


def _check(one: _Deferred) -> ast.stmt:
    return _written(f"if {one.wanted}: {one.bring}()", one.statement)[0]


def _replace(module: ast.Module, waiting: list[_Deferred], parts: frozenset[str]) -> None:
    for one in waiting:
        module.body[module.body.index(one.statement)] = ast.Pass()
    # After the docstring and what comes from __future__, which have to be first.
    first = sum(1 for _ in takewhile(_has_to_be_first, module.body))
    module.body[first:first] = [
        *chain.from_iterable(_bringing(one, waiting) for one in waiting),
        _answer(waiting, parts),
    ]


def _has_to_be_first(statement: ast.stmt) -> bool:
    text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return text or bool(_from_future(statement))


def _bringing(one: _Deferred, waiting: Iterable[_Deferred]) -> list[ast.stmt]:
    """An expression may be made of others, and needs `re` itself."""
    needed = [other for other in waiting if _uses(one.statement, other.names) and other is not one]
    before = "".join(f"    if {other.wanted}: {other.bring}()\n" for other in needed)
    return _written(
        f"{one.wanted} = True\n"
        f"def {one.bring}():\n"
        f"    global {', '.join(sorted({*one.names, one.wanted}))}\n"
        f"{before}"
        f"    {ast.unparse(one.statement)}\n"
        f"    {one.wanted} = False\n",
        one.statement,
    )


def _answer(waiting: Iterable[_Deferred], parts: frozenset[str]) -> ast.stmt:
    """What is asked for from outside. A part is there for everybody as soon as anybody imports
    it, and so it is also for who counts on somebody else to have done so."""
    pairs = {name: one.bring for one in waiting for name in one.names}
    table = ", ".join(f"{name!r}: {bring}" for name, bring in sorted(pairs.items()))
    return ast.parse(
        "def __getattr__(name):\n"
        f"    bring = {{{table}}}.get(name)\n"
        "    if bring is not None:\n"
        "        bring()\n"
        "        return globals()[name]\n"
        f"    if name in {tuple(sorted(parts))!r}:\n"
        "        from importlib import import_module\n"
        "        return import_module(f'{__name__}.{name}')\n"
        "    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')\n"
    ).body[0]


def _written(text: str, place: ast.stmt) -> list[ast.stmt]:
    """Statements that a traceback shows on the line of another."""
    written = ast.parse(text)
    for node in ast.walk(written):
        if hasattr(node, "lineno"):
            ast.copy_location(node, place)
    return written.body
