"""Who is believed about what is in front: the browser in front, the app in front, nobody else."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from nodreel.events import Button, Move, Nanos, Rect
from nodreel.gate.context import Context, Mask, Tab
from nodreel.gate.knowledge import LINGERS, Knowledge
from nodreel.gate.pages import NO_PLACE, SILENT
from nodreel.gate.regions import visible
from nodreel.rects import contains
from nodreel.scene import Field, Page, Scene, Verdict
from tests.scenes import MS, PLACES, PROCESSES, RULES, USUAL, VIEWPORT, page, scene, window

POPUP = window("net", Rect(410, 350, 90, 90), popup=True, ident=9)
WITH_POPUP = (*(window(name) for name in (*USUAL, "net")), POPUP)


def field(t: int, verdict: Verdict, rect: Rect | None = None, *, of: str = "pad") -> Field:
    return Field(Nanos(t * MS), Nanos(t * MS), PROCESSES[of].pid, verdict, rect)


def browsing(told: Page | None = None) -> tuple[Knowledge, Context]:
    knowledge = Knowledge(RULES)
    knowledge.scene(scene(0, focus="net"))
    context = knowledge.page(told or page(10))
    assert context is not None
    return knowledge, context


def test_a_browser_that_says_nothing_is_closed() -> None:
    context = Knowledge(RULES).scene(scene(focus="net"))
    assert not context.open
    assert context.insight.why == SILENT
    assert context.owners == {1: "pad", 2: "web"}


def test_only_the_page_of_a_designated_site_belongs_to_it() -> None:
    _, context = browsing()
    assert context.open
    assert context.owner_at(500, 400) == "net"
    assert context.owner_at(500, 310) is None, "the browser's own bars"
    regions = visible(context.scene, context.owners, context.areas, context.masks)
    assert regions[4] == (VIEWPORT,)


def test_what_the_bars_showed_over_the_page_may_linger_there() -> None:
    knowledge, _ = browsing()
    knowledge.page(page(1000, focused=False))
    context = knowledge.page(page(2000))
    assert context is not None
    assert context.masks == (VIEWPORT,)
    assert knowledge.due() == 2000 * MS + LINGERS + 1
    after = knowledge.tick(Nanos(2000 * MS + LINGERS + 1))
    assert after is not None
    assert after.masks == ()


def moved_down(t: int) -> Scene:
    return scene(t, focus="net", windows=(window("net", replace(PLACES["net"], y=330)),))


def test_a_page_that_repeats_its_place_after_a_move_speaks_of_the_old_one() -> None:
    """Taken for the new one, the page would begin among the browser's bars."""
    knowledge, _ = browsing(page(10, masks=(Rect(400, 350, 9, 9),)))
    knowledge.scene(moved_down(1000))
    knowledge.page(page(1600, masks=(Rect(400, 350, 9, 9),), path="/next"))
    context = knowledge.scene(moved_down(1700))
    assert context.insight.address == "https://wiki.example.org/next"
    assert context.owner_at(500, 365) is None, "the browser's own bars"
    assert context.insight.masks == (Mask(400, Rect(400, 380, 9, 9)),)


def test_a_page_that_was_measured_anew_is_where_it_says() -> None:
    new = Rect(400, 370, 400, 260)
    for t, told in ((1100, new), (3000, VIEWPORT)):
        knowledge, _ = browsing()
        knowledge.scene(moved_down(1000))
        knowledge.page(page(t, viewport=told))
        assert knowledge.scene(moved_down(t + 1)).insight.viewport == told


def test_a_place_that_was_told_while_the_window_moved_is_none() -> None:
    """It may have been measured before or after that."""
    new = Rect(400, 370, 400, 260)
    before, after = browsing()[0], browsing()[0]
    before.page(page(950, viewport=VIEWPORT, path="/next"))
    assert before.scene(moved_down(1000)).insight.why == NO_PLACE
    after.scene(moved_down(1000))
    after.page(page(1099, viewport=new))
    assert after.scene(moved_down(1200)).insight.why == NO_PLACE
    after.page(page(1500, viewport=new))
    assert after.scene(moved_down(1600)).insight.why == NO_PLACE, "the same, so not sure either"
    after.page(page(3000, viewport=new))
    assert after.scene(moved_down(3100)).insight.viewport == new


