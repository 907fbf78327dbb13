"""Courses are found by what they are about; what one may not see is not even counted."""

import pytest
import sqlalchemy as sa

from services import courses, enrolment
from services.courses import catalogue, course_detail, import_course, search_course
from services.courses.folding import excerpt, fold, like, plain, terms
from services.courses.models import Course, Lesson
from services.courses.schemas import CataloguePage
from services.platform import database
from services.platform.errors import Invalid, NotFound
from tests.conftest import People
from tests.counting import statements
from tests.packages import small, zipped


def add(people: People, slug: str, **values: object) -> None:
    """Import the small course under another name, then say what makes it different."""
    files = small()
    files["course.yaml"] = files["course.yaml"].replace(b"slug: small", f"slug: {slug}".encode())
    import_course(people.instructor, source=zipped(files))
    if values:
        with database.unit_of_work(people.instructor) as session:
            session.execute(sa.update(Course).where(Course.slug == slug).values(**values))


def slugs(page: CataloguePage) -> list[str]:
    return [card.slug for card in page.cards]


@pytest.mark.parametrize("words", ["deja", "DÉJÀ vu", "first steps", "Loop write", "ＳＭＡＬＬ", "wri oop"])
def test_words_are_found_whatever_their_case_and_accents(people: People, words: str) -> None:
    add(people, "small")
    assert slugs(catalogue(people.visitor, text=words)) == ["small"]


@pytest.mark.parametrize("words", ["%", "_", "\\", "sm%ll", "small nothing"])
def test_signs_of_the_database_are_only_signs(people: People, words: str) -> None:
    add(people, "small")
    assert slugs(catalogue(people.visitor, text=words)) == []


def test_filters_narrow_and_count(people: People) -> None:
    add(people, "a", level="beginner", language="en")
    add(people, "b", level="advanced", language="en")
    add(people, "c", level="advanced", language="ar", category="Art")
    page = catalogue(people.learner, level="advanced")
    assert (slugs(page), page.total) == (["c", "b"], 2)
    assert [(facet.value, facet.count) for facet in page.levels] == [("advanced", 2), ("beginner", 1)]
    assert [(facet.value, facet.count) for facet in page.languages] == [("ar", 1), ("en", 1)]
    assert [(facet.value, facet.count) for facet in page.categories] == [("Art", 1), ("Programming", 1)]
    assert slugs(catalogue(people.learner, level="advanced", language="en")) == ["b"]


def test_pages_show_each_course_once(people: People) -> None:
    for number in range(5):
        add(people, f"c{number}")
    seen, cursor = [], ""
    for _ in range(3):
        page = catalogue(people.visitor, cursor=cursor, limit=2)
        assert page.total == 5
        seen += slugs(page)
        cursor = page.next_cursor
    assert (seen, cursor) == (["c4", "c3", "c2", "c1", "c0"], "")


def test_drafts_are_seen_by_those_who_write_courses(people: People) -> None:
    add(people, "draft", status="draft")
    for actor in (people.visitor, people.learner, people.assistant):
        page = catalogue(actor)
        assert (page.cards, page.total, page.levels) == ([], 0, [])
        with pytest.raises(NotFound):
            course_detail(actor, slug="draft")
        with pytest.raises(NotFound):
            search_course(actor, course_id="draft", text="value")
    assert slugs(catalogue(people.instructor)) == ["draft"]
    assert course_detail(people.instructor, slug="draft").may_edit


def test_another_organisation_sees_nothing(people: People) -> None:
    add(people, "small")
    for actor in (people.foreign_admin, people.foreign_learner):
        assert catalogue(actor).total == 0
        with pytest.raises(NotFound):
            course_detail(actor, slug="small")
        with pytest.raises(NotFound):
            search_course(actor, course_id="small", text="value")
        with pytest.raises(NotFound):
            courses.file_for(actor, course_id="small", path="media/dot.svg")


