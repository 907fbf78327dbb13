"""A track as a course: concepts become lessons in the order in which they can be learnt, practice by difficulty."""

import re

from services.courses.exercism.config import ConceptConfig, ExerciseConfig, Listed, Track, read, read_links, text_of
from services.courses.exercism.markdown import standalone, without_top_heading
from services.courses.package.docs import (
    BlockDoc,
    CourseDoc,
    CoursePack,
    ExerciseDoc,
    ExercisePack,
    LessonDoc,
    LessonPack,
    ModulePack,
)
from services.courses.package.errors import wrong
from services.courses.package.exercise_files import LONGEST_TOPIC, MOST_TOPICS
from services.courses.package.lesson_text import split_text

_HOME = "https://exercism.org"
_TODO = re.compile(r"\s*#?\s*TODO\b[^\n]*\s*", re.IGNORECASE)
_WORDS_A_MINUTE = 150
_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]{0,110}")


def read_track(files: dict[str, bytes]) -> CoursePack:
    """Return the course that the files of a track make."""
    return _TrackReader(files).read()


def learning_order(track: Track) -> list[str]:
    """Return the concepts in an order in which they can be learnt.

    config.json lists them by the alphabet, but its concept exercises say what each needs: so first come the taught
    concepts, each after those it needs and otherwise as listed, then the concepts without an exercise as listed.
    """
    known = [concept.slug for concept in track.concepts]
    taught = {concept for exercise in track.exercises.concept for concept in exercise.concepts}
    waiting = [exercise for exercise in track.exercises.concept if exercise.concepts]
    order: list[str] = []
    while waiting:
        ready = (e for e in waiting if all(need in order or need not in taught for need in e.prerequisites))
        exercise = next(ready, waiting[0])  # in a circle of needs the list decides
        waiting.remove(exercise)
        order += [concept for concept in exercise.concepts if concept in known and concept not in order]
    return order + [concept for concept in known if concept not in order]


