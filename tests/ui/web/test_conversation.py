from rag.events import (
    AnswerReady,
    CitationsChosen,
    ClaimChecked,
    Event,
    PassagesFound,
    QuestionUnderstood,
    TokenWritten,
)
from rag.records import Filters, Turn
from tests.ui.build import answer, citation, claim, passage, segment
from ui.web.conversation import PAST_TURNS_MAX, TurnView, advance, begin_turn, history


def test_turn_grows_with_its_events() -> None:
    events: list[Event] = [
        QuestionUnderstood(standalone_question="How many has the SCO?", wants="fact", filters=Filters()),
        PassagesFound(standalone_question="How many has the SCO?", passages=(passage(),)),
        CitationsChosen(citations=(citation(),)),
        TokenWritten(text="Four"),
        TokenWritten(text="teen"),
        ClaimChecked(claim=claim()),
        AnswerReady(answer=answer()),
    ]
    turn = TurnView(number=1, question="How many?")
    stages = []
    for event in events:
        turn = advance(turn, event)
        stages.append(turn.stage)

    assert stages == ["searching", "found", "found", "writing", "writing", "checking", "done"]
    assert (turn.draft, turn.evidence, turn.checked) == ("Fourteen", (citation(),), (claim(),))
    assert turn.answer == answer() and turn.finished


def test_unfinished_turn_is_stopped_by_the_next() -> None:
    turns = begin_turn(begin_turn((), "First?"), "Second?")

    assert [turn.stage for turn in turns] == ["stopped", "waiting"]
    assert [turn.number for turn in turns] == [1, 2]


def test_history_holds_answered_turns_only_and_the_latest() -> None:
    answered = [
        TurnView(number=n, question=f"Q{n}", stage="done", answer=answer(segments=(segment(f"A{n}"),)))
        for n in range(1, PAST_TURNS_MAX + 3)
    ]
    turns = (*answered, TurnView(number=99, question="Stopped?", stage="stopped"))

    passed = history(turns)

    assert len(passed) == PAST_TURNS_MAX
    assert passed[-1] == Turn(question=f"Q{PAST_TURNS_MAX + 2}", answer=f"A{PAST_TURNS_MAX + 2}")
