"""The works-council pack says what the policy says, and leaves open what only people know."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from nodreel.cli.pack import OPEN, PROMISES, assessment, flow, pack, promises
from nodreel.consent.kinds import kind_name
from nodreel.events import Kind
from nodreel.policy import Policy
from tests.policy.samples import ORGANISATION, UPLOAD, policy
from tests.promises.test_promises import CLAUSES

ROOT = Path(__file__).parents[2]


def test_the_promises_are_those_of_the_contract_with_the_person() -> None:
    assert [(f"C{n}", title) for n, title in enumerate(PROMISES, 1)] == CLAUSES
    said = promises(policy())
    for number, title in CLAUSES:
        test = f"tests/promises/test_c{int(number[1:]):02}.py"
        assert f"| {number} | {title} | {test} |" in said
        assert (ROOT / test).exists()


def test_the_assessment_names_every_app_site_kind_reader_and_limit() -> None:
    full = policy(upload=UPLOAD)
    said = assessment(full)
    for part in (*full.apps, *full.sites, *full.recipients):
        assert part.name in said
    for kind in full.kinds:
        assert f"- {kind_name(kind)}: " in said
    limits = full.limits
    for value in (
        f"{limits.device_days} days", f"{limits.undo_hours} hours", f"{limits.server_days} days",
        f"{limits.validity_days} days", full.sha256, UPLOAD.to, full.purpose.text,
        *full.purpose.not_purposes, *ORGANISATION.model_dump(exclude_none=True).values(),
    ):  # fmt: skip
        assert value in said, value


def test_what_only_the_organisation_knows_is_left_open() -> None:
    assert assessment(policy()).count(OPEN) >= 8
    agreed = ORGANISATION.model_copy(update={"works_agreement_ref": "BV-7", "authority": "Office"})
    said = assessment(policy(organisation=agreed))
    assert "BV-7" in said
    assert said.count(OPEN) == assessment(policy()).count(OPEN) - 2


def test_a_policy_that_sends_nothing_says_so_in_words_and_picture() -> None:
    assert "nowhere; nothing is sent" in assessment(policy())
    assert "none: nothing is sent" in flow(policy())
    assert UPLOAD.to in flow(policy(upload=UPLOAD))
    assert "are not recorded" in assessment(policy(kinds=(Kind.POINTER,)))


def test_the_picture_is_one_and_hostile_words_stay_words() -> None:
    evil = policy(organisation=ORGANISATION.model_copy(update={"name": "<script>|x|</script>"}))
    made = pack(evil)
    root = ET.fromstring(made["data-flow.svg"])
    assert not list(root.iter("{http://www.w3.org/2000/svg}script"))
    texts = [t.text for t in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"the person", "gate", "memory", "this machine", "store", "readers"} <= {*texts}


def test_every_policy_has_a_pack() -> None:
    bare = Policy.model_validate(policy(sites=(), secrets=()).model_dump(mode="json"), strict=False)
    assert set(pack(bare)) == {"impact-assessment.md", "data-flow.svg", "promises.md"}
