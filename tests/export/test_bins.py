from __future__ import annotations

from nodreel.events import MILLISECOND, Button, Gap, Key, KeyClass, Move, Nanos, Scroll
from nodreel.export.bins import ACTION, STATE, Row, rows


def ms(n: float) -> Nanos:
    return Nanos(int(n * MILLISECOND))


def told(row: Row) -> list[dict[str, float]]:
    """Each step's action without what is 0, and without the pointer."""
    return [{n: float(v) for n, v in zip(ACTION[2:], step[2:], strict=True) if v}
            for step in row.action]  # fmt: skip


def key(at: float, sym: int | None, *, press: bool = True) -> Key:
    return Key(ms(at), press, KeyClass.CHARACTER, None if sym is None else 30, sym)


EVENTS = [
    Move(ms(50), 10, 20), Button(ms(120), True, 1, 11, 21), Move(ms(190), 12, 22),
    Button(ms(230), False, 1, 12, 22), Scroll(ms(310), 0, -1, 12, 22),
    Scroll(ms(390), 0, -1, 12, 22),
    key(400, ord("A")), key(410, ord("A"), press=False), key(420, None), key(430, 0xFF0D),
    key(440, 0x6C1), Button(ms(470), True, 8, 1, 1),
]  # fmt: skip


def test_each_event_is_in_the_step_it_fell_in() -> None:
    (row,) = rows(EVENTS, [ms(0), ms(250)], [(ms(0), ms(600))], 10)
    assert told(row) == [
        {}, {"left down": 1}, {"left up": 1}, {"scroll y": -2},
        {"key a": 1, "key untold": 1, "key enter": 1, "key other": 1}, {},
    ]  # fmt: skip
    assert row.state[:, 2].tolist() == [0, 0, 1, 0, 0, 0]  # held when the step began
    assert row.state[:, :2].tolist() == [[0, 0], [10, 20], [12, 22], [12, 22], [12, 22], [1, 1]]
    assert row.action[:, :2].tolist() == [[10, 20], [12, 22], [12, 22], [12, 22], [1, 1], [1, 1]]
    assert row.frames == (0, 0, 0, ms(250), ms(250), ms(250))  # never one of later
    assert row.state.shape[1] == len(STATE)


def test_no_step_lies_where_nothing_is_known() -> None:
    gap = Gap(ms(1000), ms(3000))
    spans = [(ms(0), ms(4000)), (ms(9000), ms(9999))]
    found = rows([gap, Move(ms(3500), 5, 6)], [ms(200), ms(3300)], spans, 10)
    assert [(row.start, len(row.frames)) for row in found] == [(ms(200), 8), (ms(3300), 7)]


def test_the_pointer_is_where_it_was_before() -> None:
    (row,) = rows([Move(ms(10), 7, 8), Move(ms(900), 9, 9)], [ms(500)], [(ms(0), ms(1000))], 10)
    assert row.state[:, :2].tolist() == [[7, 8]] * 5
    assert row.action[-1, :2].tolist() == [9, 9]


def test_without_pictures_there_is_no_row() -> None:
    assert rows([Move(ms(10), 7, 8)], [], [(ms(0), ms(9000))], 10) == []
    assert rows([], [ms(8990)], [(ms(0), ms(9000))], 10) == []
