"""Every text of the product exists in Arabic and Somali, with the same places to fill, and is chosen rightly."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import reflex as rx

from components.i18n import _, _n, fmt_date, fmt_number, fmt_percent, fmt_unit, tr
from components.messages_extract import all_texts, extract, missing
from lms_app.frontend import build_environment, write_catalogues
from services.platform.messages import (
    catalogue,
    choose_language,
    plural_index,
    translate,
    translate_plural,
)

ROOT = Path(__file__).parents[2]
PLACES = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("language", ["ar", "so"])
class TestCatalogues:
    def test_nothing_is_left_untranslated(self, language):
        lacking = [f"{text.place[0]}:{text.place[1]} {text.singular}" for text in missing(language)]
        assert not lacking, f"{language} lacks {len(lacking)}:\n" + "\n".join(lacking)

    def test_a_translation_fills_only_places_of_its_message_and_drops_none(self, language):
        wrong = []
        for text in all_texts():
            found = catalogue(language).get(text.id, text.context)
            if found is None or not found.string:
                continue
            wanted = set(PLACES.findall(text.singular)) | set(PLACES.findall(text.plural or ""))
            plural = isinstance(found.string, tuple | list)
            for form in found.string if plural else [found.string]:
                places = set(PLACES.findall(form))
                # "One lesson" and "two lessons" are words of their own in Arabic: the number may be left out there.
                if places - wanted or (wanted - places - ({"n"} if plural else set())):
                    wrong.append(f"{text.singular!r} as {form!r}")
        assert not wrong

    def test_the_number_of_plural_forms_is_the_language_s(self, language):
        forms = {"ar": 6, "so": 2}[language]
        for message in catalogue(language):
            if isinstance(message.id, tuple | list):
                assert len(message.string) == forms, message.id


class TestGlossary:
    """docs/glossary.md and the catalogues say the same of one text."""

    def rows(self, columns: int) -> list[list[str]]:
        lines = (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines()
        cells = [
            [cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines if line.startswith("|")
        ]
        return [row for row in cells if len(row) == columns]

    @pytest.mark.parametrize(("language", "column"), [("ar", 1), ("so", 2)])
    def test_texts(self, language, column):
        messages = catalogue(language)
        shared = [(row[0], row[column]) for row in self.rows(3) if messages.get(row[0]) is not None]
        assert len(shared) > 20
        assert [(text, words) for text, words in shared if messages.get(text).string != words] == []

    def test_counted_words(self):
        forms = {row[0]: tuple(row[1:]) for row in self.rows(7)}
        plurals = {message.id[1]: message.string for message in catalogue("ar") if isinstance(message.id, tuple | list)}
        assert len(forms.keys() & plurals.keys()) > 5
        assert [text for text in forms.keys() & plurals.keys() if forms[text] != plurals[text]] == []


class TestExtraction:
    def test_finds_marked_texts_errors_and_field_messages(self):
        source = (
            '_("A")\n_n("{n} b", "{n} bs", n=x)\nN_("C")\n'
            'raise Invalid("D", fields={"title": "E"})\nother("F")\n_("Open", context="state")\ntranslate(l, "G")\n'
        )
        found = {(text.singular, text.plural, text.context) for text in extract(source, "x.py")}
        assert found == {
            ("A", None, None),
            ("{n} b", "{n} bs", None),
            ("C", None, None),
            ("D", None, None),
            ("E", None, None),
            ("Open", None, "state"),
            ("G", None, None),
        }


class TestServer:
    def test_translates_and_fills(self):
        assert translate("ar", "Sign in") == "تسجيل الدخول"
        assert translate("so", "Divider between {first} and {second}", first="A", second="B").endswith("A iyo B")

    def test_falls_back_to_english(self):
        assert translate("ar", "Not in any catalogue {x}", x=1) == "Not in any catalogue 1"
        assert translate("xx", "Sign in") == "Sign in"

    def test_a_value_cannot_reach_into_the_program(self):
        assert translate("en", "Hello {name}", name="{name.__class__}") == "Hello {name.__class__}"

    @pytest.mark.parametrize(
        ("n", "index"), [(0, 0), (1, 1), (2, 2), (3, 3), (10, 3), (11, 4), (99, 4), (100, 5), (102, 5), (103, 3)]
    )
    def test_arabic_has_six_forms(self, n, index):
        assert plural_index("ar", n) == index

    def test_plural_of_each_language(self):
        lessons = ("{n} lesson", "{n} lessons")
        assert translate_plural("en", *lessons, 1) == "1 lesson"
        assert translate_plural("ar", *lessons, 2) == "درسان"
        assert translate_plural("ar", *lessons, 11) == "11 درسًا"
        assert translate_plural("so", *lessons, 4) == "4 cashar"

    @pytest.mark.parametrize(
        ("cookie", "accept", "chosen"),
        [
            ("ar", "en", "ar"),
            ("xx", "so,en;q=0.5", "so"),
            (None, "de,fr;q=0.9", "en"),
            (None, "en;q=0.3,ar-EG;q=0.8", "ar"),
            (None, "ar;q=0,so;q=0.1", "so"),
            (None, "ar;q=nonsense", "en"),
            (None, None, "en"),
        ],
    )
    def test_the_reader_s_choice_comes_before_the_browser_s(self, cookie, accept, chosen):
        assert choose_language(cookie, accept) == chosen


class TestBrowser:
    """The hook of assets/i18n.js, run in Node with React's store replaced by a plain call."""

    def run(self, language: str, expressions: list[str], tmp_path: Path) -> list[str]:
        write_catalogues()
        script = (
            (ROOT / "assets/i18n.js")
            .read_text()
            .replace(
                'import { useSyncExternalStore } from "react";',
                "const useSyncExternalStore = (_subscribe, get) => get();",
            )
        )
        filled = (ROOT / f"assets/i18n/{language}.js").read_text() if language != "en" else ""
        body = f"{filled}globalThis.LMS_LANGUAGE={json.dumps(language)};\n{script}\nconst t = useT();\n"
        body += f"console.log(JSON.stringify([{','.join(expressions)}]));"
        path = tmp_path / "run.mjs"
        path.write_text(body)
        done = subprocess.run(
            ["node", str(path)], capture_output=True, text=True, env=build_environment(), check=True, timeout=60
        )
        return json.loads(done.stdout)

    def test_arabic(self, tmp_path):
        found = self.run("ar", [str(_("Sign in")), str(_n("{n} lesson", "{n} lessons", n=3))], tmp_path)
        assert found == ["تسجيل الدخول", "3 دروس"]

    def test_the_forms_are_those_of_the_server(self, tmp_path):
        numbers = [0, 1, 2, 3, 10, 11, 99, 100, 102, 103, 1011]
        for language in ("en", "ar", "so"):
            calls = [f't("{{n}} lesson", {{n: {n}}}, "{{n}} lessons")' for n in numbers]
            expected = [translate_plural(language, "{n} lesson", "{n} lessons", n) for n in numbers]
            expected[-1] = expected[-1].replace("1011", "1,011")
            assert self.run(language, calls, tmp_path) == expected

    def test_english_is_the_key_and_values_are_filled(self, tmp_path):
        found = self.run(
            "en",
            [str(_("Lesson {n} of {total}", n=3, total=12)), str(tr("Sign in")), str(_("Open", context="state"))],
            tmp_path,
        )
        assert found == ["Lesson 3 of 12", "Sign in", "Open"]

    def test_numbers_dates_and_durations_are_written_as_the_language_does_in_latin_digits(self, tmp_path):
        moment = "2026-11-21T10:42:00Z"
        formats = [fmt_number(12345.6), fmt_percent(0.72), fmt_unit(120, "millisecond"), fmt_date(moment, "long")]
        calls = [*map(str, formats), f't.date("{moment}", "", "short").replace(/[0-9: ]/g, "")']
        shown = {language: self.run(language, calls, tmp_path) for language in ("en", "ar", "so")}
        assert shown["en"][:4] == ["12,345.6", "72%", "120 ms", "November 21, 2026"]
        assert shown["ar"][0] == "12,345.6"
        assert "72" in shown["ar"][1]
        assert shown["ar"][2] == "120 ملي ث"
        assert shown["ar"][3] == "21 نوفمبر 2026"
        assert shown["so"][:4] == ["12,345.6", "72%", "120 ms", "Noofeembar 21, 2026"]
        assert not re.search("[٠-٩۰-۹]", "".join(shown["ar"]))
        halves = {language: texts[4].strip() for language, texts in shown.items()}
        assert halves["ar"] in ("ص", "م")
        assert halves["so"] in ("GH", "GD")

    def test_somali_dates_need_nothing_of_the_browser_which_may_not_know_them(self, tmp_path):
        without = "const Intl = undefined;"
        calls = [
            f"(() => {{ {without} return somaliDate(new Date(2026, 10, 21, {hour}, 5), {style!r}, 'short'); }})()"
            for hour, style in ((0, ""), (12, ""), (15, "medium"), (9, "long"))
        ]
        shown = self.run("so", [*calls, "t.relative(Date.now() - 3 * 3600000)"], tmp_path)
        assert shown == [
            "12:05 GH",
            "12:05 GD",
            "21-Nof-2026 ee 3:05 GD",
            "Noofeembar 21, 2026 ee 9:05 GH",
            "3 saacadood kahor",
        ]

    def test_a_text_named_like_a_part_of_every_object_is_only_a_text(self, tmp_path):
        assert self.run("ar", [str(tr("constructor")), str(tr("__proto__"))], tmp_path) == ["constructor", "__proto__"]

    def test_a_message_of_the_judge_takes_its_numbers_from_a_var(self, tmp_path):
        numbers = rx.Var("({number: 2})", _var_type=dict)
        assert self.run("ar", [str(tr("Line {number} differs.", numbers))], tmp_path) == ["السطر 2 مختلف."]

    def test_a_name_in_an_arabic_sentence_is_isolated(self, tmp_path):
        (found,) = self.run("ar", ['t("Divider between {first} and {second}", {first: "A", second: "B"})'], tmp_path)
        assert "\u2068A\u2069" in found
