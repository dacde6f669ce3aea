"""Patterns and events that AWS matched, did not match (`_NEG`) or refused (`_EXC`), by TestEventPattern. Like the recordings they are not part of this repository."""

import json
import re

import pytest

from recorded import recordings

FILES = sorted((recordings.directory("events").parents[1] / "event-patterns").glob("*.json5"))
# Comments on lines of their own, or behind a value; commas before a closing bracket.
COMMENT = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', re.S)
LAST_COMMA = re.compile(r',(\s*[}\]])')


def plain(text):
    return LAST_COMMA.sub(r"\1", COMMENT.sub(lambda found: found[1] or "", text))


def part(text, name):
    """The text of one member, as it stands: a pattern may have the same key twice, or be no JSON that Python would write."""
    start = text.index(":", text.index(f'"{name}"')) + 1
    start += len(text[start:]) - len(text[start:].lstrip())
    return text[start:start + json.JSONDecoder().raw_decode(text[start:])[1]]


@pytest.mark.skipif(not FILES, reason="the patterns are not here")
def test_patterns_match_as_on_aws(client):
    events = client("events")
    differences = []
    for path in FILES:
        text = plain(path.read_text())
        expected = path.stem.rpartition("_")[2] if path.stem.endswith(("_NEG", "_EXC")) else "match"
        try:
            found = "match" if events.test_event_pattern(Event=part(text, "Event"), EventPattern=part(text, "EventPattern"))["Result"] else "NEG"
        except events.exceptions.InvalidEventPatternException:
            found = "EXC"
        if found != expected:
            differences.append(f"{path.stem}: {found}")
    assert differences == []
