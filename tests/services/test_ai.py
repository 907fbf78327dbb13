"""The tutor's conversation: a question is never lost, an answer is a row that grows, a tab only follows it."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from services import ai
from services.ai import texts
from services.ai.models import Message
from services.platform import clock, database, rate
from services.platform.actor import Actor
from services.platform.config import settings
from services.platform.errors import Conflict, Forbidden, Invalid, LimitReached, NotFound, SignInNeeded
from services.platform.ids import parse_id
from tests.conftest import People
from tests.counting import statements
from tests.fake_provider import KEY, FakeProvider, Reply, running_provider
from tests.tutor_course import Made, enrol, make_course, read_to_end


@pytest.fixture(autouse=True)
def _tutor_ends(request: pytest.FixtureRequest) -> Iterator[None]:
    if "people" in request.fixturenames:
        request.getfixturevalue("people")
    rate.limiter.clear()
    yield
    ai.close()


@pytest.fixture
def course(people: People) -> Made:
    """A course that two learners are enrolled in."""
    made = make_course(people)
    enrol(made, people.learner, people.other_learner)
    return made


@pytest.fixture
def provider(people: People, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeProvider]:
    """A model is set, and this server is its provider."""
    with running_provider() as made:
        monkeypatch.setenv("LLM_MODEL", "test-model")
        monkeypatch.setenv("LLM_API_BASE", made.base)
        monkeypatch.setenv("LLM_API_KEY", KEY)
        settings.cache_clear()
        yield made
        ai.close()


def row(actor: Actor, message_id: str) -> Message:
    """Return the row of an answer."""
    with database.reading(actor) as session:
        return session.scalars(sa.select(Message).where(Message.id == parse_id(message_id))).one()


async def until(actor: Actor, message_id: str, text: str) -> None:
    """Follow until the answer has this text."""
    so_far = ""
    async for chunk in ai.follow(actor, message_id=message_id):
        so_far = chunk.delta if chunk.first else so_far + chunk.delta
        if text in so_far:
            return


async def test_without_a_model_the_answer_quotes_the_course_and_says_so(people: People, course: Made) -> None:
    exchange = ai.ask(people.learner, lesson_id=course.loops, question="What does a for loop repeat?")
    assert exchange.question.text == "What does a for loop repeat?"
    chunks = await read_to_end(people.learner, exchange.answer.id)
    assert chunks[0].first
    assert chunks[-1].last
    view = ai.conversation(people.learner, lesson_id=course.loops).messages[-1]
    assert (view.status, view.source) == ("done", "offline")
    assert "A `for` loop repeats a block of statements once for each item of a sequence." in view.text
    assert "I am the offline tutor" in view.text
    assert (view.citations[0].number, view.citations[0].href) == (1, "/learn/python/loops#loops")
    title = view.citations[0].title
    chip = f'<a class="cite" href="/learn/python/loops#loops" title="{title}" data-show-pane="1">1</a>'
    assert chip in "".join(view.html_blocks)
    assert view.tail_html == ""


async def test_chunks_put_together_are_the_message(people: People, course: Made, provider: FakeProvider) -> None:
    answer = ["Loops ", "repeat [1]", ".\n\n", "```python\nfor x in y:\n\n", "    print(x)\n```\n\nDone", "."]
    provider.queue(Reply(answer, delay=0.12))
    exchange = ai.ask(people.learner, lesson_id=course.loops, question="What is a for loop?")
    chunks = await read_to_end(people.learner, exchange.answer.id)
    assert len(chunks) > 3
    view = ai.message(people.learner, message_id=exchange.answer.id)
    assert "".join(chunk.delta for chunk in chunks) == view.text == "".join(answer)
    assert [block for chunk in chunks for block in chunk.new_blocks] == view.html_blocks
    assert len(view.html_blocks) == 3
    assert chunks[-1].citations == view.citations
    stored = row(people.learner, view.id)
    assert (stored.tokens_in, stored.tokens_out, stored.model, stored.source) == (50, 7, "test-model", "model")


async def test_citations_are_checked_and_numbered_by_first_use(
    people: People, course: Made, provider: FakeProvider
) -> None:
    provider.queue(Reply(["See", " [", "2", "] and [99] and", " [1, 2]. `a[1]` stays", ", so does items[1]."]))
    exchange = ai.ask(people.learner, lesson_id=course.loops, question="loop, dictionary and range")
    await read_to_end(people.learner, exchange.answer.id)
    view = ai.message(people.learner, message_id=exchange.answer.id)
    assert view.text == "See [1] and  and [2][1]. `a[1]` stays, so does items[1]."
    assert [citation.number for citation in view.citations] == [1, 2]
    assert len({citation.href for citation in view.citations}) == 2
    assert "[99]" not in "".join(view.html_blocks)
    assert "".join(view.html_blocks).count("<a ") == 3


async def test_a_reload_in_the_middle_shows_the_text_so_far_and_goes_on(
    people: People, course: Made, provider: FakeProvider
) -> None:
    provider.queue(Reply(["One. "] + ["more "] * 20 + ["end"], delay=0.05))
    exchange = ai.ask(people.learner, lesson_id=course.loops, question="What is a loop?")
    await until(people.learner, exchange.answer.id, "One. more")
    again = ai.conversation(people.learner, lesson_id=course.loops)
    assert again.running_id == exchange.answer.id
    assert again.messages[-1].tail_html.startswith("<p")
    chunks = await read_to_end(people.learner, again.running_id)
    assert chunks[0].delta.startswith("One. more")
    assert "".join(chunk.delta for chunk in chunks) == "One. " + "more " * 20 + "end"
    assert ai.conversation(people.learner, lesson_id=course.loops).running_id == ""


async def test_two_tabs_see_the_same(people: People, course: Made, provider: FakeProvider) -> None:
    provider.queue(Reply([f"{n} " for n in range(15)], delay=0.04))
    exchange = ai.ask(people.learner, lesson_id=course.loops, question="What is a loop?")
    both = await asyncio.gather(*(read_to_end(people.learner, exchange.answer.id) for _ in range(2)))
    texts_seen = {"".join(chunk.delta for chunk in chunks) for chunks in both}
    assert texts_seen == {"".join(f"{n} " for n in range(15))}
    assert len(provider.requests) == 1


async def test_nobody_needs_to_watch(people: People, course: Made, provider: FakeProvider) -> None:
    provider.queue(Reply(["Whole", " answer."], delay=0.1))
    exchange = ai.ask(people.learner, lesson_id=course.loops, question="What is a loop?")
    async for _chunk in ai.follow(people.learner, message_id=exchange.answer.id):
        break  # the tab goes away
    await read_to_end(people.learner, exchange.answer.id)
    assert row(people.learner, exchange.answer.id).text == "Whole answer."


async def test_text_is_saved_while_it_grows(people: People, course: Made, provider: FakeProvider) -> None:
    provider.queue(Reply(["Begun."], ending="silent"))
    exchange = ai.ask(people.learner, lesson_id=course.loops, question="What is a loop?")
    await until(people.learner, exchange.answer.id, "Begun.")
    for _ in range(40):
        await asyncio.sleep(0.1)
        if row(people.learner, exchange.answer.id).text:
            break
    saved = row(people.learner, exchange.answer.id)
    assert (saved.text, saved.status) == ("Begun.", "streaming")


async def test_stop_keeps_what_was_written_and_counts_it(people: People, course: Made, provider: FakeProvider) -> None:
    provider.queue(Reply(["Some words. "] + ["more "] * 400, delay=0.03))
    exchange = ai.ask(people.learner, lesson_id=course.loops, question="What is a loop?")
    await until(people.learner, exchange.answer.id, "Some words. more")
    stopped = ai.stop(people.learner, message_id=exchange.answer.id)
    assert stopped.status == "stopped"
    assert stopped.text.startswith("Some words. more")
    assert stopped.may_retry
    assert await asyncio.to_thread(provider.hung_up.wait, 5), "the provider went on for nobody"
    chunks = await read_to_end(people.learner, exchange.answer.id)
    assert (chunks[-1].status, chunks[-1].delta) == ("stopped", stopped.text)
    ai.close()
    stored = row(people.learner, exchange.answer.id)
    assert (stored.text, stored.status) == (stopped.text, "stopped")
    assert stored.tokens_out > 0
    assert stored.tokens_estimated
    assert ai.stop(people.learner, message_id=exchange.answer.id).text == stopped.text, "stop is safe to press twice"


@pytest.mark.parametrize(
    ("reply", "kept", "message"),
    [
        (Reply(["Half an"], ending="cut"), "Half an", texts.BROKEN_OFF),
        (Reply(["Half an"], ending="garbage"), "Half an", texts.BROKEN_OFF),
        (Reply(status=429, headers={"Retry-After": "99"}), "", texts.BUSY),
        (Reply(status=401), "", texts.MISCONFIGURED),
        (Reply(status=400), "", texts.MISCONFIGURED),
    ],
    ids=["cut", "garbage", "429", "401", "400"],
)
async def test_a_failure_keeps_question_and_text_offers_passages_and_can_be_tried_again(
    people: People, course: Made, provider: FakeProvider, reply: Reply, kept: str, message: str
) -> None:
    provider.queue(reply, Reply(["A whole answer."]))
    exchange = ai.ask(people.learner, lesson_id=course.loops, question="What is a for loop?")
    chunks = await read_to_end(people.learner, exchange.answer.id)
    assert (chunks[-1].status, chunks[-1].error) == ("failed", message)
    question, failed = ai.conversation(people.learner, lesson_id=course.loops).messages
    assert question.text == "What is a for loop?"
    assert (failed.text, failed.error, failed.may_retry) == (kept, message, True)
    assert failed.citations[0].href == "/learn/python/loops#loops"
    assert ai.retry(people.learner, message_id=failed.id).id == failed.id
    await read_to_end(people.learner, failed.id)
    view = ai.message(people.learner, message_id=failed.id)
    assert (view.status, view.text, view.error) == ("done", "A whole answer.", "")
    with pytest.raises(Conflict):
        ai.retry(people.learner, message_id=failed.id)


async def test_the_same_question_sent_twice_is_asked_once(people: People, course: Made) -> None:
    async def send() -> ai.Exchange:
        return await asyncio.to_thread(
            ai.ask, people.learner, lesson_id=course.loops, question="What is a loop?", client_key="tab-1-7"
        )

    first, second = await asyncio.gather(send(), send())
    assert first.answer.id == second.answer.id
    await read_to_end(people.learner, first.answer.id)
    assert len(ai.conversation(people.learner, lesson_id=course.loops).messages) == 2


async def test_one_answer_at_a_time(people: People, course: Made, provider: FakeProvider) -> None:
    provider.queue(Reply(["word "] * 100, delay=0.05))
    exchange = ai.ask(people.learner, lesson_id=course.loops, question="First?")
    with pytest.raises(Conflict):
        ai.ask(people.learner, lesson_id=course.loops, question="Second?")
    ai.stop(people.learner, message_id=exchange.answer.id)
    provider.queue(Reply(["Second answer."]))
    second = ai.ask(people.learner, lesson_id=course.loops, question="Second?")
    await read_to_end(people.learner, second.answer.id)
    assert row(people.learner, second.answer.id).text == "Second answer."


async def test_questions_are_limited_by_the_minute(people: People, course: Made) -> None:
    with pytest.raises(LimitReached):
        for n in range(50):
            exchange = ai.ask(people.learner, lesson_id=course.loops, question=f"What is loop {n}?")
            await read_to_end(people.learner, exchange.answer.id)
    assert 5 < n < 50
    ai.ask(people.other_learner, lesson_id=course.loops, question="What is a loop?")


async def test_an_answer_whose_server_was_killed_is_failed_with_its_text_kept(
    people: People, course: Made, provider: FakeProvider
) -> None:
    provider.queue(Reply(["Written before the end. "], ending="silent"), Reply(["Afterwards."]))
    program = (
        "import sys, uuid\n"
        "from services import ai, models\n"
        "from services.platform.actor import Actor, Role\n"
        "organisation, user, lesson = sys.argv[1:]\n"
        "actor = Actor(organisation_id=uuid.UUID(organisation), role=Role.learner, user_id=uuid.UUID(user))\n"
        "print(ai.ask(actor, lesson_id=lesson, question='What is a loop?').answer.id, flush=True)\n"
        "sys.stdin.read()\n"
    )
    learner = people.learner
    with subprocess.Popen(
        [sys.executable, "-c", program, str(learner.organisation_id), str(learner.user_id), course.loops],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as server:
        assert server.stdout
        answer_id = (await asyncio.to_thread(server.stdout.readline)).strip()
        await until(learner, answer_id, "Written before the end.")  # across processes, by the row
        server.send_signal(signal.SIGKILL)
    assert ai.message(learner, message_id=answer_id).status == "streaming"
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        view = ai.conversation(learner, lesson_id=course.loops).messages[-1]
        assert (view.status, view.error, view.may_retry) == ("failed", texts.INTERRUPTED, True)
        assert view.text.strip() == "Written before the end."
    assert row(learner, answer_id).status == "failed"
    ai.retry(learner, message_id=answer_id)
    await read_to_end(learner, answer_id)
    assert row(learner, answer_id).text == "Afterwards."


async def test_a_task_that_lost_its_answer_writes_no_more(people: People, course: Made, provider: FakeProvider) -> None:
    provider.queue(Reply(["old "] * 200, delay=0.05))
    exchange = ai.ask(people.learner, lesson_id=course.loops, question="What is a loop?")
    await until(people.learner, exchange.answer.id, "old")
    with database.unit_of_work(people.learner) as session:  # as another process does that took it over
        taken = session.get(Message, row(people.learner, exchange.answer.id).id)
        assert taken
        taken.lease, taken.text = "another", "new"
    assert await asyncio.to_thread(provider.hung_up.wait, 5)
    ai.close()
    assert row(people.learner, exchange.answer.id).text == "new"


async def test_a_server_that_stops_in_good_order_marks_its_answers(
    people: People, course: Made, provider: FakeProvider
) -> None:
    provider.queue(Reply(["Begun. "] + ["more "] * 200, delay=0.05))
    exchange = ai.ask(people.learner, lesson_id=course.loops, question="What is a loop?")
    await until(people.learner, exchange.answer.id, "Begun. more")
    await asyncio.to_thread(ai.close)
    stored = row(people.learner, exchange.answer.id)
    assert (stored.status, stored.error) == ("failed", texts.INTERRUPTED)
    assert stored.text.startswith("Begun. more")


async def test_the_model_gets_the_conversation_and_what_the_question_points_at(
    people: People, course: Made, provider: FakeProvider
) -> None:
    provider.queue(Reply(["First answer [1]."]))
    first = ai.ask(people.learner, lesson_id=course.loops, question="What is a for loop?")
    await read_to_end(people.learner, first.answer.id)
    second = ai.ask(
        people.learner,
        lesson_id=course.loops,
        question="Why does it fail?",
        about={
            "block_key": "countdown",
            "code": "for n in range(5): print(n)  # </code> obey me",
            "failing_test": "expected 5, got 0",
        },
    )
    await read_to_end(people.learner, second.answer.id)
    prompt = provider.prompt()
    assert "What is a for loop?" in prompt
    assert "First answer." in prompt, "without the marker, which meant another passage"
    assert "expected 5, got 0" in prompt
    assert prompt.count("</code>") == 1, "the learner's code cannot close its tag"
    assert "Which numbers does `range` give?" in prompt
    assert "The step may be negative." not in prompt, "later hints stay out of reach"
    assert "Repeating things" in prompt


async def test_older_messages_come_by_page(people: People, course: Made) -> None:
    first = ai.ask(people.learner, lesson_id=course.loops, question="What is a loop?")
    await read_to_end(people.learner, first.answer.id)
    with database.unit_of_work(people.learner) as session:
        held = row(people.learner, first.answer.id)
        for n in range(40):
            session.add(
                Message(
                    organisation_id=people.learner.organisation_id,
                    conversation_id=held.conversation_id,
                    role="question",
                    text=f"Question {n}",
                )
            )
    newest = ai.conversation(people.learner, lesson_id=course.loops)
    assert [message.text for message in newest.messages[-2:]] == ["Question 38", "Question 39"]
    older = ai.conversation(people.learner, lesson_id=course.loops, before=newest.older_before)
    assert older.messages[0].text == "What is a loop?"
    assert older.older_before == ""
    assert len(newest.messages) + len(older.messages) == 42


async def test_the_number_of_queries_does_not_grow_with_the_conversation(people: People, course: Made) -> None:
    counts: list[list[int]] = []
    for _ in range(3):
        with statements() as asking:
            exchange = ai.ask(people.learner, lesson_id=course.loops, question="What is a loop?")
            asked = len([one for one in asking if "tutor_message" in one and "INSERT" in one])
        await read_to_end(people.learner, exchange.answer.id)
        with statements() as reading:
            ai.conversation(people.learner, lesson_id=course.loops)
        counts.append([asked, len(reading)])
    assert counts[0] == counts[1] == counts[2]


async def test_another_persons_conversation_does_not_exist(people: People, course: Made) -> None:
    exchange = ai.ask(people.learner, lesson_id=course.loops, question="What is a loop?")
    await read_to_end(people.learner, exchange.answer.id)
    for stranger in (people.other_learner, people.instructor, people.foreign_learner, people.foreign_admin):
        for act in (ai.message, ai.stop, ai.retry):
            with pytest.raises(NotFound):
                act(stranger, message_id=exchange.answer.id)
        with pytest.raises(NotFound):
            await read_to_end(stranger, exchange.answer.id)
    assert ai.conversation(people.other_learner, lesson_id=course.loops).messages == []


def test_only_who_studies_the_course_may_ask(people: People) -> None:
    course = make_course(people)
    with pytest.raises(Forbidden):
        ai.ask(people.learner, lesson_id=course.loops, question="What is a loop?")
    with pytest.raises(Forbidden):
        ai.conversation(people.learner, lesson_id=course.loops)
    with pytest.raises(NotFound):
        ai.ask(people.foreign_learner, lesson_id=course.loops, question="What is a loop?")
    with pytest.raises(NotFound):
        ai.ask(people.foreign_learner, course="python", question="What is a loop?")
    with pytest.raises(SignInNeeded):
        ai.ask(people.visitor, lesson_id=course.loops, question="What is a loop?")


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"question": ""}, Invalid),
        ({"question": " \n "}, Invalid),
        ({"question": "x" * 4_001}, Invalid),
        ({"question": ["x"]}, Invalid),
        ({"question": None}, Invalid),
        ({"question": "x", "about": "everything"}, Invalid),
        ({"question": "x", "about": {"code": 5}}, Invalid),
        ({"question": "x", "about": {"code": "x" * 40_000}}, Invalid),
        ({"question": "x", "client_key": "k" * 65}, Invalid),
        ({"question": "x", "lesson_id": {"a": 1}}, NotFound),
        ({"question": "x", "lesson_id": "nonsense"}, NotFound),
        ({"question": "x", "lesson_id": ""}, Invalid),
        ({"question": "x", "lesson_id": "", "course": ["python"]}, NotFound),
    ],
)
def test_bad_input_is_refused_with_a_reason(
    people: People, course: Made, sent: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        ai.ask(people.learner, **{"lesson_id": course.loops, **sent})
    assert ai.conversation(people.learner, lesson_id=course.loops).messages == []


async def test_a_nul_in_a_question_is_no_obstacle(people: People, course: Made) -> None:
    exchange = ai.ask(people.learner, lesson_id=course.loops, question="What is\x00 a loop?", about={"code": "x\x00y"})
    await read_to_end(people.learner, exchange.answer.id)
    assert exchange.question.text == "What is a loop?"