def test_a_process_with_the_same_number_or_another_one_is_not_believed() -> None:
    for told in (replace(page(10), start=8), replace(page(10), pid=401)):
        knowledge = Knowledge(RULES)
        knowledge.scene(scene(0, focus="net"))
        assert knowledge.page(told) is None


def test_what_one_browser_says_does_not_count_for_another_process_of_it() -> None:
    knowledge, _ = browsing()
    process = replace(PROCESSES["net"], pid=401)
    other = replace(window("net"), process=process)
    assert knowledge.scene(scene(20, focus="net", windows=(other,))).insight.why == SILENT


def test_what_a_browser_says_while_another_app_is_in_front_counts_for_nothing() -> None:
    knowledge, _ = browsing()
    knowledge.scene(scene(20, focus="pad"))
    assert knowledge.page(page(30)) is None
    context = knowledge.scene(scene(40, focus="net"))
    assert context.insight.why == SILENT


def test_a_second_window_of_the_browser_needs_a_report_of_its_own() -> None:
    knowledge, _ = browsing()
    other = replace(window("net"), id=5)
    context = knowledge.scene(replace(scene(20, focus="net", windows=(other,)), focus=5))
    assert context.insight.why == SILENT
    assert context.owners == {}


def test_the_same_report_again_changes_nothing_and_silence_closes() -> None:
    knowledge, _ = browsing()
    assert knowledge.page(page(1010, since=10)) is None
    assert knowledge.due() == 6010 * MS + 1
    assert knowledge.tick(Nanos(6010 * MS)) is None
    later = knowledge.tick(Nanos(6010 * MS + 1))
    assert later is not None
    assert not later.open


def test_masks_of_the_page_are_not_shown() -> None:
    _, context = browsing(page(10, masks=(Rect(400, 340, 400, 200),)))
    regions = visible(context.scene, context.owners, context.areas, context.masks)
    assert regions[4] == (Rect(400, 540, 400, 60),)


def test_while_the_bars_have_the_keyboard_the_page_is_blank() -> None:
    """Some browsers draw what their address bar suggests over the page."""
    _, context = browsing(page(10, focused=False))
    assert context.owner_at(500, 400) == "net"
    assert visible(context.scene, context.owners, context.areas, context.masks)[4] == ()


def opened(at: tuple[int, int], **told: object) -> Context:
    knowledge, _ = browsing(page(10, **told))
    knowledge.input(Button(Nanos(20 * MS), True, 1, *at))
    return knowledge.scene(scene(50, focus="net", windows=WITH_POPUP))


def test_a_popup_belongs_to_the_page_if_a_click_there_opened_it() -> None:
    assert opened((500, 400)).owner_at(420, 360) == "net"
    assert opened((500, 310)).owner_at(420, 360) is None, "a menu of the browser"
    assert opened((500, 400), focused=False).owner_at(420, 360) is None, "suggested addresses"
    assert opened((500, 400), verdict=Verdict.SECRET).owner_at(420, 360) is None, "saved logins"


def test_a_popup_of_the_browsers_bars_stays_foreign_wherever_the_pointer_goes() -> None:
    knowledge, _ = browsing()
    knowledge.input(Button(Nanos(20 * MS), True, 1, 500, 310))
    knowledge.input(Move(Nanos(30 * MS), 500, 400))
    context = knowledge.scene(scene(50, focus="net", windows=WITH_POPUP))
    assert context.owner_at(420, 360) is None


def test_a_popup_that_nothing_opened_is_not_the_pages() -> None:
    knowledge, _ = browsing()
    late = knowledge.scene(scene(50, focus="net", windows=WITH_POPUP))
    assert late.owner_at(420, 360) is None
    knowledge, _ = browsing()
    knowledge.input(Button(Nanos(20 * MS), True, 1, 500, 400))
    late = knowledge.scene(scene(1100, focus="net", windows=WITH_POPUP))
    assert late.owner_at(420, 360) is None


