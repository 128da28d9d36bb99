"""Terraform expressions to data, as far as the code tells. Nothing is run, fetched or guessed. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pentascope.collectors.iac import hcl
from pentascope.collectors.iac.data import Data, Unknown, words
from pentascope.collectors.iac.functions import call, is_true
from pentascope.model.infrastructure import UNTOLD

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_STEPS = 2_000_000  # expressions of one tree
MAX_ITEMS = 10_000
_TOO_MUCH = Unknown("more than is worked out")


class Names(Protocol):
    """What the names of a module stand for."""

    def variable(self, name: str) -> Data: ...

    def local(self, name: str) -> Data: ...

    def output(self, module: str, name: str) -> Data: ...

    def data_source(self, kind: str, name: str, attribute: str) -> Data: ...

    def file(self, path: str) -> str | None: ...


class Fuel:
    """How many expressions may still be worked out."""

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.steps = steps

    def burn(self) -> bool:
        """False when nothing is left."""
        self.steps -= 1
        return self.steps >= 0


class Evaluator:
    """Works out expressions with the names of one module and those of comprehensions around."""

    def __init__(self, names: Names, fuel: Fuel, inner: Mapping[str, Data] | None = None) -> None:
        self._names = names
        self._fuel = fuel
        self._inner = inner or {}

    def within(self, inner: Mapping[str, Data]) -> Evaluator:
        """The same with names that hold only here: `each`, `count`, an iterator."""
        return Evaluator(self._names, self._fuel, {**self._inner, **inner})

    def __call__(self, expression: hcl.Expression) -> Data:
        """The data, or Unknown."""
        if isinstance(expression, hcl.Literal):
            return expression.value
        if not self._fuel.burn():
            return _TOO_MUCH
        match expression:
            case hcl.Traversal():
                return self._traversal(expression)
            case hcl.Template(parts):
                return self._template(parts)
            case hcl.Items(_, items):
                return [self(item) for item in items]
            case hcl.Entries(_, keys, values):
                return self._object(keys, values)
            case hcl.Function():
                return self._function(expression)
            case hcl.Conditional():
                return self._conditional(expression)
            case hcl.Operation(operator, operands):
                return _operated(operator, [self(operand) for operand in operands])
            case hcl.For():
                return self._for(expression)
            case hcl.Opaque(source):
                return Unknown(f"it hangs on {source}")

    def _object(self, keys: Sequence[hcl.Expression], values: Sequence[hcl.Expression]) -> Data:
        found: dict[str, Data] = {}
        for key, value in zip(keys, values, strict=True):
            name = self(key)
            if isinstance(name, Unknown | list | dict):
                return Unknown("a key of it is worked out at run time", is_given=True)
            found[words(name)] = self(value)
        return found

    def _template(self, parts: Sequence[hcl.Expression]) -> Data:
        values = [self(part) for part in parts]
        if len(values) == 1:
            return values[0]
        missing = [value for value in values if isinstance(value, Unknown)]
        text = "".join(_shape(value) for value in values)
        if not missing:
            return text
        return Unknown(missing[0].why, is_given=True, refers=next((one.refers for one in missing if one.refers), ""), shape=text)

    def _conditional(self, expression: hcl.Conditional) -> Data:
        condition = self(expression.condition)
        truth = is_true(condition)
        if truth is not None:
            return self(expression.yes if truth else expression.no)
        yes, no = self(expression.yes), self(expression.no)
        if yes == no:
            return yes
        why = condition.why if isinstance(condition, Unknown) else "its condition"
        return Unknown(why, is_given=_is_given(yes) and _is_given(no))

    def _function(self, expression: hcl.Function) -> Data:
        if expression.name == "file" and len(expression.arguments) == 1:
            path = self(expression.arguments[0])
            text = self._names.file(path) if isinstance(path, str) else None
            name = f" ({path})" if isinstance(path, str) else ""
            return text if text is not None else Unknown(f"it is the content of a file{name}", is_given=True)
        arguments = [self(argument) for argument in expression.arguments]
        if expression.is_spread and arguments:
            last = arguments.pop()
            if not isinstance(last, list):
                return Unknown(f"it is what {expression.name}() makes of it")
            arguments += last
        return call(expression.name, arguments)

    def _for(self, expression: hcl.For) -> Data:
        over = self(expression.over)
        if isinstance(over, dict):
            pairs: list[tuple[Data, Data]] = list(over.items())
        elif isinstance(over, list):
            pairs = list(enumerate(over))
        else:
            return over if isinstance(over, Unknown) else Unknown("it goes over what is no collection")
        if len(pairs) > MAX_ITEMS:
            return _TOO_MUCH
        listed: list[Data] = []
        named: dict[str, Data] = {}
        for key, value in pairs:
            inner = dict(zip(expression.names, (key, value) if len(expression.names) > 1 else (value,), strict=False))
            each = self.within(inner)
            if expression.condition is not None:
                wanted = is_true(each(expression.condition))
                if wanted is None:
                    return Unknown("which items it has is decided at run time")
                if not wanted:
                    continue
            if expression.key is None:
                listed.append(each(expression.value))
                continue
            name = each(expression.key)
            if isinstance(name, Unknown | list | dict):
                return Unknown("a key of it is worked out at run time", is_given=True)
            named[words(name)] = each(expression.value)
        return listed if expression.key is None else named

    def _traversal(self, expression: hcl.Traversal) -> Data:
        root, steps = expression.root, expression.steps
        if not isinstance(root, str):
            return self._taken(self(root), steps)
        if root in self._inner:
            return self._taken(self._inner[root], steps)
        name = steps[0].value if steps and isinstance(steps[0], hcl.Literal) and isinstance(steps[0].value, str) else None
        if name is None:
            return Unknown(f"it hangs on {root}")
        if root == "var":
            return self._taken(self._names.variable(name), steps[1:])
        if root == "local":
            return self._taken(self._names.local(name), steps[1:])
        if root == "path":
            return "."
        if root == "module":
            return self._output(name, steps[1:])
        if root == "data":
            return self._source(name, steps[1:])
        if root in {"each", "count", "self", "terraform"}:
            return Unknown(f"it hangs on {root}.{name}", is_given=root in {"count", "terraform"})
        attributes = [str(step.value) for step in steps if isinstance(step, hcl.Literal)]
        return Unknown(f"it is {'.'.join((root, *attributes))}", is_given=len(steps) > 1, refers=f"{root}.{name}")

    def _output(self, module: str, steps: Sequence[hcl.Expression]) -> Data:
        plain = [step for step in steps if isinstance(step, hcl.Literal) and isinstance(step.value, str) and step.value != "*"]
        if len(plain) != 1 or steps[0] is not plain[0]:
            return Unknown(f"it hangs on module.{module}")
        return self._taken(self._names.output(module, str(plain[0].value)), steps[1:])

    def _source(self, kind: str, steps: Sequence[hcl.Expression]) -> Data:
        plain = [str(step.value) for step in steps if isinstance(step, hcl.Literal) and isinstance(step.value, str) and step.value != "*"]
        if len(plain) < 2:
            return Unknown(f"it hangs on data.{kind}")
        return self._names.data_source(kind, plain[0], plain[1])

    def _taken(self, value: Data, steps: Sequence[hcl.Expression]) -> Data:
        """What is left after attributes and indices are taken of a value."""
        for at, step in enumerate(steps):
            if isinstance(value, Unknown):
                return Unknown(value.why, is_given=False, refers=value.refers)
            key = self(step)
            if key == "*":
                if not isinstance(value, list):
                    return Unknown("it takes every element of what is no list")
                return [self._taken(each, steps[at + 1 :]) for each in value[:MAX_ITEMS]]
            if isinstance(value, dict) and isinstance(key, str | int):
                value = value.get(words(key), Unknown(f"it has no `{key}` here"))
            elif isinstance(value, list) and isinstance(key, int) and 0 <= key < len(value):
                value = value[key]
            else:
                return Unknown("it takes an element that is not told")
        return value


def _shape(value: Data) -> str:
    if isinstance(value, Unknown):
        return value.shape or UNTOLD
    return UNTOLD if isinstance(value, list | dict) else ("" if value is None else words(value))


def _is_given(value: Data) -> bool:
    return value.is_given if isinstance(value, Unknown) else value is not None


def _operated(operator: str, operands: Sequence[Data]) -> Data:
    if len(operands) == 1:
        return _single(operator, operands[0])
    if len(operands) != 2:
        return Unknown("it is worked out at run time")
    left, right = operands
    if operator in {"&&", "||"}:
        decides = operator == "||"
        truths = [is_true(left), is_true(right)]
        if decides in truths:
            return decides
        return Unknown("its condition") if None in truths else not decides
    for operand in (left, right):
        if isinstance(operand, Unknown):
            return Unknown(operand.why)
    if operator in {"==", "!="}:
        is_same = _comparable(left) == _comparable(right)
        return is_same if operator == "==" else not is_same
    numbers = [_number(left), _number(right)]
    if numbers[0] is None or numbers[1] is None:
        return Unknown("it counts with what is no number")
    return _counted(operator, numbers[0], numbers[1])


def _single(operator: str, operand: Data) -> Data:
    truth, number = is_true(operand), _number(operand)
    if operator == "!" and truth is not None:
        return not truth
    if operator == "-" and number is not None:
        return -number
    return Unknown(operand.why if isinstance(operand, Unknown) else "it is worked out at run time")


def _comparable(value: Data) -> object:
    """Words, numbers and truth values compare as Terraform converts them."""
    return value if isinstance(value, list | dict) or value is None else words(value)


def _number(value: Data) -> float | int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if not isinstance(value, str):
        return value
    try:
        return int(value) if value.lstrip("-").isdecimal() else float(value)
    except ValueError:
        return None


def _counted(operator: str, left: float, right: float) -> Data:
    if operator in {"/", "%"} and right == 0:
        return Unknown("it divides by zero")
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right
        case "%":
            return left % right
        case "<":
            return left < right
        case ">":
            return left > right
        case "<=":
            return left <= right
        case ">=":
            return left >= right
        case _:
            return Unknown("it is worked out at run time")