@pytest.mark.parametrize(
    "bad", [{"level": {"$ne": 1}}, {"language": "x" * 100}, {"cursor": "x"}, {"category": "\x00"}, {"level": "\ud800"}]
)
def test_bad_filters_are_refused(sqlite_people: People, bad: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        catalogue(sqlite_people.visitor, **bad)


def test_bad_words_and_limits_find_something_or_nothing(sqlite_people: People) -> None:
    add(sqlite_people, "small")
    for text in (None, {"a": 1}, 5, "\x00", "a" * 10_000, "\ud800"):
        catalogue(sqlite_people.visitor, text=text)
    for limit in (0, -1, 10**9, "x", None, True):
        assert catalogue(sqlite_people.visitor, limit=limit).total == 1


def test_the_course_page_has_the_syllabus_and_what_one_takes(people: People) -> None:
    add(people, "small")
    detail = course_detail(people.learner, slug="small")
    assert detail.description_html.strip() == '<p dir="auto">A <strong>good</strong> course.</p>'
    assert [(x.slug, x.exercises, x.quizzes) for x in detail.modules[0].lessons] == [("values", 0, 0), ("loops", 1, 1)]
    assert (detail.card.minutes, detail.card.enrolled, detail.may_edit) == (12, False, False)
    enrolment.enrol(people.learner, course_id=detail.card.id)
    assert course_detail(people.learner, slug=detail.card.id).card.enrolled
    assert not course_detail(people.other_learner, slug="small").card.enrolled


def test_a_search_in_the_course_leads_to_the_block(people: People) -> None:
    add(people, "small")
    hits = search_course(people.visitor, course_id="small", text="VALUE data")
    assert [(hit.lesson_slug, hit.block_key) for hit in hits] == [("values", "value")]
    assert "<mark>value</mark> is <mark>data</mark>" in hits[0].html
    assert search_course(people.visitor, course_id="small", text="count DOWN")[0].block_key == "exercise-countdown"
    assert search_course(people.visitor, course_id="small", text="  ") == []
    for hidden in ("secret", "data.", "reversed"):
        assert search_course(people.visitor, course_id="small", text=hidden)[1:] == []
    with database.unit_of_work(people.instructor) as session:
        session.execute(sa.update(Lesson).where(Lesson.slug == "values").values(status="draft"))
    assert search_course(people.learner, course_id="small", text="value data") == []
    assert len(search_course(people.instructor, course_id="small", text="value data")) == 1


def test_the_number_of_queries_does_not_grow(sqlite_people: People) -> None:
    people = sqlite_people

    def counted() -> list[int]:
        calls = (
            lambda: catalogue(people.learner),
            lambda: course_detail(people.learner, slug="c0"),
            lambda: search_course(people.learner, course_id="c0", text="value"),
            lambda: enrolment.outline(people.learner, course="c0"),
            lambda: enrolment.home(people.learner),
            lambda: enrolment.lesson_view(people.learner, course_slug="c0", lesson_slug="values"),
        )
        found = []
        for call in calls:
            with statements() as seen:
                call()
            found.append(len(seen))
        return found

    add(people, "c0")
    enrolment.enrol(people.learner, course_id="c0")
    before = counted()
    for number in range(1, 4):
        add(people, f"c{number}")
        enrolment.enrol(people.learner, course_id=f"c{number}")
    files = small()
    names = [f"more-{n}" for n in range(6)]
    files["course.yaml"] = files["course.yaml"].replace(b"slug: small", b"slug: c0")
    files["01-first/module.yaml"] = f"title: T\nlessons: [values, loops, {', '.join(names)}]\n".encode()
    body = "---\ntitle: More\n---\n" + "\n\n".join(f"## Part {n}\n\nvalue" for n in range(20))
    files |= {f"01-first/{name}.md": body.encode() for name in names}
    files["01-first/values.md"] = body.encode() + b"\n\n## Value {#value}\n\nText"
    import_course(people.instructor, source=zipped(files))
    assert counted() == before
    assert max(before) <= 10


def test_folding_and_excerpts() -> None:
    assert fold("ÀÉ ﬁ STRASSE ß") == "ae fi strasse ss"
    assert terms("  One one TWO\x00three ") == ["one", "two", "three"]
    assert like("50%_\\") == "%50\\%\\_\\\\%"
    assert (
        plain("## A [link](http://x.example) and `code`\n\n[a]: http://y.example\n- *point*") == "A link and code point"
    )
    assert plain("> [!TIP]\n> Count to [!three]") == plain("> [!TIP] Count to [!three]") == "Count to [!three]"
    assert excerpt('<script>"a" & Straße', ["strasse"]) == "&lt;script&gt;&quot;a&quot; &amp; <mark>Straße</mark>"
    assert excerpt("nothing here", ["other"]) == ""
    long = excerpt("word " * 100 + "needle" + " word" * 100, ["needle"])
    assert long.startswith("…word")
    assert long.endswith("…")
    assert "<mark>needle</mark>" in long
    assert len(long) < 320