def test_a_field_counts_for_its_process_while_that_is_in_front() -> None:
    knowledge = Knowledge(RULES)
    knowledge.scene(scene(0))
    found = knowledge.field(field(10, Verdict.CLEAR))
    assert found is not None
    assert found.insight.verdict is Verdict.CLEAR
    assert knowledge.field(field(20, Verdict.SECRET, of="web")) is None
    knowledge.scene(scene(30, focus="web"))
    assert knowledge.scene(scene(40)).insight.verdict is Verdict.UNKNOWN, "said before it came back"


def test_a_secret_field_without_a_place_hides_the_window_and_one_with_it_only_that() -> None:
    knowledge = Knowledge(RULES)
    knowledge.scene(scene(0))
    found = knowledge.field(field(10, Verdict.SECRET))
    assert found is not None
    assert visible(found.scene, found.owners, found.areas, found.masks)[1] == ()
    found = knowledge.field(field(20, Verdict.SECRET, Rect(0, 0, 400, 100)))
    assert found is not None
    shown = visible(found.scene, found.owners, found.areas, found.masks)
    assert shown[1] == (Rect(0, 100, 400, 200),)


def test_what_an_app_shows_beside_a_secret_field_is_not_its_own() -> None:
    knowledge = Knowledge(RULES)
    hint = window("pad", Rect(10, 10, 80, 90), popup=True, ident=9)
    knowledge.scene(scene(0, windows=(*(window(name) for name in USUAL), hint)))
    found = knowledge.field(field(10, Verdict.SECRET, Rect(0, 0, 9, 9)))
    assert found is not None
    assert 9 not in found.owners


def test_fields_that_were_secret_stay_hidden_also_behind_another_app() -> None:
    knowledge = Knowledge(RULES)
    knowledge.scene(scene(0))
    mask = Rect(5, 5, 50, 20)
    knowledge.field(replace(field(10, Verdict.CLEAR), masks=(mask,)))
    assert mask in knowledge.scene(scene(20, focus="web")).masks


def test_what_covers_a_secret_field_is_shown_and_a_field_that_is_gone_hides_nothing() -> None:
    knowledge = Knowledge(RULES)
    over = replace(window("web"), inner=Rect(0, 0, 400, 10), outer=Rect(0, 0, 400, 10))
    stack = (window("pad"), over)
    knowledge.scene(scene(0, windows=stack))
    found = knowledge.field(replace(field(10, Verdict.CLEAR), masks=(Rect(5, 5, 50, 20),)))
    assert found is not None
    assert found.masks == (Rect(5, 10, 50, 15),)
    assert knowledge.scene(scene(20, focus="web", windows=(over,))).masks == ()


reports = st.builds(
    page,
    st.integers(0, 20_000),
    site=st.sampled_from(["wiki", "desk", "evil", None]),
    private=st.booleans(),
    complete=st.booleans(),
    focused=st.booleans(),
    title=st.sampled_from(["net title", "other", ""]),
    viewport=st.sampled_from([VIEWPORT, None, Rect(0, 0, 800, 600)]),
)
scenes = st.builds(
    scene, st.integers(0, 20_000), focus=st.sampled_from(["net", "pad", "term", None])
)


@given(st.lists(st.one_of(reports, scenes), max_size=12), st.integers(0, 30_000))
def test_a_browser_is_open_only_with_a_good_page(told: list[object], now: int) -> None:
    knowledge = Knowledge(RULES)
    knowledge.scene(scene(0, focus="net"))
    last: Page | None = None
    for t, said in enumerate(sorted(told, key=lambda s: s.t), 1):  # type: ignore[attr-defined]
        del t
        if isinstance(said, Page):
            knowledge.page(said)
            last = said
        else:
            knowledge.scene(said)  # type: ignore[arg-type]
    knowledge.tick(Nanos(now * MS))
    context = knowledge._context
    assert context is not None
    if context.insight.tab is Tab.OPEN:
        assert last is not None
        assert last.address is not None
        assert last.address.host in {"wiki.example.org", "desk.example.org"}
        assert last.complete
        assert not last.private
        assert last.viewport == VIEWPORT
        assert context.t - last.t <= 5000 * MS
    for x, y in ((500, 310), (410, 330)):
        assert context.owner_at(x, y) is None, "the browser's own bars"
    for ident, area in context.areas.items():
        assert ident == context.scene.focus
        assert contains(VIEWPORT, area.x, area.y)