class _TrackReader:
    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.track = read(files, "config.json", Track)
        self.slug = f"exercism-{self.track.slug}"
        self.names = {concept.slug: concept.name for concept in self.track.concepts}
        self.own = {e.slug: self._lesson_slug(e.slug) for e in (*self._apart(), *self.track.exercises.practice)}
        self.homes = {e.slug: concept for concept in self.names for e in self._standing(concept)}
        drafts = {e.slug for e in (*self.track.exercises.concept, *self.track.exercises.practice) if e.draft}
        self.addresses = {f"concepts/{slug}": slug for slug in self.names}
        self.addresses |= {f"exercises/{e}": lesson for e, lesson in self.own.items() if e not in drafts}
        self.addresses |= {f"exercises/{e}": f"{concept}#exercise-{e}" for e, concept in self.homes.items()}
        self._link = re.compile(
            rf"(?:https?://(?:www\.)?exercism\.(?:org|io))?/tracks/{self.track.slug}/(concepts|exercises)/([a-z0-9-]+)/?(?:[#?].*)?"
            rf"|(?:https?://github\.com/)?/?exercism/{self.track.slug}/(?:tree|blob)/main/(concepts|exercises)/"
            r"(?:concept/|practice/)?([a-z0-9-]+)(?:/.*)?"
            r"|(?:\.\./)+(concepts|exercises)/(?:concept/|practice/)?([a-z0-9-]+)(?:/.*)?"
        )
        self.by_root: dict[str, list[str]] = {}
        for path in files:
            if path.startswith("exercises/"):
                self.by_root.setdefault("/".join(path.split("/")[:3]), []).append(path)
        self.authors: set[str] = set()
        self.warnings: list[str] = []

    def read(self) -> CoursePack:
        concepts = [self._concept(slug) for slug in learning_order(self.track)]
        apart = [self._own_lesson(exercise, "concept") for exercise in self._apart()]
        modules = [
            ModulePack("concepts", "Concepts", "What the language offers, one idea a lesson.", tuple(concepts + apart))
        ]
        for level in sorted({exercise.difficulty for exercise in self.track.exercises.practice}):
            lessons = [self._own_lesson(e, "practice") for e in self.track.exercises.practice if e.difficulty == level]
            modules.append(ModulePack(f"practice-{level}", f"Practice: difficulty {level}", "", tuple(lessons)))
        licence = text_of(self.files, "LICENSE") if "LICENSE" in self.files else ""
        return CoursePack(
            self._course(licence),
            tuple(modules),
            sources={"LICENSE": licence} if licence else {},
            warnings=tuple(self.warnings),
        )

    def _course(self, licence: str) -> CourseDoc:
        track = self.track
        features = "\n".join(f"- **{feature.title}**: {feature.content}" for feature in track.key_features)
        holder = re.search(r"^Copyright.*$", licence, re.MULTILINE)
        name = next((line.strip() for line in licence.splitlines() if line.strip()), "")
        return CourseDoc(
            slug=self.slug,
            title=f"{track.language} by Exercism",
            summary=_one_line(track.blurb)[:500],
            description="\n\n".join(filter(None, [
                track.blurb.strip(), features,
                f"From the [{track.language} track of Exercism]({_HOME}/tracks/{track.slug}).",
            ])),
            level="beginner",
            category="Programming",
            tags=(track.slug, *(tag.rpartition("/")[2].replace("_", " ")[:60] for tag in track.tags if tag)),
            authors=("Exercism", *sorted(self.authors, key=str.casefold))[:100],
            licence=f"{name}, {holder[0]}"[:200] if holder else name[:200],
        )  # fmt: skip

    def _lesson_slug(self, exercise: str) -> str:
        return f"{exercise}-exercise" if exercise in self.names else exercise

    def _standing(self, concept: str) -> list[Listed]:
        """Return the concept exercises that stand in a concept's lesson: those that learners may see."""
        return [e for e in self.track.exercises.concept if e.concepts[:1] == [concept] and not e.draft]

    def _apart(self) -> list[Listed]:
        """Return the concept exercises that need a lesson of their own: drafts, and those of no concept."""
        return [e for e in self.track.exercises.concept if e.draft or not set(e.concepts[:1]) & self.names.keys()]

    def _concept(self, slug: str) -> LessonPack:
        root = f"concepts/{slug}"
        self.authors |= set(read(self.files, f"{root}/.meta/config.json", ConceptConfig).authors)
        text = self._document(f"{root}/about.md") or self._document(f"{root}/introduction.md")
        parts = [text] if text else [f"Exercism has not written a text about {self.names[slug]} yet."]
        if not text:
            self.warnings.append(f"The concept {slug} has no text yet.")
        practice = [e for e in self.track.exercises.practice if slug in e.practices and not e.draft]
        if not text and practice:
            parts.append("## Practise it")
            parts.append("\n".join(f"- [{_plain(e.name)}](/learn/{self.slug}/{self.own[e.slug]})" for e in practice))
        if links := read_links(self.files, f"{root}/links.json"):
            parts.append("## Read more")
            lines = [f"- [{_plain(link.description) or link.url}](<{self._rewrite(link.url)}>)" for link in links]
            parts.append("\n".join(lines))
        blocks = split_text("\n\n".join(parts))
        exercises = [self._exercise(e, "concept", introduce=not text) for e in self._standing(slug)]
        blocks += tuple(BlockDoc(f"exercise-{e.slug}", "exercise", data={"ref": e.slug}) for e in exercises)
        minutes = _minutes(text) + 15 * len(exercises)
        completion = "exercise" if exercises else "viewed"
        return LessonPack(slug, LessonDoc(self.names[slug], minutes, completion, "published", blocks), tuple(exercises))

    def _own_lesson(self, listed: Listed, kind: str) -> LessonPack:
        exercise = self._exercise(listed, kind, introduce=True)
        block = BlockDoc(f"exercise-{listed.slug}", "exercise", data={"ref": listed.slug})
        status = "draft" if listed.draft else "published"
        minutes = 10 + 5 * listed.difficulty
        return LessonPack(
            self.own[listed.slug], LessonDoc(listed.name, minutes, "exercise", status, (block,)), (exercise,)
        )

    def _exercise(self, listed: Listed, kind: str, *, introduce: bool) -> ExercisePack:
        root = f"exercises/{kind}/{listed.slug}"
        config = read(self.files, f"{root}/.meta/config.json", ExerciseConfig)
        self.authors |= set(config.authors)
        names = ["introduction.md"] if introduce else []
        names += ["instructions.md", "instructions.append.md"]
        docs = [self._document(f"{root}/.docs/{name}") for name in names]
        tests = [path for path in config.files.test if path.endswith("_test.py") or len(config.files.test) == 1]
        solution = config.files.solution
        reference = config.files.exemplar or config.files.example
        if len(reference) != len(solution):
            raise wrong(f"{root}/.meta/config.json", 0, "each solution file needs one exemplar or example.")
        beside = {p for p in (*config.files.test, *config.files.editor, *self._other_files(root)) if p not in tests}
        return ExercisePack(
            slug=listed.slug,
            doc=ExerciseDoc(
                title=listed.name,
                language=self.track.slug,
                difficulty=listed.difficulty,
                entry=solution[0],
                hints=_hints(self._document(f"{root}/.docs/hints.md")),
                mode="unit_tests",
                topics=self._topics(listed),
            ),
            instructions="\n\n".join(filter(None, docs)),
            starter={path: self._code(root, path) for path in solution},
            tests={path: self._code(root, path) for path in tests},
            support={path: self._code(root, path) for path in sorted(beside - set(solution))},
            reference={path: self._code(root, source) for path, source in zip(solution, reference, strict=True)},
        )

    def _topics(self, listed: Listed) -> tuple[str, ...]:
        """Return the concepts that an exercise teaches or practises, by their names, as many as a package takes."""
        known = [self.names[concept] for concept in listed.concepts or listed.practices if concept in self.names]
        return tuple(dict.fromkeys(_one_line(name)[:LONGEST_TOPIC] for name in known))[:MOST_TOPICS]

    def _code(self, root: str, path: str) -> str:
        if path.startswith(".meta/"):
            return text_of(self.files, f"{root}/{path}")
        if not _PATH.fullmatch(path) or ".." in path.split("/"):
            raise wrong(f"{root}/.meta/config.json", 0, "“{path}” cannot be the path of a file.", path=path)
        return text_of(self.files, f"{root}/{path}")

    def _other_files(self, root: str) -> list[str]:
        """Return the files beside an exercise's own that its tests may need and its configuration forgot to name."""
        inside = (path.removeprefix(f"{root}/") for path in self.by_root.get(root, []))
        return [path for path in inside if _PATH.fullmatch(path)]

    def _document(self, path: str) -> str:
        """Return a document without its first heading; empty if it is not there or was never written."""
        if path not in self.files:
            return ""
        text = text_of(self.files, path)
        return "" if _TODO.fullmatch(text) else without_top_heading(standalone(text, self._rewrite))

    def _rewrite(self, address: str) -> str:
        """Return where a link leads inside this course; one to a part that is not here leads to Exercism."""
        match = self._link.fullmatch(address)
        if match:
            kind, name = (match[1] or match[3] or match[5]), (match[2] or match[4] or match[6])
            target = self.addresses.get(f"{kind}/{name}")
            return f"/learn/{self.slug}/{target}" if target else f"{_HOME}/tracks/{self.track.slug}/{kind}/{name}"
        return f"{_HOME}{address}" if re.match(r"/(tracks|docs)/", address) else address


def _hints(document: str) -> tuple[str, ...]:
    """Return the hints of a document: one for each heading of level 2, with its words first."""
    hints = []
    for block in split_text(document) if document else ():
        heading, _, body = block.text.partition("\n") if block.title else ("", "", block.text)
        words = heading.removeprefix("##").strip().rstrip("#").strip()
        if body.strip():
            hints.append(f"**{words}**\n\n{body.strip(chr(10))}" if words else body.strip("\n"))
    return tuple(hint.strip("\n").rstrip() for hint in hints)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> str:
    """Return words that may stand in a link's text."""
    return re.sub(r"([\[\]\\`*_<>])", r"\\\1", _one_line(text))


def _minutes(text: str) -> int:
    return min(60, max(3, round(len(text.split()) / _WORDS_A_MINUTE)))
