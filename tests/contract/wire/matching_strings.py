"""A random string that a regular expression matches: enough of regular expressions for the patterns of AWS's service models."""

import re
import warnings

try:
    from re import _constants as opcodes
    from re import _parser as parser
except ImportError:  # Python 3.10
    import sre_constants as opcodes
    import sre_parse as parser

ANY = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_./:+@"
CATEGORIES = {
    opcodes.CATEGORY_DIGIT: "0123456789",
    opcodes.CATEGORY_SPACE: " \t\n",
    opcodes.CATEGORY_WORD: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_",
    opcodes.CATEGORY_NOT_DIGIT: "abcXYZ-_ .",
    opcodes.CATEGORY_NOT_SPACE: "abcXYZ019-_.:/é日",
    opcodes.CATEGORY_NOT_WORD: "-./:@ ",
}
ATTEMPTS = 40


class Unsupported(Exception):
    """The expression uses something that is not generated here."""


def random_match(rng, pattern, min_length, max_length, acceptable=lambda text: True):
    """A string between the lengths that `pattern` matches from end to end and that is acceptable, or None."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = parser.parse(pattern)
            compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return None
    for attempt in range(ATTEMPTS):
        # Later attempts are longer, for patterns whose shortest match is below the minimum.
        reach = 1 + attempt * max(1, min(min_length, 4096)) // 8
        try:
            text = _Generator(rng, reach).sequence(tree)
        except Unsupported:
            return None
        if min_length <= len(text) <= max_length and compiled.fullmatch(text) and acceptable(text):
            return text
    return None


class _Generator:
    def __init__(self, rng, reach):
        self.rng = rng
        self.reach = reach
        self.groups = {}

    def sequence(self, tree):
        return "".join(self.item(op, argument) for op, argument in tree)

    def item(self, op, argument):
        handler = getattr(self, f"on_{str(op).lower()}", None)
        if handler is None:
            raise Unsupported(op)
        return handler(argument)

    def on_literal(self, code):
        return chr(code)

    def on_not_literal(self, code):
        return self.rng.choice([c for c in ANY if ord(c) != code])

    def on_any(self, _):
        return self.rng.choice(ANY)

    def on_at(self, _):
        return ""

    def on_in(self, items):
        if items[0][0] is opcodes.NEGATE:
            return self.rng.choice([c for c in ANY if not any(_holds(item, c) for item in items[1:])] or self._fail())
        op, argument = self.rng.choice(items)
        if op is opcodes.LITERAL:
            return chr(argument)
        if op is opcodes.RANGE:
            low, high = argument
            # Mostly near the low end: the high end of such ranges is where planes and surrogates begin.
            return chr(self.rng.randint(low, min(high, low + 94)) if self.rng.random() < 0.8 else self.rng.randint(low, high))
        if op is opcodes.CATEGORY:
            return self.rng.choice(CATEGORIES[argument])
        return self._fail()

    def on_branch(self, argument):
        return self.sequence(self.rng.choice(argument[1]))

    def on_subpattern(self, argument):
        text = self.sequence(argument[-1])
        self.groups[argument[0]] = text
        return text

    def on_groupref(self, group):
        return self.groups.get(group, "")

    def on_max_repeat(self, argument):
        low, high, tree = argument
        high = min(int(high), int(low) + self.rng.choice([0, 1, 3, self.reach]))
        return "".join(self.sequence(tree) for _ in range(self.rng.randint(int(low), max(int(low), high))))

    on_min_repeat = on_max_repeat
    on_possessive_repeat = on_max_repeat

    def on_atomic_group(self, tree):
        return self.sequence(tree)

    def on_assert(self, _):
        return ""

    on_assert_not = on_assert

    def _fail(self):
        raise Unsupported


def _holds(item, char):
    op, argument = item
    if op is opcodes.LITERAL:
        return argument == ord(char)
    if op is opcodes.RANGE:
        return argument[0] <= ord(char) <= argument[1]
    if op is opcodes.CATEGORY:
        return char in CATEGORIES[argument]
    raise Unsupported(op)
